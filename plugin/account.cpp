// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/account.hpp"

#include <connection.h>
#include <request.h>
#include <signals.h>

#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/login.hpp"
#include "plugin/notice.hpp"
#include "plugin/opening.hpp"
#include "plugin/own_id.hpp"
#include "plugin/privacy.hpp"
#include "plugin/reconnect.hpp"
#include "plugin/roster.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

// Told once for each text that does not fit.
void tell_own_status(Session& session, PurpleStatus* status) {
    const auto primitive = purple_status_type_get_primitive(purple_status_get_type(status));
    const auto message =
        fitted_line(plain_from_html(purple_status_get_attr_string(status, "message")), tox::max_status_message);
    tox::Engine& engine = session.engine();
    if (!message.whole && engine.status_message() != message.text)
        tell_user(session.connection(), PURPLE_NOTIFY_MSG_WARNING, _("Your status message is too long for Tox."),
                  format(_("Your contacts see its first %u bytes, which is as much as Tox transmits."),
                         static_cast<unsigned>(message.text.size())));
    engine.set_status_message(message.text);
    engine.set_status(primitive == PURPLE_STATUS_AWAY          ? tox::UserStatus::away
                      : primitive == PURPLE_STATUS_UNAVAILABLE ? tox::UserStatus::busy
                                                               : tox::UserStatus::online);
}

// What stands before one's own lines; an empty one would make Finch take the contact's.
void show_own_name(Session& session) {
    const std::string& name = session.engine().name();
    purple_connection_set_display_name(session.connection(),
                                       name.empty() ? purple_account_get_username(session.account()) : name.c_str());
}

void tell_own_self(Session& session) {
    if (const std::string alias = account_alias(session.account()); !alias.empty()) session.engine().set_name(alias);
    show_own_name(session);
    tell_own_status(session, purple_account_get_active_status(session.account()));
}

void tell_of_renaming(Session& session, const std::string& profile) {
    if (!may_tell_of_renaming(session.account())) return;
    const char* const name = purple_account_get_username(session.account());
    const std::string primary = format(_("“%s” still uses the Tox profile “%s”."), name, profile.c_str());
    tell_user(session.connection(), PURPLE_NOTIFY_MSG_INFO, primary,
              _("The account was given another user name. Its Tox ID and its contacts are the same as before. To begin "
                "with a new Tox ID, add a new account."));
}

void tell_remarks(Session& session, const std::vector<std::string>& remarks) {
    if (remarks.empty()) return;
    std::string text;
    for (const std::string& remark : remarks) text += (text.empty() ? "" : "\n") + remark;
    const std::string primary =
        format(_("“%s” works, but not in all as you chose."), purple_account_get_username(session.account()));
    tell_user(session.connection(), PURPLE_NOTIFY_MSG_WARNING, primary, text);
}

std::string advice_on_others(const std::string& profile) {
    std::string names;
    for (const std::string& other : other_profiles(profile))
        names.append(names.empty() ? "“" : ", “").append(shown_path(other)).append("”");
    if (names.empty()) return {};
    return format(
        _("There are other Tox profiles on this computer: %s. To use one of them, give an account its name as "
          "user name."),
        names.c_str());
}

void tell_own_id(Session& session, const std::string& profile) {
    if (!session.engine().id_unseen()) return say_own_id_without_menu(session);
    const SessionId id = session.id();
    announce_new_id(session, advice_on_others(profile));
    if (Session* const still = session_of(id)) still->engine().id_seen();
}

void tell_opened(Session& session) {
    const std::string text = opened_text(session.engine().opened());
    if (text.empty()) return;
    tell_user(session.connection(), PURPLE_NOTIFY_MSG_WARNING, _("Not all is well with your Tox profile."), text);
}

struct LoginNotes {  // what is said once the account is connected
    ProfileChoice profile;
    std::vector<std::string> remarks;
};

