// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/adding.hpp"

#include <account.h>
#include <notify.h>
#include <request.h>

#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/questions.hpp"
#include "plugin/requests.hpp"
#include "plugin/saving.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

using tox::AddError;

enum class Addition {
    done,         // they are a contact now, or were one that the list had lost
    asked_again,  // they were one, and are asked once more
    in_question,  // the user is asked first
};

Questions& questions() {
    static Questions open;
    return open;
}

// ---- what goes back -----------------------------------------------------------------------------------------------

struct Typed {  // a buddy the user has just added: what is needed to find it again, or to type it again
    explicit Typed(PurpleBuddy* buddy) : name(text(purple_buddy_get_name(buddy))), group(group_of(buddy)) {
        alias = text(purple_buddy_get_alias_only(buddy));
    }
    static std::string text(const char* given) { return given ? given : ""; }

    std::string name, group, alias;
};

void remove_node(PurpleAccount* account, const Typed& typed) {
    const auto added = buddies_of(account, [&](PurpleBuddy* buddy) {
        return Given(purple_buddy_get_name(buddy)) == std::string_view(typed.name) && typed.group == group_of(buddy);
    });
    if (added.empty()) return;
    purple_blist_remove_buddy(added.back());
    if (const auto key = key_of(typed.name)) restore_entries(account, *key);
}

// The caller of an add operation still holds the buddy: it goes in a later turn of the loop.
void remove_later(Session& session, PurpleBuddy* buddy) {
    session.later([typed = Typed(buddy)](Session& later) { remove_node(later.account(), typed); });
}

void refuse(Session& session, PurpleBuddy* buddy, const std::string& sentence) {
    remove_later(session, buddy);
    purple_notify_error(session.connection(), _("Tox"), _("The contact was not added."), sentence.c_str());
}

// What was typed comes back to be mended.
void let_mend(Session& session, PurpleBuddy* buddy, const std::string& sentence) {
    const SessionId id = session.id();
    const Typed typed(buddy);
    refuse(session, buddy, sentence);
    Session* const still = session_of(id);
    if (!still) return;
    still->later([typed](Session& later) {
        purple_blist_request_add_buddy(later.account(), typed.name.c_str(), typed.group.c_str(), typed.alias.c_str());
    });
}

// ---- adding -------------------------------------------------------------------------------------------------------

std::string request_text(Session& session, const char* message) {
    const std::string text = message ? plain_from_html(html_from_plain(message)) : "";
    if (text.find_first_not_of(" \t\n") != std::string::npos) return text;
    const std::string name = one_line(session.engine().name(), name_glyphs);
    return name.empty() ? _("I would like to add you to my contacts.")
                        : format(_("This is %s. I would like to add you to my contacts."), name.c_str());
}

void add_by_key(void* id, int) {
    const auto question = questions().take(GPOINTER_TO_UINT(id));
    Session* const session = question ? question->asker() : nullptr;
    if (!session) return;
    const auto added = session->engine().add_contact(question->key);
    if (added || added.error() == AddError::already_contact) return take_up(*session, question->key);
    const auto listed = buddies_with_key(session->account(), question->key);
    if (!listed.empty()) refuse(*session, listed.front(), sentence(*session, added.error()));
}

void do_not_add(void* id, int) {
    const auto question = questions().take(GPOINTER_TO_UINT(id));
    Session* const session = question ? question->asker() : nullptr;
    if (!session || session->engine().has_contact(question->key)) return;
    for (PurpleBuddy* buddy : buddies_with_key(session->account(), question->key)) remove_later(*session, buddy);
}

// B2. False: this host cannot ask.
bool ask_about_key(Session& session, const tox::LongTermKey& key) {
    const Questions::Id id = questions().ask(session, key);
    constexpr int cancel_is_default = 1;
    const void* const dialog = purple_request_ok_cancel(
        session.connection(), _("Tox"), _("Add without a request?"),
        _("This is a public key of 64 digits. A contact request needs the whole Tox ID of 76 digits; without one you "
          "meet only if they add you, too."),
        cancel_is_default, session.account(), key.hex().c_str(), nullptr, GUINT_TO_POINTER(id), callback<add_by_key>(),
        callback<do_not_add>());
    return dialog || !questions().find(id);
}

// Nothing is sent to whom we are connected, nor to whom we have asked by this very ID: that request is repeated anyway.
tl::expected<Addition, AddError> add_known(Session& session, const Address& address, const std::string& text) {
    if (!address.id) return Addition::done;
    const auto asked = session.engine().add_contact(*address.id, text);
    if (asked) return Addition::asked_again;
    if (asked.error() == AddError::already_contact) return Addition::done;
    return tl::unexpected(asked.error());
}

tl::expected<Addition, AddError> add(Session& session, const Address& address, const char* message) {
    tox::Engine& engine = session.engine();
    if (address.key == engine.id().key) return tl::unexpected(AddError::own_id);
    const std::string text = request_text(session, message);
    if (engine.has_contact(address.key)) return add_known(session, address, text);
    if (!address.id && !has_asked(session, address.key)) return Addition::in_question;
    const auto added =
        has_asked(session, address.key) ? engine.accept_request(address.key) : engine.add_contact(*address.id, text);
    if (!added) return tl::unexpected(added.error());
    return Addition::done;
}

