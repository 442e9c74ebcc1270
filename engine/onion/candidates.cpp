// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/candidates.hpp"

#include <algorithm>

namespace tox {

void Candidates::begin_round() {
    waiting_.clear();
    asked_.clear();
}

bool Candidates::barred(const Node& node) const {
    return node.key == self_ || asked_.size() + waiting_.size() >= memory ||
           std::find(asked_.begin(), asked_.end(), node.key) != asked_.end();
}

bool Candidates::claim(const Node& node) {
    if (barred(node)) return false;
    asked_.push_back(node.key);
    return true;
}

void Candidates::offer(const Node& node) {
    if (barred(node)) return;
    waiting_.emplace(dht::distance_between(target_, node.key.raw()), node);
    if (waiting_.size() > capacity) waiting_.erase(std::prev(waiting_.end()));
}

std::optional<Node> Candidates::next() {
    if (waiting_.empty()) return std::nullopt;
    const Node node = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    asked_.push_back(node.key);
    return node;
}

}  // namespace tox
