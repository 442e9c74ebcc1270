// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/account.hpp"

#include <connection.h>
#include <core.h>
#include <notify.h>
#include <request.h>
#include <signals.h>
#include <util.h>

#include "plugin/actions.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/opening.hpp"
#include "plugin/options.hpp"
#include "plugin/privacy.hpp"
#include "plugin/roster.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

struct LoginFault {
    PurpleConnectionError reason;
    std::string text;
};
template <class T>
using Login = tl::expected<T, LoginFault>;

tl::unexpected<LoginFault> fault(PurpleConnectionError reason, std::string text) {
    return tl::unexpected(LoginFault{reason, std::move(text)});
}

// telepathy-haze deletes its user directory when it ends: identities must not live there.
std::string profile_directory() {
    const bool throw_away = g_strcmp0(purple_core_get_ui(), "haze") == 0;
    const Owned<> path(throw_away ? g_build_filename(g_get_user_data_dir(), "purple-tox", nullptr)
                                  : g_build_filename(purple_user_dir(), "tox", nullptr));
    return path.get();
}

std::string account_alias(PurpleAccount* account) {
    const char* const alias = purple_account_get_alias(account);
    return alias ? one_line(alias, tox::max_name) : "";
}

Login<std::unique_ptr<tox::Storage>> open_storage(PurpleAccount* account) {
    using Kind = tox::PosixStorage::OpenFault::Kind;
    auto storage = tox::PosixStorage::open(profile_directory(), purple_account_get_username(account));
    if (storage) return std::move(*storage);
    switch (storage.error().kind) {
        case Kind::bad_name:
            return fault(PURPLE_CONNECTION_ERROR_INVALID_USERNAME,
                         _("This profile name cannot be used: it must not contain “/” or begin with a dot."));
        case Kind::locked:
            return fault(PURPLE_CONNECTION_ERROR_NAME_IN_USE,
                         _("Another program uses this Tox profile. Close it, then enable the account again."));
        case Kind::directory:
        case Kind::no_lock:
            break;
    }
    return fault(PURPLE_CONNECTION_ERROR_OTHER_ERROR, storage.error().text);
}

Login<std::unique_ptr<tox::Network>> open_network(const tox::GlibNetwork::Setup& setup) {
    auto network = tox::GlibNetwork::open(setup);
    if (!network) return fault(PURPLE_CONNECTION_ERROR_NETWORK_ERROR, network.error());
    return std::move(*network);
}

LoginFault fault_of(const tox::OpenFault& fault) {
    switch (fault.error) {
        case tox::OpenError::damaged:
            return {
                PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
                fault.backup == tox::FileState::absent
                    ? _("The Tox profile is damaged, and there is no backup of it. Nothing was changed; please restore "
                        "a copy.")
                    : _("The Tox profile is damaged, and so is its backup. Nothing was changed; please restore a "
                        "copy.")};
        case tox::OpenError::encrypted:
            return {
                PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
                _("The Tox profile is encrypted, which is not supported yet. Remove its passphrase with the program "
                  "that set it.")};
        case tox::OpenError::locked:
            return {PURPLE_CONNECTION_ERROR_NAME_IN_USE,
                    _("Another program uses this Tox profile. Close it, then enable the account again.")};
        case tox::OpenError::unwritable:
            return {PURPLE_CONNECTION_ERROR_OTHER_ERROR,
                    format(_("The new Tox profile could not be stored: %s"), fault.reason.c_str())};
        case tox::OpenError::unreadable:
            break;
    }
    return {PURPLE_CONNECTION_ERROR_OTHER_ERROR,
            format(_("The Tox profile could not be read: %s"), fault.reason.c_str())};
}

tox::Options options_of(PurpleAccount* account, const NetworkSettings& settings) {
    tox::Options options;
    options.first_name = account_alias(account);
    if (options.first_name.empty()) options.first_name = one_line(purple_account_get_username(account), tox::max_name);
    options.lan_discovery = settings.lan_discovery;
    options.hole_punching = settings.hole_punching;
    options.contact_route = settings.contact_route;
    options.relay_ports = settings.relay_ports;
    return options;
}

