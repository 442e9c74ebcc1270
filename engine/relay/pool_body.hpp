// SPDX-License-Identifier: GPL-3.0-or-later
// What the relay pool consists of. Only engine/relay includes this.
//
//     relay_pool.cpp    the facade, and what connections tell
//     pool_upkeep.cpp   which connections there are to be, as time goes by
#pragma once

#include <map>

#include "engine/base/budget.hpp"
#include "engine/relay/known_relays.hpp"
#include "engine/relay/relay_connection.hpp"
#include "engine/relay/relay_pool.hpp"

namespace tox {

// A relay that is down looks the same as a proxy that is; so many at once do not.
inline constexpr unsigned doubtful_proxy_faults = 3;

struct RelayPool::Body final : RelayConnectionListener {
    // A connection that takes longer is not waited for: another is tried beside it.
    static constexpr Duration slow_to_open = 1500ms;
    static constexpr Duration slow_to_open_in_need = 600ms;
    static constexpr Duration idle_before_sleep = 10s;  // spec: TCP connection, announce timeout
    // A relay where a peer was said to be, and has not been met for so long, makes room if others want the socket.
    static constexpr Duration time_to_meet = 30s;
    static constexpr Duration outage = 1min;        // nothing usable for so long: what failed then is tried anew
    static constexpr std::size_t enough_links = 3;  // of one peer; no more relays are opened for it (notes 3.4)

    struct Entry {
        std::unique_ptr<RelayConnection> connection;
        std::optional<Instant> unneeded_since{};
    };
    struct Peer {
        std::vector<DhtKey> tied;  // relays where it said that it is, latest last
        bool direct = false;
    };
    enum class Use : Byte { none, waiting_long, waiting, carrying };  // in the order of what to give up
    using Entries = std::map<DhtKey, Entry>;

    Body(const DhtKeyPair& own, Network& net, const Loop& clock, RelayListener& hearer)
        : self(own), network(net), loop(clock), listener(hearer) {}

    // relay_pool.cpp
    RelayConnection* ready(const DhtKey& relay) const;
    std::vector<const RelayConnection*> ready_ones() const;  // the quickest first
    std::size_t usable() const;
    void on_relay_ready(RelayConnection& relay) override;
    void on_link(RelayConnection& relay, const DhtKey& peer, bool open) override;
    void on_peer_packet(RelayConnection& relay, const DhtKey& peer, ByteView packet) override;
    void on_onion_response(RelayConnection& relay, ByteView response) override;
    void on_relay_gone(RelayConnection& relay) override;

    // pool_upkeep.cpp
    void tick(Instant now);
    void upkeep(Instant now);
    void reap(Instant now);
    bool open(const DhtKey& relay, Instant now);
    void close(const DhtKey& relay, Instant now);
    void open_for_peers(Instant now);
    void open_own(Instant now);
    void close_surplus(Instant now);
    std::vector<DhtKey> wanted_by_peers() const;  // not there yet; such as each peer lacks most come first
    void add_wanted(const DhtKey& peer, const Peer& wish, std::vector<std::vector<DhtKey>>& ranks) const;
    bool waiting_at(const DhtKey& relay) const;
    std::size_t open_links_of(const DhtKey& peer) const;
    Use use_of(const DhtKey& relay, const RelayConnection& connection, Instant now) const;
    bool make_room(Instant now);
    std::size_t own_ready() const;
    std::size_t own_wanted() const { return demand == RelayDemand::none ? 0 : reserve_relays; }
    Duration patience() const { return demand == RelayDemand::lifeline ? slow_to_open_in_need : slow_to_open; }
    std::size_t lacking(Instant now) const;
    Instant next_retry(Instant now) const;
    Instant next_change(Instant now) const;

    const DhtKeyPair& self;
    Network& network;
    const Loop& loop;
    RelayListener& listener;
    KnownRelays known;
    bool only_own = false;
    // Relays that a peer names for the first time: each means a connection to wherever it says (R34). Two full lists at
    // once, then one each ten seconds.
    Budget<RawKey, Hashed> namings{{0.1, 2 * most_per_peer}, {4, 256}};
    Entries entries;
    std::map<DhtKey, Peer> peers;
    RelayDemand demand = RelayDemand::none;
    unsigned proxy_faults = 0;  // in a row, while no relay became usable
    Instant none_since{};       // since when none is usable, unless one is
    bool changed = false;       // which connections there should be may have changed
    Instant change_at = never;  // when time alone changes it
};

}  // namespace tox
