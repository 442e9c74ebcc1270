// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/town.hpp"

#include <algorithm>

namespace tox::sim {

Town::~Town() {
    // People go before the world; a crash is the quietest way.
    for (const auto& group : {&people_, &nodes_}) {
        for (const auto& person : *group) person->crash();
    }
}

Person& Town::add_bootstrap_node(Circumstances circumstances) {
    Person& node =
        *nodes_.emplace_back(std::make_unique<Person>(world, *this, next_number_++, std::move(circumstances)));
    node.keep_dht_key();
    start(node);
    by_key_[node.key()] = &node;
    return node;
}

Person& Town::add(Circumstances circumstances) {
    Person& person =
        *people_.emplace_back(std::make_unique<Person>(world, *this, next_number_++, std::move(circumstances)));
    start(person);
    by_key_[person.key()] = &person;
    return person;
}

void Town::start(Person& person) {
    person.start();
    if (!person.running()) return;
    for (const auto& node : nodes_) {
        if (node.get() == &person || !node->running()) continue;
        person.engine().bootstrap(node->node());
        if (node->serves()) person.engine().add_relay(node->relay().key, node->relay().endpoint);
    }
    note_start(person);
}

void Town::acquaint(Person& a, Person& b) {
    a.befriend(b);
    b.befriend(a);
}

void Town::acquaint_everybody() {
    for (std::size_t i = 0; i < people_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) acquaint(*people_[i], *people_[j]);
    }
}

bool Town::all_connected() const {
    const auto meets_all = [this](const Person& a) {
        return std::all_of(people_.begin(), people_.end(), [&](const auto& b) {
            return !b->running() || !a.friends().contains(b->key()) || a.sees(*b);
        });
    };
    return std::all_of(people_.begin(), people_.end(), [&](const auto& a) { return !a->running() || meets_all(*a); });
}

bool Town::nobody_waits() const {
    return std::all_of(people_.begin(), people_.end(), [](const auto& person) {
        return !person->running() ||
               std::all_of(person->friends().begin(), person->friends().end(), [&](const LongTermKey& key) {
                   const auto info = person->engine().contact(key);
                   return info && info->queued == 0;
               });
    });
}

std::vector<Person*> Town::people() const {
    std::vector<Person*> all;
    for (const auto& person : people_) all.push_back(person.get());
    return all;
}

Person* Town::find(const LongTermKey& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
}

// ---- meetings -----------------------------------------------------------------------------------------------------

void Town::note_start(Person& person) {
    for (const LongTermKey& key : person.friends()) {
        const Person* other = find(key);
        if (other != nullptr && other->running()) waiting_.emplace(pair_of(person, *other), world.now());
    }
}

void Town::note_stop(Person& person) {
    for (const LongTermKey& key : person.friends()) {
        const Person* other = find(key);
        if (other == nullptr) continue;
        const auto pair = waiting_.find(pair_of(person, *other));
        if (pair == waiting_.end()) continue;
        if (world.now() - pair->second > fair_chance) ++meetings_.missed;
        waiting_.erase(pair);
    }
}

void Town::presence_changed(Person& who, const LongTermKey& contact, bool online) {
    const Person* other = find(contact);
    if (!online || other == nullptr || !other->sees(who)) return;
    const auto pair = waiting_.find(pair_of(who, *other));
    if (pair == waiting_.end()) return;
    meetings_.took.push_back(world.now() - pair->second);
    waiting_.erase(pair);
}

Duration Town::Meetings::percentile(double share) const {
    if (took.empty()) return Duration(0);
    std::vector<Duration> sorted = took;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace tox::sim
