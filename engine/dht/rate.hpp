// SPDX-License-Identifier: GPL-3.0-or-later
// Token buckets: one for what we send, one per source for what strangers may make us do (R25, R26). Knows no packets.
#pragma once

#include <list>
#include <unordered_map>

#include "engine/base/token_bucket.hpp"
#include "engine/dht/distance.hpp"

namespace tox::dht {

// What counts as one source: an IPv4 address, an IPv6 /64, but on a LAN each port, where a host may run many nodes.
Endpoint source_of(const Endpoint& from);

class SourceLimit {
  public:
    static constexpr std::size_t most_sources = 1024;  // R28's figure: LRU table of 1,024 sources

    SourceLimit(TokenBucket each, TokenBucket all) : each_(each), all_(all) {}
    bool take(const Endpoint& from, Instant now);
    std::size_t sources() const { return index_.size(); }

  private:
    using Entry = std::pair<Endpoint, TokenBucket>;
    TokenBucket& bucket_of(const Endpoint& source);

    TokenBucket each_;  // what a new source starts with
    TokenBucket all_;
    std::list<Entry> by_use_;  // most recent first
    std::unordered_map<Endpoint, std::list<Entry>::iterator, EndpointHash> index_;
};

}  // namespace tox::dht
