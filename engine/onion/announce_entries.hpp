// SPDX-License-Identifier: GPL-3.0-or-later
// The announcements a node keeps: a bounded table that prefers keys near its own (spec: Onion, announce store).
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
    static constexpr std::size_t capacity = 160;  // as c-toxcore
    static constexpr Duration lifetime = 300s;    // since the last accepted announcement; as c-toxcore

    explicit AnnounceEntries(const DhtKey& own) : own_(own.raw()) {}

    const Announced* find(const RawKey& key, Instant now);
    // Stores or refreshes. False: full of nearer ones.
    bool put(const Announced& announced, Instant now);
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Announced announced;
        Instant until;
    };
    using Age = std::pair<Instant, dht::Distance>;

    void expire(Instant now);
    void erase(std::map<dht::Distance, Entry>::iterator entry);

    RawKey own_;
    std::map<dht::Distance, Entry> entries_;  // by distance to us: the last is the first to go
    std::set<Age> by_age_;
};

}  // namespace tox
