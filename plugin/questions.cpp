// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/questions.hpp"

#include <algorithm>

namespace purple_tox {
namespace {

auto is_about(const Session& session, const tox::LongTermKey& key) {
    return
        [id = session.id(), key](const auto& entry) { return entry.second.session == id && entry.second.key == key; };
}

}  // namespace

Questions::Id Questions::ask(const Session& session, const tox::LongTermKey& key) {
    open_.emplace(++last_, Question{session.id(), key});
    return last_;
}

Question* Questions::find(Id id) {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

std::optional<Question> Questions::take(Id id) {
    const Question* const found = find(id);
    if (!found) return std::nullopt;
    const Question question = *found;
    open_.erase(id);
    return question;
}

std::optional<Question> Questions::take(const Session& session, const tox::LongTermKey& key) {
    const auto found = std::ranges::find_if(open_, is_about(session, key));
    return found == open_.end() ? std::nullopt : take(found->first);
}

bool Questions::asks(const Session& session, const tox::LongTermKey& key) const {
    return std::ranges::any_of(open_, is_about(session, key));
}

std::vector<tox::LongTermKey> Questions::about(const Session& session) const {
    std::vector<tox::LongTermKey> keys;
    for (const auto& [id, question] : open_)
        if (question.session == session.id()) keys.push_back(question.key);
    return keys;
}

void Questions::forget(SessionId session) {
    std::erase_if(open_, [&](const auto& entry) { return entry.second.session == session; });
}

}  // namespace purple_tox
