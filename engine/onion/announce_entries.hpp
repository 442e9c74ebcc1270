// SPDX-License-Identifier: GPL-3.0-or-later
// The announcements a node keeps: a bounded table that prefers keys near its own (spec: Onion, announce store). Keys
// near ours are cheaply made: whoever has many gives way to others.
#pragma once

#include <map>
#include <set>

#include "engine/base/time.hpp"
#include "engine/dht/distance.hpp"
#include "engine/wire/onion.hpp"

namespace tox {

struct Announced {
    RawKey key{};       // a long-term key
    RawKey data_key{};  // what data packets to it are sealed for
    Endpoint hop;       // last relay of the path it was announced over
    wire::Return3 back{};
};

class AnnounceEntries {
  public:
    static constexpr std::size_t capacity = 160;        // as c-toxcore
    static constexpr std::size_t share = capacity / 4;  // of one last hop, where others want room
    static constexpr Duration lifetime = 300s;          // since the last accepted announcement; as c-toxcore

    explicit AnnounceEntries(const DhtKey& own) : own_(own.raw()) {}

    const Announced* find(const RawKey& key, Instant now);
    // Stores or refreshes. False: full of nearer ones, or the hop has its share.
    bool put(const Announced& announced, Instant now);
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Announced announced;
        Instant until;
    };
    using Age = std::pair<Instant, dht::Distance>;

    using Entries = std::map<dht::Distance, Entry>;  // by distance to us: the last is the first to go

    void expire(Instant now);
    bool make_room(const Announced& announced);
    std::optional<Endpoint> greedy() const;
    void erase(Entries::iterator entry);

    RawKey own_;
    Entries entries_;
    std::set<Age> by_age_;
};

}  // namespace tox
