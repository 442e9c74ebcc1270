// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/announce_entries.hpp"

#include "engine/host/address_budget.hpp"

namespace tox {

const Announced* AnnounceEntries::find(const RawKey& key, Instant now) {
    expire(now);
    const auto entry = entries_.find(dht::distance_between(own_, key));
    return entry == entries_.end() ? nullptr : &entry->second.announced;
}

bool AnnounceEntries::put(const Announced& announced, Instant now) {
    expire(now);
    const dht::Distance distance = dht::distance_between(own_, announced.key);
    if (const auto known = entries_.find(distance); known != entries_.end()) {
        erase(known);
    } else if (entries_.size() >= capacity && !make_room(announced)) {
        return false;
    }
    entries_.emplace(distance, Entry{announced, now + lifetime});
    by_age_.emplace(now + lifetime, distance);
    return true;
}

// Of a hop with more than its share the farthest goes, whoever comes; else the farthest of all, for a nearer one.
bool AnnounceEntries::make_room(const Announced& announced) {
    const auto source = greedy();
    const auto victim = std::find_if(entries_.rbegin(), entries_.rend(), [&](const auto& entry) {
        return !source || source_of(entry.second.announced.hop) == *source;
    });
    const bool of_others = source && source_of(announced.hop) != *source;
    if (!of_others && !(dht::distance_between(own_, announced.key) < victim->first)) return false;
    erase(std::prev(victim.base()));
    return true;
}

// The hop that has most, if that is more than its share.
std::optional<Endpoint> AnnounceEntries::greedy() const {
    std::map<Endpoint, std::size_t> held;
    for (const auto& [distance, entry] : entries_) ++held[source_of(entry.announced.hop)];
    const auto most =
        std::max_element(held.begin(), held.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most != held.end() && most->second > share ? std::optional(most->first) : std::nullopt;
}

void AnnounceEntries::expire(Instant now) {
    while (!by_age_.empty() && by_age_.begin()->first <= now) erase(entries_.find(by_age_.begin()->second));
}

void AnnounceEntries::erase(Entries::iterator entry) {
    by_age_.erase({entry->second.until, entry->first});
    entries_.erase(entry);
}

}  // namespace tox
