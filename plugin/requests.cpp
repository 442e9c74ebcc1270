// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/requests.hpp"

#include <account.h>
#include <privacy.h>
#include <request.h>

#include <map>

#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/presence.hpp"
#include "plugin/privacy.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

struct Question {
    SessionId session;
    tox::LongTermKey key;
    void* dialog = nullptr;
};
using QuestionId = unsigned;

// Bounded by the engine's bound on waiting requests, times two: each may be followed by "for good?".
std::map<QuestionId, Question>& questions() {
    static std::map<QuestionId, Question> open;
    return open;
}

QuestionId remember(const Session& session, const tox::LongTermKey& key) {
    static QuestionId last = 0;
    questions().emplace(++last, Question{session.id(), key});
    return last;
}

// Takes the question off the list: it is answered once.
std::optional<Question> take(void* id) {
    const auto found = questions().find(GPOINTER_TO_UINT(id));
    if (found == questions().end()) return std::nullopt;
    const Question question = found->second;
    questions().erase(found);
    return question;
}

void accept(void* id) {
    const auto question = take(id);
    Session* const session = question ? session_of(question->session) : nullptr;
    if (!session || !session->engine().accept_request(question->key)) return;
    ensure_buddy(*session, question->key);
    refresh_presence(*session, question->key);
}

void ignore_for_good(void* id, int) {
    const auto question = take(id);
    if (Session* const session = question ? session_of(question->session) : nullptr)
        session->engine().decline_request(question->key, true);
}

void ask_again(void* id, int) { take(id); }

// Programs repeat an unanswered request for days: a second question saves the user from them. Where the host cannot
// ask, "Block" does the same.
void offer_to_ignore(Session& session, const tox::LongTermKey& key) {
    const QuestionId id = remember(session, key);
    const std::string primary = format(_("Ignore later requests from %s, too?"), short_name(key).c_str());
    // OK and Cancel in libpurple's own words: BitlBee knows the answers by them.
    constexpr int cancel_is_default = 1;
    purple_request_ok_cancel(session.connection(), _("Tox"), primary.c_str(),
                             _("Their program may repeat the request for days."), cancel_is_default, session.account(),
                             key.hex().c_str(), nullptr, GUINT_TO_POINTER(id), callback<ignore_for_good>(),
                             callback<ask_again>());
}

void decline(void* id) {
    const auto question = take(id);
    Session* const session = question ? session_of(question->session) : nullptr;
    if (!session) return;
    session->engine().decline_request(question->key, false);
    session->later([key = question->key](Session& later) { offer_to_ignore(later, key); });
}

bool is_asked(const Session& session, const tox::LongTermKey& key) {
    for (const auto& [id, question] : questions())
        if (question.session == session.id() && question.key == key) return true;
    return false;
}

}  // namespace

void ask_user(Session& session, const tox::RequestReceived& request) {
    if (is_denied(session.account(), request.from)) {
        session.engine().decline_request(request.from, true);
        return;
    }
    if (is_asked(session, request.from)) return;
    const QuestionId id = remember(session, request.from);
    // "On the list" although they are not: otherwise Pidgin follows up with "Add buddy", which would send a request
    // back.
    constexpr gboolean on_list = TRUE;
    void* const dialog = purple_account_request_authorization(session.account(), request.from.hex().c_str(), nullptr,
                                                              short_name(request.from).c_str(),
                                                              printable_of_stranger(request.message).c_str(), on_list,
                                                              guarded<accept>, guarded<decline>, GUINT_TO_POINTER(id));
    const auto still = questions().find(id);  // other plugins may have answered at once
    if (still != questions().end()) still->second.dialog = dialog;
}

void close_request(Session& session, const tox::LongTermKey& key) {
    for (auto at = questions().begin(); at != questions().end(); ++at) {
        if (at->second.session != session.id() || at->second.key != key) continue;
        void* const dialog = at->second.dialog;
        questions().erase(at);
        if (dialog) purple_account_request_close(dialog);
        return;
    }
}

void forget_requests(SessionId session) {
    std::erase_if(questions(), [&](const auto& entry) { return entry.second.session == session; });
}

}  // namespace purple_tox
