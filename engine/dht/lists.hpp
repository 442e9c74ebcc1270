// SPDX-License-Identifier: GPL-3.0-or-later
// The lists nodes stand in: the eight nearest to one key, and the close list in buckets (notes 4.5). A good node is
// never put out for a newcomer that is farther away. They do not send anything.
#pragma once

#include "engine/dht/node_table.hpp"

namespace tox::dht {

inline constexpr std::size_t list_size = 8;       // spec: nodes per bucket and per search list
inline constexpr std::size_t bucket_count = 128;  // notes 9.1: 128, the last one for all nearer keys

class NearList {
  public:
    explicit NearList(const RawKey& target) : target_(target) {}

    const RawKey& target() const { return target_; }
    bool would_take(const DhtKey& key, Instant now) const;
    bool place(KnownNode& node, NodeTable& table, Instant now);  // true if it is new here
    bool remove(const KnownNode& node);                          // does not release
    void clear(NodeTable& table);
    bool holds(const KnownNode& node) const;
    const std::vector<KnownNode*>& nodes() const { return nodes_; }  // nearest first

  private:
    std::size_t victim(const DhtKey& newcomer, Instant now) const;  // nodes_.size(): none

    RawKey target_;
    std::vector<KnownNode*> nodes_;
};

class Buckets {
  public:
    explicit Buckets(const DhtKey& self) : self_(self) {}

    bool would_take(const DhtKey& key, Instant now) const;
    bool place(KnownNode& node, NodeTable& table, Instant now);
    bool remove(const KnownNode& node);
    bool holds(const KnownNode& node) const;
    template <class Visitor>
    void each(const Visitor& visit) const {
        for (const auto& bucket : buckets_)
            for (KnownNode* node : bucket) visit(*node);
    }

  private:
    std::vector<KnownNode*>& bucket_of(const DhtKey& key);
    const std::vector<KnownNode*>& bucket_of(const DhtKey& key) const;

    DhtKey self_;
    std::array<std::vector<KnownNode*>, bucket_count> buckets_;
};

}  // namespace tox::dht
