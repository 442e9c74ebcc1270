// SPDX-License-Identifier: GPL-3.0-or-later
// All nodes that have proven themselves and stand in at least one list: one entry per key, an address per family.
// Does not know which lists there are; they hold and release entries.
#pragma once

#include <array>
#include <unordered_map>

#include "engine/base/time.hpp"
#include "engine/dht/distance.hpp"
#include "engine/dht/scope.hpp"

namespace tox::dht {

inline constexpr Duration good_time = 122s;       // notes 4.5: BAD_NODE_TIMEOUT, one lost keep-alive is forgiven
inline constexpr Duration dead_time = 182s;       // notes 4.5: KILL_NODE_TIMEOUT
inline constexpr Duration keep_alive_time = 60s;  // notes 4.6
inline constexpr Duration ask_again_time = 8s;    // a keep-alive that got no answer in 5 s; two tries fit below 122 s
inline constexpr Duration ask_silent_time = 30s;  // after that

struct Address {
    Endpoint endpoint;
    Instant confirmed;        // the last answer from there
    Instant next_ask;         // keep-alive
    Instant since{};          // the first answer from there
    unsigned unanswered = 0;  // requests since then

    bool good(Instant now) const { return now - confirmed < good_time; }
    bool alive(Instant now) const { return now - confirmed < dead_time; }
    void asked(Instant now);
};

struct KnownNode {
    explicit KnownNode(const DhtKey& node_key) : key(node_key) {}

    const DhtKey key;
    std::array<std::optional<Address>, 2> addresses;  // by family
    bool neutral = false;  // found otherwise than by searching a contact: may become an onion hop (R17)
    unsigned holders = 0;  // lists it stands in

    std::optional<Address>& of(Endpoint::Family family) { return addresses[static_cast<std::size_t>(family)]; }
    const std::optional<Address>& of(Endpoint::Family family) const {
        return addresses[static_cast<std::size_t>(family)];
    }
    const Address* at(const Endpoint& endpoint) const;  // nullptr: it is not there
    bool good(Instant now) const;
    bool alive(Instant now) const;
    bool good_at(const Endpoint& endpoint, Instant now) const;
    Instant confirmed() const;                            // the later one
    const Address* best(Instant now, Scope least) const;  // the freshest good one of that scope or a wider one
    const Address* freshest() const;                      // good or not; every known node has one
};

class NodeTable {
  public:
    KnownNode* find(const DhtKey& key);
    const KnownNode* find(const DhtKey& key) const;
    KnownNode* at(const Endpoint& endpoint);

    // A node has answered from there. The entry is new if unknown; whoever calls releases it if no list takes it.
    KnownNode& confirm(const Node& node, Instant now);
    // Whoever does not answer again until then is not good any more.
    void doubt(Instant until);
    // The same of one; false if that holds already, if it is not there, or has answered since then.
    bool doubt(const Node& node, Instant until, Instant since);
    // Another node has answered from this address: the entry loses it. True if it has no other.
    bool lose(KnownNode& node, const Endpoint& endpoint);

    void hold(KnownNode& node) { ++node.holders; }
    void release(KnownNode& node);
    void drop_unheld(KnownNode& node);

    const std::unordered_map<DhtKey, KnownNode, Hashed>& nodes() const { return nodes_; }
    std::unordered_map<DhtKey, KnownNode, Hashed>& nodes() { return nodes_; }
    Scope scope(Instant now) const;       // the widest in which a node is good; a walk
    std::size_t good(Instant now) const;  // cached: asked at every settle
    Instant lonely_at() const;            // when the last good address stops being good; a walk

  private:
    void set_address(KnownNode& node, const Endpoint& endpoint, Instant now);

    std::unordered_map<DhtKey, KnownNode, Hashed> nodes_;
    std::unordered_map<Endpoint, KnownNode*, EndpointHash> at_;
    mutable std::size_t good_count_ = 0;
    mutable Instant good_count_until_{};
};

}  // namespace tox::dht
