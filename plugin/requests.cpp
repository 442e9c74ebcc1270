// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/requests.hpp"

#include <account.h>
#include <notify.h>
#include <request.h>

#include "plugin/adding.hpp"
#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/presence.hpp"
#include "plugin/privacy.hpp"
#include "plugin/questions.hpp"
#include "plugin/saving.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

Questions& questions() {
    static Questions open;
    return open;
}

Questions& second_thoughts() {  // about those who were declined
    static Questions open;
    return open;
}

void accept(void* id) {
    const auto question = questions().take(GPOINTER_TO_UINT(id));
    Session* const session = question ? question->asker() : nullptr;
    if (!session) return;
    const auto accepted = session->engine().accept_request(question->key);
    if (accepted || accepted.error() == tox::AddError::already_contact) return take_up(*session, question->key);
    purple_notify_error(session->connection(), _("Tox"), _("The request was not accepted."),
                        sentence(*session, accepted.error()).c_str());
}

void block_sender(void* id, int) {
    const auto question = second_thoughts().take(GPOINTER_TO_UINT(id));
    if (Session* const session = question ? question->asker() : nullptr) block(*session, question->key);
}

void leave_alone(void* id, int) { second_thoughts().take(GPOINTER_TO_UINT(id)); }

// Programs repeat an unanswered request for days. Where the host cannot ask, "Block" does the same.
void offer_to_block(Session& session, const tox::LongTermKey& key) {
    const Questions::Id id = second_thoughts().ask(session, key);
    const std::string primary = format(_("Declined. Block %s as well?"), short_name(key).c_str());
    // OK and Cancel in libpurple's own words: BitlBee knows the answers by them.
    constexpr int cancel_is_default = 1;
    purple_request_ok_cancel(
        session.connection(), _("Tox"), primary.c_str(),
        _("Their program may ask again tomorrow. Whom you block cannot ask until you unblock them."), cancel_is_default,
        session.account(), key.hex().c_str(), nullptr, GUINT_TO_POINTER(id), callback<block_sender>(),
        callback<leave_alone>());
}

void decline(void* id) {
    const auto question = questions().take(GPOINTER_TO_UINT(id));
    Session* const session = question ? question->asker() : nullptr;
    if (!session) return;
    if (!session->engine().decline_request(question->key, false)) {
        purple_notify_error(session->connection(), _("Tox"), _("The request was not declined."),
                            told_save_fault(*session).c_str());
        return;
    }
    session->later([key = question->key](Session& later) { offer_to_block(later, key); });
}

// Other plugins may answer at once, or end the session.
void ask(Session& session, const tox::LongTermKey& from, const std::string& message) {
    const Questions::Id id = questions().ask(session, from);
    // "On the list" although they are not: otherwise Pidgin follows up with "Add buddy", which would send a request
    // back.
    constexpr gboolean on_list = TRUE;
    void* const dialog = purple_account_request_authorization(
        session.account(), from.hex().c_str(), nullptr, short_name(from).c_str(),
        printable_of_stranger(message).c_str(), on_list, guarded<accept>, guarded<decline>, GUINT_TO_POINTER(id));
    if (Question* const still = questions().find(id)) still->dialog = dialog;
}

}  // namespace

void ask_user(Session& session, const tox::RequestReceived& request) {
    if (!has_asked(session, request.from) || !admits_request(session.account(), request.from)) return;
    if (!questions().asks(session, request.from)) ask(session, request.from, request.message);
}

void review_requests(Session& session) {
    const SessionId id = session.id();
    for (const auto& key : questions().about(session)) {
        Session* const still = session_of(id);
        if (still && (!has_asked(*still, key) || !admits_request(still->account(), key))) close_request(*still, key);
    }
    if (!session_of(id)) return;
    for (const auto& request : session.engine().requests())
        if (Session* const still = session_of(id)) ask_user(*still, {request.from, request.message});
}

bool has_asked(Session& session, const tox::LongTermKey& key) {
    for (const auto& request : session.engine().requests())
        if (request.from == key) return true;
    return false;
}

void close_request(Session& session, const tox::LongTermKey& key) {
    const auto question = questions().take(session, key);
    if (question && question->dialog) purple_account_request_close(question->dialog);
}

void forget_requests(SessionId session) {
    questions().forget(session);
    second_thoughts().forget(session);
}

void on_contact_requests(PurplePluginAction* action) {
    Session* const session = session_of(static_cast<PurpleConnection*>(action->context));
    if (!session) return;
    const auto waiting = session->engine().requests();
    if (waiting.empty())
        purple_notify_info(session->connection(), _("Tox"), _("No contact request waits for an answer."), nullptr);
    const SessionId id = session->id();
    for (const auto& request : waiting) {
        if (Session* const still = session_of(id)) close_request(*still, request.from);
        if (Session* const still = session_of(id)) ask(*still, request.from, request.message);
    }
}

}  // namespace purple_tox
