// SPDX-License-Identifier: GPL-3.0-or-later
// What we know of nodes as relays, and the choice of three for a path (notes 12.4). Hops come from the DHT's random
// nodes, never from answers to announcements or searches, and none of them is where the path leads (R17).
#pragma once

#include <unordered_map>

#include "engine/onion/memory.hpp"
#include "engine/onion/node_source.hpp"
#include "engine/onion/path.hpp"

namespace tox {

class HopBook {
  public:
    static constexpr std::size_t capacity = 64;    // twice what notes 12.4 suggests to remember as proven
    static constexpr std::size_t candidates = 16;  // drawn from the DHT for one path
    // How long we rather wait for nodes that make a proper path than take what there is (design section 11).
    static constexpr Duration patience = 1500ms;
    static constexpr Duration local_patience = 50ms;  // all on loopback: nobody to hide from
    static constexpr Duration lan_patience = 250ms;   // all in one house: others are unlikely to turn up
    // Before a node that is the only one we know carries what is meant for itself: it learns all then.
    static constexpr Duration lone_patience = 5s;
    static constexpr Duration blame_lasts = 120s;    // a node that failed is avoided that long
    static constexpr Duration proven_lasts = 20min;  // a path's life

    explicit HopBook(NodeSource& nodes) : nodes_(nodes) {}  // outlives this

    // Whether paths may be built: there are three nodes besides any destination, or waiting for them has been long
    // enough.
    bool ready(Instant now);
    bool plenty(Instant now) const;
    bool any(Instant now) const { return !nodes_.random_nodes(1, now).empty(); }
    // There is no other node at all, and we have waited for one: it may be on its own path.
    bool alone(const Node& to, Instant now);

    bool begin_at_relay(Instant now) const { return nodes_.entry_relay(now).has_value(); }
    // Three nodes, different in key and network where there are enough, none of them `to`; nothing if there are none,
    // or too few and it is worth waiting. Where there are hardly any, two take turns rather than that one of them is
    // likely dead. The first may be a relay: it has no endpoint then.
    std::optional<Hops> choose(const Node& to, Instant now);

    // One of them is known not to answer any more; and: find out whether that is so.
    bool silent(const Hops& hops, Instant now) const;
    void doubt(const Hops& hops, Instant now);

    void succeeded(const Hops& hops, Instant now);
    void failed(const Hops& hops, Instant now);

    void remember(const std::vector<ProvenHop>& hops, Instant now);  // of an earlier run
    std::vector<ProvenHop> proven(Instant now) const;                // of this one and earlier ones; latest first

  private:
    static constexpr std::size_t enough = 4;  // three hops and a destination
    // With so few other nodes all are on most paths: nobody is hidden from, and one that is dead spoils every path.
    static constexpr std::size_t hardly_any = 8;
    struct Record {
        Endpoint endpoint{};
        Instant worked{};
        Instant proven_until{};
        Instant blamed_until{};
        Instant touched{};
    };
    Record& record(const DhtKey& key, Instant now);
    unsigned cost(const Node& node, Instant now) const;
    bool blamed(const Node& node, Instant now) const { return cost(node, now) == 2; }
    void spare_dead(std::vector<Node>& by_cost, Instant now) const;
    std::vector<Node> drawn(const Node& to, Instant now) const;
    bool waited(Duration elsewhere, Instant now);

    NodeSource& nodes_;
    std::unordered_map<DhtKey, Record, Hashed> records_;
    std::optional<Instant> waiting_since_;  // since somebody is known
};

}  // namespace tox
