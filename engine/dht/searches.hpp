// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that are being searched: contacts' DHT keys, and two random keys whose nodes serve as onion hops, so that
// contacts' nodes do not leak into paths (notes 4.5, R17). Holds who named a searched node where; sends nothing.
#pragma once

#include <set>

#include "engine/dht/lists.hpp"
#include "engine/dht/punching.hpp"

namespace tox::dht {

struct Report {  // `reporter` says that the searched node is at `place`
    DhtKey reporter;
    Endpoint place;
    Instant at;
};

struct Search {
    static constexpr std::size_t most_reports = 16;  // twice the list: each node may name two families

    static constexpr unsigned most_pursuits = 20;  // others name a node that has gone for up to two minutes

    explicit Search(const DhtKey& key) : target(key), list(key.raw()) {}

    void report(const Report& report);
    // The latest of each reporter, good time only.
    std::vector<Report> fresh_reports(Instant now) const;
    std::vector<Endpoint> places(Instant now) const;  // named in them, each once, IPv6 first

    bool pursued() const { return pursuits > 0 && pursuits <= most_pursuits; }

    DhtKey target;
    std::set<RawKey> seekers;  // who must all stop before it ends; of a walk: nobody
    NearList list;
    std::vector<Report> reports;
    unsigned rounds = 0;
    unsigned pursuits = 0;  // rounds in which it was named and did not answer, since it answered last
    Instant next_round{};
    Punching nat;
};

class Searches {
  public:
    static constexpr std::size_t most = 4096;  // above any contact list: a bound on our own mistakes

    Searches();

    Search* find(const DhtKey& key);
    const Search* find(const DhtKey& key) const;
    Search* start(const DhtKey& key, const RawKey& seeker);  // or joins it; nullptr: bound reached
    void stop(const DhtKey& key, const RawKey& seeker, NodeTable& table);

    std::unordered_map<DhtKey, Search, Hashed>& contacts() { return contacts_; }
    const std::unordered_map<DhtKey, Search, Hashed>& contacts() const { return contacts_; }
    std::array<Search, 2>& walks() { return walks_; }
    const std::array<Search, 2>& walks() const { return walks_; }
    template <class Visitor>
    void each(const Visitor& visit) {
        for (auto& [key, search] : contacts_) visit(search, true);
        for (Search& walk : walks_) visit(walk, false);
    }

  private:
    std::unordered_map<DhtKey, Search, Hashed> contacts_;
    std::array<Search, 2> walks_;
};

}  // namespace tox::dht
