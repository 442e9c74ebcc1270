// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/contact_searches.hpp"

namespace tox {

void ContactSearches::search(const LongTermKey& contact, Instant now) {
    const auto [found, added] = items_.try_emplace(contact, Item{ContactSearch(contact, self_)});
    if (!added) return;
    found->second.search.schedule(now);
    agenda_.emplace(now, contact);
}

void ContactSearches::search_afresh(const LongTermKey& contact, Instant now) {
    search(contact, now);
    Item& item = items_.at(contact);
    item.search.afresh();
    agenda_.erase({item.search.next_round(), contact});
    item.search.schedule(now);
    agenda_.emplace(now, contact);
}

void ContactSearches::hurry(Instant now) {
    if (!turns_.empty()) return;  // enough to ask already
    for (auto& [contact, item] : items_) {
        if (!item.search.young(now) || item.search.storing() > 0) continue;
        agenda_.erase({item.search.next_round(), contact});
        item.search.schedule(now);
        agenda_.emplace(now, contact);
    }
}

void ContactSearches::stop(const LongTermKey& contact) {
    const auto found = items_.find(contact);
    if (found == items_.end()) return;
    agenda_.erase({found->second.search.next_round(), contact});
    std::erase(turns_, contact);
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
        begin_round(item, now);
    }
}

void ContactSearches::begin_round(Item& item, Instant now) {
    agenda_.erase(agenda_.begin());
    const auto near = near_.find(item.search.contact());
    item.search.begin_round({nodes_, near == near_.end() ? nullptr : &near->second}, requests_, now);
    agenda_.emplace(item.search.next_round(), item.search.contact());
    enqueue(item);
}

void ContactSearches::enqueue(Item& item) {
    if (item.queued || !item.search.wants_to_ask()) return;
    item.queued = true;
    turns_.push_back(item.search.contact());
}

bool ContactSearches::pump(Instant now) {
    while (!turns_.empty() && requests_.next_search() <= now) {
        Item& item = items_.at(turns_.front());
        turns_.pop_front();
        item.queued = false;
        if (!ask_next(item, now)) return false;
        enqueue(item);
    }
    return true;
}

bool ContactSearches::ask_next(Item& item, Instant now) {
    if (!item.search.wants_to_ask()) return true;
    const auto ask = item.search.next_ask();
    if (!ask) return true;
    if (!requests_.ask(*ask, item.search.requester(), now)) return false;
    item.search.asked(*ask);
    return true;
}

ContactSearch::Outcome ContactSearches::on_answer(const Answer& answer, bool lan, Instant now) {
    const auto found = items_.find(*answer.pending.contact);
    if (found == items_.end()) return ContactSearch::Outcome::invalid;
    const bool names_ours = answer.stored == wire::Stored::by_another && answer.key_or_ping_id == own_data_key_.raw();
    if (names_ours) {
        found->second.search.settle(answer.pending);
        return ContactSearch::Outcome::invalid;
    }
    const auto outcome = found->second.search.on_answer(answer, lan, now);
    enqueue(found->second);
    return outcome;
}

void ContactSearches::on_overdue(const Pending& pending) {
    const auto found = items_.find(*pending.contact);
    if (found == items_.end()) return;
    found->second.search.on_overdue(pending, requests_.answered_share().blame_of_node());
    enqueue(found->second);
}

}  // namespace tox
