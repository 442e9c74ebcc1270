// SPDX-License-Identifier: GPL-3.0-or-later
// All contacts' searches: which one begins a round when, and who may send next within the common budget.
#pragma once

#include <deque>
#include <unordered_map>

#include "engine/onion/contact_search.hpp"

namespace tox {

class ContactSearches {
  public:
    ContactSearches(const DhtKey& self, const OnionKey& own_data_key, const NodeSource& nodes, Requests& requests)
        : self_(self), own_data_key_(own_data_key), nodes_(nodes), requests_(requests) {}  // all outlive this

    void search(const LongTermKey& contact, Instant now);
    void search_afresh(const LongTermKey& contact, Instant now);
    void stop(const LongTermKey& contact);    // what was found is remembered for the next search
    void forget(const LongTermKey& contact);  // stopped, and nothing is remembered
    void remember(NodesNear near) { near_.insert_or_assign(near.key, std::move(near)); }
    std::vector<NodesNear> near() const;
    // We have just been announced: who started when we did is findable from now on as well.
    void hurry(Instant now);
    const ContactSearch* find(const LongTermKey& contact) const;

    void tick(Instant now);
    bool pump(Instant now);  // false: no paths
    ContactSearch::Outcome on_answer(const Answer& answer, bool lan, Instant now);
    void on_overdue(const Pending& pending);

    Instant next_round() const { return agenda_.empty() ? never : agenda_.begin()->first; }
    bool waiting() const { return !turns_.empty(); }

  private:
    struct Item {
        ContactSearch search;
        bool queued = false;
    };
    void begin_round(Item& item, Instant now);
    void enqueue(Item& item);
    bool ask_next(Item& item, Instant now);

    const DhtKey& self_;
    const OnionKey& own_data_key_;
    const NodeSource& nodes_;
    Requests& requests_;
    std::unordered_map<LongTermKey, Item, Hashed> items_;
    std::set<std::pair<Instant, LongTermKey>> agenda_;
    std::deque<LongTermKey> turns_;                            // searches with something to ask, each once
    std::unordered_map<LongTermKey, NodesNear, Hashed> near_;  // of searches that ended, in this run and earlier ones
};

}  // namespace tox
