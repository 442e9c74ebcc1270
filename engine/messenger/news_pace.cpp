// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/messenger/news_pace.hpp"

#include <algorithm>

namespace tox {
namespace {

// Presence every five seconds (B95), and names likewise; a connection that fails and comes back a few times in a row
// is told at once all the same. Typing goes to and fro while people think, and costs the host little.
constexpr double per_second = 0.2, burst = 6;
constexpr double typing_per_second = 2, typing_burst = 20;

}  // namespace

NewsPace::Pace::Pace()
    : budgets{TokenBucket(per_second, burst), TokenBucket(per_second, burst), TokenBucket(per_second, burst),
              TokenBucket(per_second, burst), TokenBucket(typing_per_second, typing_burst)} {}

bool NewsPace::may_tell(const LongTermKey& contact, News what, Instant now) {
    const auto which = static_cast<std::size_t>(what);
    Pace& pace = paces_[contact];
    if (!pace.waiting.test(which) && pace.budgets.at(which).take(now)) return true;
    pace.waiting.set(which);
    waiting_.insert(contact);
    next_ = std::min(next_, pace.budgets.at(which).next());
    return false;
}

std::vector<NewsPace::Told> NewsPace::due(Instant now) {
    std::vector<Told> due;
    if (now < next_) return due;
    next_ = never;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        take_turn(*at, now, due);
        at = paces_.at(*at).waiting.any() ? std::next(at) : waiting_.erase(at);
    }
    return due;
}

void NewsPace::take_turn(const LongTermKey& contact, Instant now, std::vector<Told>& due) {
    Pace& pace = paces_.at(contact);
    for (std::size_t which = 0; which < kinds; ++which) {
        if (!pace.waiting.test(which)) continue;
        pace.waiting.set(which, !pace.budgets.at(which).take(now));
        if (pace.waiting.test(which))
            next_ = std::min(next_, pace.budgets.at(which).next());
        else
            due.emplace_back(contact, static_cast<News>(which));
    }
}

void NewsPace::forget(const LongTermKey& contact) {
    paces_.erase(contact);
    waiting_.erase(contact);
}

}  // namespace tox
