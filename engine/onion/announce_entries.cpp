// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/announce_entries.hpp"

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
    } else if (entries_.size() >= capacity) {
        const auto farthest = std::prev(entries_.end());
        if (!(distance < farthest->first)) return false;
        erase(farthest);
    }
    entries_.emplace(distance, Entry{announced, now + lifetime});
    by_age_.emplace(now + lifetime, distance);
    return true;
}

void AnnounceEntries::expire(Instant now) {
    while (!by_age_.empty() && by_age_.begin()->first <= now) erase(entries_.find(by_age_.begin()->second));
}

void AnnounceEntries::erase(std::map<dht::Distance, Entry>::iterator entry) {
    by_age_.erase({entry->second.until, entry->first});
    entries_.erase(entry);
}

}  // namespace tox