// First task of the session, before all events: statuses published while the account is still connecting would survive
// a failed login.
void become_connected(Session& session, const LoginNotes& notes) {
    const SessionId id = session.id();
    session.join_network();
    purple_connection_set_state(session.connection(), PURPLE_CONNECTED);
    if (!session_of(id)) return;  // somebody's signal handler has disconnected us
    sync_roster(session);
    if (!session_of(id)) return;
    tell_opened(session);
    tell_own_id(session, notes.profile.name);
    if (notes.profile.renamed) tell_of_renaming(session, notes.profile.name);
    tell_remarks(session, notes.remarks);
}

void alias_changed(PurpleAccount* account, const char*, gpointer) {
    Session* const session = session_of(account);
    const std::string alias = session ? account_alias(account) : "";
    if (alias.empty()) return;
    session->engine().set_name(alias);
    show_own_name(*session);
}

void connect_signals(PurpleConnection* connection) {
    purple_signal_connect(purple_accounts_get_handle(), "account-alias-changed", connection, callback<alias_changed>(),
                          nullptr);
}

}  // namespace

void set_nickname(Session& session, std::string_view name) {
    const std::string clean = one_line(name, tox::max_name);
    if (clean.empty()) return;
    session.engine().set_name(clean);
    purple_account_set_alias(session.account(), session.engine().name().c_str());
}

void login(PurpleAccount* account) {
    PurpleConnection* const connection = purple_account_get_connection(account);
    auto opened = open_session(account);
    if (!opened) {
        const auto& [reason, text] = opened.error();
        purple_connection_error_reason(connection, reason, valid_utf8(text).c_str());
        return;
    }
    connection->flags = static_cast<PurpleConnectionFlags>(connection->flags | PURPLE_CONNECTION_NO_BGCOLOR |
                                                           PURPLE_CONNECTION_NO_FONTSIZE |
                                                           PURPLE_CONNECTION_NO_URLDESC | PURPLE_CONNECTION_NO_IMAGES);
    connect_signals(connection);
    keep_profile(account, opened->profile.name);
    Session& session = *opened->session;
    tell_own_self(session);
    watch_settings(session);
    session.later([notes = LoginNotes{std::move(opened->profile), std::move(opened->remarks)}](Session& later) {
        become_connected(later, notes);
    });
    drop_removed(session);
    take_over_rules(session);
    purple_connection_set_protocol_data(connection, opened->session.release());
}

void close(PurpleConnection* connection) {
    purple_signals_disconnect_by_handle(connection);
    forget_settings(connection);
    purple_request_close_with_handle(connection);  // libpurple would do it only after we are gone
    Session* const session = session_of(connection);
    purple_connection_set_protocol_data(connection, nullptr);  // UIs go on asking
    if (!session) return;
    const SessionId id = session->id();
    // Texts that have arrived are acknowledged to their sender: they must not be lost.
    if (purple_connection_get_state(connection) == PURPLE_CONNECTED) session->drain();
    delete session_of(connection);
    forget_id_dialogs(id);
}

void set_status(PurpleAccount* account, PurpleStatus* status) {
    Session* const session = session_of(account);
    if (session && purple_status_is_active(status)) tell_own_status(*session, status);
}

void set_public_alias(PurpleConnection* connection, const char* alias, PurpleSetPublicAliasSuccessCallback success,
                      PurpleSetPublicAliasFailureCallback failure) {
    Session* const session = session_of(connection);
    PurpleAccount* const account = purple_connection_get_account(connection);
    if (session && *alias) {
        set_nickname(*session, alias);
        if (success) success(account, session->engine().name().c_str());
    } else if (failure) {
        failure(account, _("A nickname must not be empty."));
    }
}

void get_public_alias(PurpleConnection* connection, PurpleGetPublicAliasSuccessCallback success,
                      PurpleGetPublicAliasFailureCallback failure) {
    Session* const session = session_of(connection);
    PurpleAccount* const account = purple_connection_get_account(connection);
    if (session && success)
        success(account, session->engine().name().c_str());
    else if (!session && failure)
        failure(account, _("The account is not connected."));
}

// Pidgin shows the label in grey in the field for the user name; the caller destroys the table.
GHashTable* account_text_table(PurpleAccount*) {
    GHashTable* const table = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(table, const_cast<char*>("login_label"), const_cast<char*>(_("profile name")));
    return table;
}

}  // namespace purple_tox
