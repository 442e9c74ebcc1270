// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/follow_ups.hpp"

namespace tox::dht {
namespace {

bool more_promising(const Candidate& a, const Candidate& b) {
    if (a.urgent != b.urgent) return a.urgent;
    return common_bits(a.node.key.raw(), a.wanted) > common_bits(b.node.key.raw(), b.wanted);
}

}  // namespace

void FollowUps::add(const Candidate& candidate) {
    const bool known = std::any_of(waiting_.begin(), waiting_.end(), [&](const Candidate& other) {
        return other.node == candidate.node && other.wanted == candidate.wanted;
    });
    if (known) return;
    waiting_.push_back(candidate);
    if (waiting_.size() <= most) return;
    waiting_.erase(std::max_element(waiting_.begin(), waiting_.end(), more_promising));
}

std::optional<Candidate> FollowUps::take() {
    const auto best = std::min_element(waiting_.begin(), waiting_.end(), more_promising);
    if (best == waiting_.end()) return std::nullopt;
    const Candidate candidate = *best;
    waiting_.erase(best);
    return candidate;
}

void Greetings::add(const Node& node, Instant now) {
    const bool known =
        std::any_of(waiting_.begin(), waiting_.end(), [&](const Node& other) { return other.key == node.key; });
    if (known) return;
    if (waiting_.empty()) since_ = now;
    waiting_.push_back(node);
    if (waiting_.size() <= most) return;
    waiting_.erase(std::max_element(waiting_.begin(), waiting_.end(), [&](const Node& a, const Node& b) {
        return closer(self_.raw(), a.key.raw(), b.key.raw());
    }));
}

std::optional<Node> Greetings::take(Instant now) {
    if (waiting_.empty() || now < since_ + patience || !budget_.take(now)) return std::nullopt;
    const Node node = waiting_.front();
    waiting_.pop_front();
    return node;
}

Instant Greetings::next(Instant now) {
    if (waiting_.empty()) return never;
    return std::max(since_ + patience, std::max(now, budget_.next()));
}

}  // namespace tox::dht
