// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/entry_hops.hpp"

#include <algorithm>

namespace tox {

void EntryHops::used(const Node& first, Instant now) {
    const Node entry = first.endpoint.is_usable() ? node(first.endpoint) : relay(first.key);
    if (!until_.contains(entry) && until_.size() >= capacity)
        until_.erase(std::min_element(until_.begin(), until_.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; }));
    until_[entry] = now + lasts;
}

bool EntryHops::expects(const Node& from, Instant now) const {
    const auto known = until_.find(from);
    return known != until_.end() && now < known->second;
}

}  // namespace tox
