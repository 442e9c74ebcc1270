// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/contact_searches.hpp"

namespace tox {
namespace {

constexpr Duration crowded = 1s;     // until the next look at a search that waits for its turn
constexpr Duration beginning = 10s;  // in which all contacts' searches begin
constexpr Duration new_for = 60s;    // somebody added, or gone a moment ago, comes before old acquaintances

}  // namespace

void ContactSearches::schedule(Item& item, Instant when) {
    const LongTermKey& contact = item.search.contact();
    agenda_.erase({item.search.next_round(), contact});
    item.search.schedule(when);
    agenda_.emplace(when, contact);
}

void ContactSearches::search(const LongTermKey& contact, Instant now) {
    const auto [found, added] = items_.try_emplace(contact, Item{ContactSearch(contact, self_.dht_key)});
    if (!added) return;
    if (!begun_) begun_ = now;
    if (now > *begun_ + beginning) found->second.new_until = now + new_for;
    schedule(found->second, now);
    ranks_.note(contact);
}

void ContactSearches::search_afresh(const LongTermKey& contact, Instant now) {
    search(contact, now);
    Item& item = items_.at(contact);
    item.search.afresh();
    schedule(item, now);
}

void ContactSearches::hurry(Instant now) {
    if (!turns_.empty()) return;  // enough to ask already
    for (auto& [contact, item] : items_)
        if (item.search.young(now) && item.search.storing() == 0) schedule(item, now);
}

void ContactSearches::address_changed() {
    for (auto& [contact, item] : items_) item.search.renew_keys();
}

void ContactSearches::stop(const LongTermKey& contact) {
    const auto found = items_.find(contact);
    if (found == items_.end()) return;
    agenda_.erase({found->second.search.next_round(), contact});
    turns_.remove(contact);
    if (NodesNear near = found->second.search.near(); !near.nodes.empty()) remember(std::move(near));
    items_.erase(found);
}

void ContactSearches::forget(const LongTermKey& contact) {
    stop(contact);
    near_.erase(contact);
}

std::vector<NodesNear> ContactSearches::near() const {
    auto all = near_;
    for (const auto& [contact, item] : items_)
        if (NodesNear near = item.search.near(); !near.nodes.empty()) all.insert_or_assign(contact, std::move(near));
    std::vector<NodesNear> out;
    out.reserve(all.size());
    for (auto& [contact, near] : all) out.push_back(std::move(near));
    return out;
}

const ContactSearch* ContactSearches::find(const LongTermKey& contact) const {
    const auto found = items_.find(contact);
    return found == items_.end() ? nullptr : &found->second.search;
}

// Rounds that are almost due go along with one that is, so that an idle account wakes rarely.
void ContactSearches::tick(Instant now) {
    if (next_round() > now) return;
    while (!agenda_.empty()) {
        Item& item = items_.at(agenda_.begin()->second);
        if (item.search.next_round() > now + item.search.slack()) return;
        // One that still waits for its turn would only begin with the same nodes again.
        if (turns_.contains(item.search.contact()))
            schedule(item, now + crowded + item.search.slack());
        else
            begin_round(item, now);
    }
}

void ContactSearches::begin_round(Item& item, Instant now) {
    const LongTermKey& contact = item.search.contact();
    agenda_.erase(agenda_.begin());
    const auto near = near_.find(contact);
    item.search.begin_round({nodes_, near == near_.end() ? nullptr : &near->second}, requests_, now);
    agenda_.emplace(item.search.next_round(), contact);
    item.rank = now < item.new_until ? SearchRanks::first : ranks_.of(contact);
    enqueue(item);
}

void ContactSearches::enqueue(const Item& item) {
    if (item.search.wants_to_ask()) turns_.add(item.search.contact(), item.rank);
}

bool ContactSearches::pump(Instant now) {
    while (!turns_.empty() && requests_.next_search() <= now) {
        Item& item = items_.at(*turns_.take());
        if (!ask_next(item, now)) return false;
        enqueue(item);
    }
    return true;
}

bool ContactSearches::ask_next(Item& item, Instant now) {
    if (!item.search.wants_to_ask()) return true;
    auto ask = item.search.next_ask();
    if (!ask) return true;
    ask->urgent = item.rank == SearchRanks::first || !ranks_.tell_apart();
    const Asking done = requests_.ask(*ask, item.search.requester(), now);
    if (done == Asking::sent) item.search.asked(*ask);
    return done != Asking::nowhere;
}

ContactSearch::Outcome ContactSearches::on_answer(const Answer& answer, Scope teller, Instant now) {
    const auto found = items_.find(*answer.pending.contact);
    if (found == items_.end()) return ContactSearch::Outcome::invalid;
    const bool names_ours = answer.stored == wire::Stored::by_another && answer.key_or_ping_id == self_.data_key.raw();
    if (names_ours) {
        found->second.search.settle(answer.pending);
        return ContactSearch::Outcome::invalid;
    }
    Item& item = found->second;
    const auto outcome = item.search.on_answer(answer, teller, now);
    // They are there: who else says so is asked before we go on looking for others.
    if (outcome == ContactSearch::Outcome::stored && std::exchange(item.rank, SearchRanks::first) != SearchRanks::first)
        turns_.remove(item.search.contact());
    enqueue(item);
    return outcome;
}

void ContactSearches::on_overdue(const Pending& pending) {
    const auto found = items_.find(*pending.contact);
    if (found == items_.end()) return;
    found->second.search.on_overdue(pending, requests_.answered_share().blame_of_node());
    enqueue(found->second);
}

}  // namespace tox
