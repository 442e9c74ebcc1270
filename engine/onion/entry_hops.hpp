// SPDX-License-Identifier: GPL-3.0-or-later
// The first hops of our own paths: all that comes out of the onion comes from one of them, and what comes from anybody
// else costs nothing. Each of them may make us open so many data packets and no more (R26): junk that one of them
// sends, or that somebody sends in its name, leaves the others their share.
#pragma once

#include "engine/base/budget.hpp"
#include "engine/dht/distance.hpp"

namespace tox {

class EntryHops {
  public:
    // An announcement lives 300 s, and what is sent to us comes by the path it was made over.
    static constexpr Duration lasts = 330s;
    static constexpr std::size_t capacity = 64;  // twelve paths, each built anew a few times within that

    // Opening costs two key derivations, 0.1 ms. Each of 300 contacts sends up to eight copies when we come online,
    // over six paths of ours. All together a fiftieth of a core.
    static constexpr Rate openings_each{40, 100};
    static constexpr Rate openings{200, 400};

    // Who is meant: a node by its address alone, for that is all a datagram tells, a relay of ours by its key.
    static Node node(const Endpoint& at) { return {{}, at}; }
    static Node relay(const DhtKey& key) { return {key, {}}; }

    void used(const Node& first, Instant now);
    bool expects(const Node& from, Instant now) const;
    bool may_open(const Node& from, Instant now) { return expects(from, now) && budget_.take(from, now); }

  private:
    std::unordered_map<Node, Instant, dht::NodeHash> until_;
    Budget<Node, dht::NodeHash> budget_{openings_each, openings};
};

}  // namespace tox
