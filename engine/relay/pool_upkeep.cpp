// SPDX-License-Identifier: GPL-3.0-or-later
// Which relays the pool is connected to: those that peers need, some of our own, and no more for long.
#include <algorithm>

#include "engine/relay/pool_body.hpp"

namespace tox {

static_assert(RelayPool::most_known == KnownRelays::capacity);
static_assert(RelayPool::most_out_of_band == wire::most_out_of_band);

namespace {

bool holds(const std::vector<DhtKey>& keys, const DhtKey& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

// ---- opening and closing -----------------------------------------------------------------------------------------

// True: it is there, or on the way.
bool RelayPool::Body::open(const DhtKey& relay, Instant now) {
    if (entries.contains(relay)) return true;
    if (entries.size() >= most_connections || !known.may_try(relay, now)) return false;
    known.tried(relay, now);
    auto stream = network.connect(known.find(relay)->address());
    if (!stream) {
        known.failed(relay, now);
        return false;
    }
    const RelayConnection::Owner owner{self, loop, *this};
    auto connection = std::make_unique<RelayConnection>(std::move(stream), relay, owner);
    for (const auto& [peer, wish] : peers) connection->ask_for(peer);
    entries.emplace(relay, Entry{std::move(connection)});
    return true;
}

void RelayPool::Body::close(const DhtKey& relay, Instant now) {
    const auto entry = entries.find(relay);
    const bool was_ready = entry->second.connection->ready();
    const auto links = entry->second.connection->open_links();
    entries.erase(entry);
    known.rested(relay, now + KnownRelays::first_pause, now);
    for (const DhtKey& peer : links) listener.on_relay_link(peer, relay, false, now);
    if (!was_ready) return;
    if (usable() == 0) none_since = now;
    listener.on_relays_changed(now);
}

void RelayPool::Body::reap(Instant now) {
    for (auto& [relay, entry] : entries) entry.connection->tick(now);
    if (std::erase_if(entries, [](const auto& item) { return item.second.connection->gone(); }) > 0) changed = true;
}

// ---- what peers need ---------------------------------------------------------------------------------------------

std::size_t RelayPool::Body::open_links_of(const DhtKey& peer) const {
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [&](const auto& item) { return item.second.connection->linked(peer); }));
}

// Open, and not for so long that the peer will hardly come.
bool RelayPool::Body::waiting_at(const DhtKey& relay) const {
    const auto entry = entries.find(relay);
    return entry != entries.end() && loop.now() < entry->second.connection->since() + time_to_meet;
}

// A peer who has two relays waits until everybody has had a chance of one: many contacts share few sockets, and no peer
// has more of them than it could use. Of a peer's relays, the one that was not tried for longest comes first, the
// latest to be named among equals.
void RelayPool::Body::add_wanted(const DhtKey& peer, const Peer& wish, std::vector<std::vector<DhtKey>>& ranks) const {
    if (wish.direct || wish.tied.empty()) return;
    std::vector<DhtKey> missing;
    for (auto relay = wish.tied.rbegin(); relay != wish.tied.rend(); ++relay)
        if (!entries.contains(*relay) && known.find(*relay) != nullptr) missing.push_back(*relay);
    if (missing.empty() || open_links_of(peer) >= enough_links) return;
    std::stable_sort(missing.begin(), missing.end(),
                     [&](const DhtKey& a, const DhtKey& b) { return known.find(a)->tried < known.find(b)->tried; });
    auto rank = static_cast<std::size_t>(
        std::count_if(wish.tied.begin(), wish.tied.end(), [&](const DhtKey& relay) { return waiting_at(relay); }));
    for (const DhtKey& relay : missing)
        if (rank < enough_links) ranks[rank++].push_back(relay);
}

std::vector<DhtKey> RelayPool::Body::wanted_by_peers() const {
    std::vector<std::vector<DhtKey>> ranks(enough_links);
    for (const auto& [peer, wish] : peers) add_wanted(peer, wish, ranks);
    std::vector<DhtKey> all;
    for (const auto& rank : ranks) all.insert(all.end(), rank.begin(), rank.end());
    return all;
}

RelayPool::Body::Use RelayPool::Body::use_of(const DhtKey& relay, const RelayConnection& connection,
                                             Instant now) const {
    Use use = Use::none;
    for (const auto& [peer, wish] : peers) {
        if (wish.direct) continue;
        if (connection.linked(peer)) return Use::carrying;
        if (holds(wish.tied, relay)) use = now < connection.since() + time_to_meet ? Use::waiting : Use::waiting_long;
    }
    return use;
}

std::size_t RelayPool::Body::own_ready() const {
    return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [&](const auto& item) {
        return item.second.connection->ready() && known.is_own(item.first);
    }));
}

