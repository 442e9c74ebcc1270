// SPDX-License-Identifier: GPL-3.0-or-later
// The answered nodes nearest to a key, with what each of them said (spec: Onion, announce list and search list).
#pragma once

#include <map>

#include "engine/base/time.hpp"
#include "engine/dht/distance.hpp"
#include "engine/onion/memory.hpp"

namespace tox {

template <class State>
class NearList {
  public:
    static constexpr double most_unanswered = 3;  // then the node is taken for dead (as c-toxcore)

    struct Entry {
        Node node;
        Instant last_answer{};
        double unanswered = 0;  // in a row, each as much as it says against the node
        State state{};
    };
    using Entries = std::map<dht::Distance, Entry>;  // nearest first

    NearList(const RawKey& target, std::size_t capacity) : target_(target), capacity_(capacity) {}

    const Entries& entries() const { return entries_; }
    Entries& entries() { return entries_; }
    bool full() const { return entries_.size() >= capacity_; }

    Entry* find(const DhtKey& key) {
        const auto found = entries_.find(dht::distance_between(target_, key.raw()));
        return found == entries_.end() ? nullptr : &found->second;
    }

    // Whether asking it may improve the list: nearer than one of the two worst (notes 6.7.4).
    bool wants(const DhtKey& key) const {
        const dht::Distance distance = dht::distance_between(target_, key.raw());
        if (entries_.contains(distance)) return false;
        return entries_.size() + 2 <= capacity_ || !full() || distance < std::prev(entries_.end(), 2)->first;
    }

    // Inserted or refreshed; nullptr if farther than all of a full list.
    Entry* answered(const Node& node, Instant now) {
        const dht::Distance distance = dht::distance_between(target_, node.key.raw());
        auto found = entries_.find(distance);
        if (found == entries_.end()) {
            if (full() && !(distance < std::prev(entries_.end())->first)) return nullptr;
            if (full()) entries_.erase(std::prev(entries_.end()));
            found = entries_.emplace(distance, Entry{}).first;
        }
        Entry& entry = found->second;
        entry.node = node;
        entry.last_answer = now;
        entry.unanswered = 0;
        return &entry;
    }

    // False if it is no longer listed after that.
    bool unanswered(const DhtKey& key, double blame) {
        const auto found = entries_.find(dht::distance_between(target_, key.raw()));
        if (found == entries_.end()) return false;
        if ((found->second.unanswered += blame) < most_unanswered) return true;
        entries_.erase(found);
        return false;
    }

    // The nodes to begin with the next time: those that store the announcement first. Empty: nobody has answered.
    template <class Stores>
    NodesNear worth_remembering(const LongTermKey& key, Stores stores) const {
        NodesNear near{key, {}, {}};
        for (const bool storing : {true, false})
            for (const auto& [distance, entry] : entries_) {
                if (stores(entry) != storing || near.nodes.size() == NodesNear::most) continue;
                near.nodes.push_back(entry.node);
                near.heard = std::max(near.heard, entry.last_answer);
            }
        return near;
    }

  private:
    RawKey target_;
    std::size_t capacity_;
    Entries entries_;
};

}  // namespace tox
