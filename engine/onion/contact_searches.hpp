// SPDX-License-Identifier: GPL-3.0-or-later
// All contacts' searches: which one begins a round when, and who may send next within the common budget.
#pragma once

#include "engine/onion/contact_search.hpp"
#include "engine/onion/search_order.hpp"
#include "engine/onion/turns.hpp"

namespace tox {

class ContactSearches {
  public:
    struct Self {  // both outlive the user
        const DhtKey& dht_key;
        const OnionKey& data_key;
    };
    // Nodes and requests outlive this.
    ContactSearches(const Self& self, const NodeSource& nodes, Requests& requests, std::unique_ptr<SearchOrder> order)
        : self_(self), nodes_(nodes), requests_(requests), ranks_(std::move(order)) {}

    void search(const LongTermKey& contact, Instant now);
    void search_afresh(const LongTermKey& contact, Instant now);
    void address_changed();                   // whom we look for is not to be seen from two places under one key (R19)
    void stop(const LongTermKey& contact);    // what was found is remembered for the next search
    void forget(const LongTermKey& contact);  // stopped, and nothing is remembered
    void remember(NodesNear near) { near_.insert_or_assign(near.key, std::move(near)); }
    std::vector<NodesNear> near() const;
    // We have just been announced: who started when we did is findable from now on as well.
    void hurry(Instant now);
    const ContactSearch* find(const LongTermKey& contact) const;

    void tick(Instant now);
    bool pump(Instant now);  // false: no paths
    ContactSearch::Outcome on_answer(const Answer& answer, Scope teller, Instant now);
    void on_overdue(const Pending& pending);

    Instant next_round() const { return agenda_.empty() ? never : agenda_.begin()->first; }
    bool waiting() const { return !turns_.empty(); }

  private:
    struct Item {
        ContactSearch search;
        Instant new_until{};  // begun on its own, not with all others: something has just happened
        unsigned rank = 0;    // in this round
    };
    void schedule(Item& item, Instant when);
    void begin_round(Item& item, Instant now);
    void enqueue(const Item& item);
    bool ask_next(Item& item, Instant now);

    Self self_;
    std::optional<Instant> begun_;  // the first search
    const NodeSource& nodes_;
    Requests& requests_;
    SearchRanks ranks_;
    std::unordered_map<LongTermKey, Item, Hashed> items_;
    std::set<std::pair<Instant, LongTermKey>> agenda_;
    Turns turns_;                                              // searches with something to ask
    std::unordered_map<LongTermKey, NodesNear, Hashed> near_;  // of searches that ended, in this run and earlier ones
};

}  // namespace tox