// For a relay that a peer needs: one that serves less goes, if there is such. Those of our own that we need stay.
bool RelayPool::Body::make_room(Instant now) {
    if (entries.size() < most_connections) return true;
    const bool own_spare = own_ready() > own_wanted();
    std::optional<DhtKey> least;
    Use least_use = Use::waiting;
    for (const auto& [relay, entry] : entries) {
        if (!own_spare && entry.connection->ready() && known.is_own(relay)) continue;
        const Use use = use_of(relay, *entry.connection, now);
        if (use >= least_use) continue;
        least = relay;
        least_use = use;
    }
    if (!least) return false;
    close(*least, now);
    known.rested(*least, now + time_to_meet, now);
    return true;
}

void RelayPool::Body::open_for_peers(Instant now) {
    for (const DhtKey& relay : wanted_by_peers()) {
        if (!known.may_try(relay, now)) continue;
        if (!make_room(now)) return;
        open(relay, now);
    }
}

// ---- our own -----------------------------------------------------------------------------------------------------

// How many more to try. Such that are slow to open, or in doubt, are not waited for.
std::size_t RelayPool::Body::lacking(Instant now) const {
    std::size_t have = 0;
    for (const auto& [relay, entry] : entries) {
        const RelayConnection& one = *entry.connection;
        if (!one.doubted() && (one.ready() || now < one.since() + patience())) ++have;
    }
    return own_wanted() > have ? own_wanted() - have : 0;
}

void RelayPool::Body::open_own(Instant now) {
    if (lacking(now) == 0) return;
    for (const DhtKey& relay : known.candidates(now)) {
        if (lacking(now) == 0) return;
        open(relay, now);
    }
}

// Nobody needs them, and we have enough: the slowest go first, after a while.
void RelayPool::Body::close_surplus(Instant now) {
    std::size_t kept = 0;
    std::vector<DhtKey> surplus;
    for (const RelayConnection* one : ready_ones()) {
        Entry& entry = entries.at(one->key());
        if (kept < own_wanted() || use_of(one->key(), *one, now) != Use::none) {
            entry.unneeded_since.reset();
            ++kept;
            continue;
        }
        if (!entry.unneeded_since) entry.unneeded_since = now;
        if (now >= *entry.unneeded_since + idle_before_sleep) surplus.push_back(one->key());
    }
    for (const DhtKey& relay : surplus) close(relay, now);
}

// ---- time --------------------------------------------------------------------------------------------------------

Instant RelayPool::Body::next_retry(Instant now) const {
    const auto wanted = wanted_by_peers();
    const bool lack = lacking(now) > 0;
    if (wanted.empty() && !lack) return never;
    if (entries.size() >= most_connections) return wanted.empty() ? never : now + idle_before_sleep;
    if (lack) return known.next_retry(now);
    Instant next = never;
    for (const DhtKey& relay : wanted)
        if (const auto* record = known.find(relay); record != nullptr && record->retry > now)
            next = std::min(next, record->retry);
    return next;
}

Instant RelayPool::Body::next_change(Instant now) const {
    Instant next = next_retry(now);
    for (const auto& [relay, entry] : entries) {
        if (entry.unneeded_since) next = std::min(next, *entry.unneeded_since + idle_before_sleep);
        const Instant slow = entry.connection->since() + patience();
        if (!entry.connection->ready() && own_wanted() > 0 && now < slow) next = std::min(next, slow);
    }
    return next;
}

void RelayPool::Body::upkeep(Instant now) {
    changed = false;
    open_for_peers(now);
    open_own(now);
    close_surplus(now);
    change_at = next_change(now);
}

// Who hears of a change may cause another: it is seen to at once, but not for ever.
void RelayPool::Body::tick(Instant now) {
    constexpr int most_turns = 4;
    reap(now);
    for (int turn = 0; turn < most_turns && (changed || change_at <= now); ++turn) upkeep(now);
    for (auto& [relay, entry] : entries) entry.connection->flush();
}

}  // namespace tox