Login<std::unique_ptr<Session>> open_session(PurpleAccount* account) {
    auto settings = network_settings(account);
    if (!settings) return fault(PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, settings.error());
    auto storage = open_storage(account);
    if (!storage) return tl::unexpected(storage.error());
    auto network = open_network(settings->setup);
    if (!network) return tl::unexpected(network.error());
    tox::Options options = options_of(account, *settings);
    Session::World world{std::move(*storage), std::move(*network), std::move(*settings)};
    auto session = std::make_unique<Session>(purple_account_get_connection(account), std::move(world));
    const auto opened = session->open(std::move(options));
    if (!opened) return tl::unexpected(fault_of(opened.error()));
    return session;
}

void tell_own_status(Session& session, PurpleStatus* status) {
    const auto primitive = purple_status_type_get_primitive(purple_status_get_type(status));
    const char* const message = purple_status_get_attr_string(status, "message");
    tox::Engine& engine = session.engine();
    engine.set_status_message(message ? one_line(plain_from_html(message), tox::max_status_message) : "");
    engine.set_status(primitive == PURPLE_STATUS_AWAY          ? tox::UserStatus::away
                      : primitive == PURPLE_STATUS_UNAVAILABLE ? tox::UserStatus::busy
                                                               : tox::UserStatus::online);
}

void tell_own_self(Session& session) {
    if (const std::string alias = account_alias(session.account()); !alias.empty()) session.engine().set_name(alias);
    purple_connection_set_display_name(session.connection(), session.engine().name().c_str());
    tell_own_status(session, purple_account_get_active_status(session.account()));
}

void tell_opened(Session& session) {
    const std::string text = opened_text(session.engine().opened());
    if (text.empty()) return;
    purple_notify_warning(session.connection(), _("Tox"), _("Not all is well with your Tox profile."), text.c_str());
}

// First task of the session, before all events: statuses published while the account is still connecting would survive
// a failed login.
void become_connected(Session& session) {
    const SessionId id = session.id();
    session.join_network();
    purple_connection_set_state(session.connection(), PURPLE_CONNECTED);
    if (!session_of(id)) return;  // somebody's signal handler has disconnected us
    sync_roster(session);
    tell_opened(session);
    Session* const still_there = session_of(id);
    if (!still_there || !still_there->engine().id_unseen()) return;
    show_tox_id(session, _("Your new Tox ID"));
    if (Session* const still = session_of(id)) still->engine().id_seen();
}

void alias_changed(PurpleAccount* account, const char*, gpointer) {
    Session* const session = session_of(account);
    const std::string alias = session ? account_alias(account) : "";
    if (alias.empty()) return;
    session->engine().set_name(alias);
    purple_connection_set_display_name(session->connection(), session->engine().name().c_str());
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
    auto session = open_session(account);
    if (!session) {
        purple_connection_error_reason(connection, session.error().reason, session.error().text.c_str());
        return;
    }
    connection->flags = static_cast<PurpleConnectionFlags>(connection->flags | PURPLE_CONNECTION_NO_BGCOLOR |
                                                           PURPLE_CONNECTION_NO_FONTSIZE |
                                                           PURPLE_CONNECTION_NO_URLDESC | PURPLE_CONNECTION_NO_IMAGES);
    connect_signals(connection);
    tell_own_self(**session);
    (*session)->later(become_connected);
    drop_removed(**session);
    take_over_rules(**session);
    purple_connection_set_protocol_data(connection, session->release());
}

void close(PurpleConnection* connection) {
    purple_signals_disconnect_by_handle(connection);
    purple_request_close_with_handle(connection);  // libpurple would do it only after we are gone
    Session* const session = session_of(connection);
    purple_connection_set_protocol_data(connection, nullptr);  // UIs go on asking
    if (!session) return;
    // Texts that have arrived are acknowledged to their sender: they must not be lost.
    if (purple_connection_get_state(connection) == PURPLE_CONNECTED) session->drain();
    delete session_of(connection);
}

void set_status(PurpleAccount* account, PurpleStatus* status) {
    Session* const session = session_of(account);
    if (session && purple_status_is_active(status)) tell_own_status(*session, status);
}

void set_public_alias(PurpleConnection* connection, const char* alias, PurpleSetPublicAliasSuccessCallback success,
                      PurpleSetPublicAliasFailureCallback failure) {
    Session* const session = session_of(connection);
    PurpleAccount* const account = purple_connection_get_account(connection);
    if (session && alias && *alias) {
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
