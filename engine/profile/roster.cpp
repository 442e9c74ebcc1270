// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/roster.hpp"

namespace tox {

void Roster::add(const LongTermKey& contact) {
    const std::size_t place = next_position();
    if (!place_of_.emplace(contact, place).second) return;
    if (place == places_.size()) places_.emplace_back();
    places_[place] = contact;
    free_.erase(place);
}

void Roster::remove(const LongTermKey& contact) {
    const auto known = place_of_.find(contact);
    if (known == place_of_.end()) return;
    places_[known->second].reset();
    free_.insert(known->second);
    place_of_.erase(known);
}

std::vector<LongTermKey> Roster::contacts() const {
    std::vector<LongTermKey> all;
    all.reserve(place_of_.size());
    for (const auto& place : places_)
        if (place) all.push_back(*place);
    return all;
}

}  // namespace tox
