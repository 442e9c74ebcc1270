// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/lists.hpp"

namespace tox::dht {
namespace {

bool contains(const std::vector<KnownNode*>& nodes, const KnownNode& node) {
    return std::find(nodes.begin(), nodes.end(), &node) != nodes.end();
}

bool erase_from(std::vector<KnownNode*>& nodes, const KnownNode& node) {
    const auto found = std::find(nodes.begin(), nodes.end(), &node);
    if (found == nodes.end()) return false;
    nodes.erase(found);
    return true;
}

// The one that has been silent longest, if it is not good any more.
std::size_t silent_one(const std::vector<KnownNode*>& nodes, Instant now) {
    const auto oldest = std::min_element(nodes.begin(), nodes.end(), [](const KnownNode* a, const KnownNode* b) {
        return a->confirmed() < b->confirmed();
    });
    if (oldest == nodes.end() || (*oldest)->good(now)) return nodes.size();
    return static_cast<std::size_t>(oldest - nodes.begin());
}

}  // namespace

bool NearList::holds(const KnownNode& node) const { return contains(nodes_, node); }

bool NearList::would_take(const DhtKey& key, Instant now) const {
    const bool here = std::any_of(nodes_.begin(), nodes_.end(), [&](const KnownNode* n) { return n->key == key; });
    if (here) return false;
    return nodes_.size() < list_size || victim(key, now) < nodes_.size();
}

std::size_t NearList::victim(const DhtKey& newcomer, Instant now) const {
    if (const std::size_t silent = silent_one(nodes_, now); silent < nodes_.size()) return silent;
    const bool nearer = closer(target_, newcomer.raw(), nodes_.back()->key.raw());
    return nearer ? nodes_.size() - 1 : nodes_.size();
}

bool NearList::place(KnownNode& node, NodeTable& table, Instant now) {
    if (holds(node) || !would_take(node.key, now)) return false;
    if (nodes_.size() == list_size) {
        KnownNode* out = nodes_[victim(node.key, now)];
        erase_from(nodes_, *out);
        table.release(*out);
    }
    const auto place = std::find_if(nodes_.begin(), nodes_.end(), [&](const KnownNode* other) {
        return closer(target_, node.key.raw(), other->key.raw());
    });
    nodes_.insert(place, &node);
    table.hold(node);
    return true;
}

bool NearList::remove(const KnownNode& node) { return erase_from(nodes_, node); }

void NearList::clear(NodeTable& table) {
    for (KnownNode* node : nodes_) table.release(*node);
    nodes_.clear();
}

std::vector<KnownNode*>& Buckets::bucket_of(const DhtKey& key) {
    return buckets_[std::min<std::size_t>(common_bits(self_.raw(), key.raw()), bucket_count - 1)];
}

const std::vector<KnownNode*>& Buckets::bucket_of(const DhtKey& key) const {
    return buckets_[std::min<std::size_t>(common_bits(self_.raw(), key.raw()), bucket_count - 1)];
}

bool Buckets::holds(const KnownNode& node) const { return contains(bucket_of(node.key), node); }

bool Buckets::would_take(const DhtKey& key, Instant now) const {
    const auto& bucket = bucket_of(key);
    const bool here = std::any_of(bucket.begin(), bucket.end(), [&](const KnownNode* n) { return n->key == key; });
    if (here) return false;
    return bucket.size() < list_size || silent_one(bucket, now) < bucket.size();
}

bool Buckets::place(KnownNode& node, NodeTable& table, Instant now) {
    if (holds(node) || !would_take(node.key, now)) return false;
    auto& bucket = bucket_of(node.key);
    if (bucket.size() == list_size) {
        KnownNode* out = bucket[silent_one(bucket, now)];
        erase_from(bucket, *out);
        table.release(*out);
    }
    bucket.push_back(&node);
    table.hold(node);
    return true;
}

bool Buckets::remove(const KnownNode& node) { return erase_from(bucket_of(node.key), node); }

}  // namespace tox::dht
