// SPDX-License-Identifier: GPL-3.0-or-later
// Questions put to the user about somebody. libpurple closes its dialogs without a word when the account goes offline,
// so a dialog keeps a number only, and this file knows what the number means. Each is answered once.
#pragma once

#include <map>

#include "plugin/session.hpp"

namespace purple_tox {

struct Question {
    SessionId session;
    tox::LongTermKey key;
    void* dialog = nullptr;

    Session* asker() const { return session_of(session); }  // nullptr: it has ended meanwhile
};

class Questions {
  public:
    using Id = unsigned;

    Id ask(const Session& session, const tox::LongTermKey& key);
    std::optional<Question> take(Id id);                                                // nothing: it was answered
    std::optional<Question> take(const Session& session, const tox::LongTermKey& key);  // likewise
    Question* find(Id id);
    bool asks(const Session& session, const tox::LongTermKey& key) const;
    std::vector<tox::LongTermKey> about(const Session& session) const;  // whom it asks about
    void forget(SessionId session);

  private:
    // Bounded by what asks: each waiting request once, and what the user has just added.
    std::map<Id, Question> open_;
    Id last_ = 0;
};

}  // namespace purple_tox