void tell_asked_again(Session& session) {
    purple_notify_info(session.connection(), _("Tox"), _("They are in your list already."),
                       _("As you are not connected to them, they are sent another contact request, in case they have "
                         "removed you or changed their Tox ID."));
}

// Hosts that keep no list know a buddy by the name it was added under (BitlBee).
void give_usual_name(PurpleBuddy* buddy, const tox::LongTermKey& key) {
    const std::string name = key.hex();
    if (keeps_list(purple_buddy_get_account(buddy)) && Given(purple_buddy_get_name(buddy)) != std::string_view(name))
        purple_blist_rename_buddy(buddy, name.c_str());
}

void finish(Session& session, PurpleBuddy* buddy, const tox::LongTermKey& key, Addition addition) {
    const SessionId id = session.id();
    PurpleAccount* const account = session.account();
    const bool twice = buddies_with_key(account, key).size() > 1;
    if (twice && addition == Addition::done)
        return refuse(session, buddy, sentence(session, AddError::already_contact));
    if (twice) {
        remove_later(session, buddy);
    } else {
        give_usual_name(buddy, key);
        if (PurpleBuddy* const added = purple_find_buddy(account, key.hex().c_str())) show_when_offline(added);
    }
    if (Session* const still = session_of(id)) take_up(*still, key);
    Session* const still = session_of(id);
    if (still && addition == Addition::asked_again) tell_asked_again(*still);
}

void ask_again(void* data, const char* typed) {
    const auto question = questions().take(GPOINTER_TO_UINT(data));
    Session* const session = question ? question->asker() : nullptr;
    if (!session) return;
    const auto complain = [&](const std::string& why) {
        purple_notify_error(session->connection(), _("Tox"), _("No contact request was sent."), why.c_str());
    };
    const auto address = parse_address(typed ? typed : "");
    if (!address) return complain(address.error());
    if (address->key != question->key) return complain(_("This is the Tox ID of somebody else."));
    if (!address->id) return complain(_("A contact request needs the whole Tox ID of 76 digits."));
    const auto asked = add_known(*session, *address, request_text(*session, nullptr));
    if (!asked) return complain(sentence(*session, asked.error()));
    if (*asked == Addition::done)
        return complain(_("You are connected to them, or they have been asked by this Tox ID already."));
    take_up(*session, question->key);
}

void keep_silent(void* data, const char*) { questions().take(GPOINTER_TO_UINT(data)); }

}  // namespace

std::string sentence(Session& session, AddError error) {
    switch (error) {
        case AddError::own_id:
            return _("This is your own Tox ID.");
        case AddError::already_contact:
            return _("This person is already one of your contacts.");
        case AddError::message_empty:
            return _("A contact request needs a message.");
        case AddError::message_too_long:
            return format(_("The message of a contact request may have at most %d bytes."),
                          static_cast<int>(tox::max_request_message));
        case AddError::too_many:
            return _("The profile holds as many contacts as it can.");
        case AddError::not_saved:
            break;
    }
    return told_save_fault(session);
}

void forget_additions(SessionId session) { questions().forget(session); }

void on_ask_again(PurpleBlistNode* node, gpointer) {
    auto* const buddy = reinterpret_cast<PurpleBuddy*>(node);
    Session* const session = session_of(purple_buddy_get_account(buddy));
    const auto key = key_of(purple_buddy_get_name(buddy));
    const auto info = session && key ? session->engine().contact(*key) : std::nullopt;
    if (!info) return;
    const std::string known = info->nospam ? tox::ToxId{*key, *info->nospam}.text() : "";
    purple_request_input(session->connection(), _("Tox"), _("Send a contact request again"),
                         _("If they have removed you, or changed their Tox ID. This is the ID as you know it; if they "
                           "have given you another one, put that here."),
                         known.c_str(), FALSE, FALSE, nullptr, _("OK"), callback<ask_again>(), _("Cancel"),
                         callback<keep_silent>(), session->account(), purple_buddy_get_name(buddy), nullptr,
                         GUINT_TO_POINTER(questions().ask(*session, *key)));
}

void add_buddy_with_invite(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup*, const char* message) {
    Session* const session = session_of(connection);
    if (!session || !buddy) return;
    const auto address = parse_address(purple_buddy_get_name(buddy));
    if (!address) return let_mend(*session, buddy, address.error());
    const bool asked = has_asked(*session, address->key);
    const auto added = add(*session, *address, message);
    if (!added) return refuse(*session, buddy, sentence(*session, added.error()));
    const SessionId id = session->id();
    if (asked) close_request(*session, address->key);
    Session* const still = session_of(id);
    if (!still) return;
    if (*added != Addition::in_question) return finish(*still, buddy, address->key, *added);
    if (buddies_with_key(still->account(), address->key).size() > 1) remove_later(*still, buddy);
    if (!ask_about_key(*still, address->key))
        refuse(*still, buddy, _("This is a public key of 64 digits. A Tox ID has 76 digits."));
}

void add_buddy(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group) {
    add_buddy_with_invite(connection, buddy, group, nullptr);
}

}  // namespace purple_tox
