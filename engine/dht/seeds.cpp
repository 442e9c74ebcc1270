// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/seeds.hpp"

#include "engine/crypto/random.hpp"

namespace tox::dht {
namespace {

Duration back_off(unsigned tries) {  // 1, 2, 4, 8.. s
    return tries >= 8 ? Seeds::longest_wait : std::min<Duration>(Seeds::longest_wait, 1s * (1U << tries));
}

}  // namespace

void Seeds::add(const Node& node, Instant now) {
    const auto known =
        std::find_if(bootstrap_.begin(), bootstrap_.end(), [&](const Seed& seed) { return seed.node == node; });
    if (known != bootstrap_.end()) {
        known->next = std::min(known->next, now);
        return;
    }
    if (bootstrap_.size() >= most_bootstrap) bootstrap_.erase(bootstrap_.begin());
    bootstrap_.push_back({node, 0, now});
}

void Seeds::remember(const std::vector<Node>& saved, Instant now) {
    for (const Node& node : saved) {
        if (kept_.size() >= most_saved) return;
        if (!node.endpoint.is_usable() || std::find(kept_.begin(), kept_.end(), node) != kept_.end()) continue;
        kept_.push_back(node);
        saved_.push_back({node, 0, now});
    }
}

void Seeds::answered(const Node& node) {
    for (Seed& seed : bootstrap_)
        if (seed.node == node) seed.next = never;
    std::erase_if(saved_, [&](const Seed& seed) { return seed.node == node; });
}

void Seeds::restart(Instant now) {
    for (Seed& seed : bootstrap_) seed = {seed.node, 0, now};
    saved_.clear();
    for (const Node& node : kept_) saved_.push_back({node, 0, now});
}

void Seeds::satisfied() {
    saved_.clear();
    for (Seed& seed : bootstrap_)
        if (seed.tries > 2) seed.next = never;
}

std::optional<Seeds::Due> Seeds::take_from(std::vector<Seed>& seeds, Order order, Instant now) {
    Seed* due = nullptr;
    std::uint32_t equals = 0;
    for (Seed& seed : seeds) {
        if (seed.next > now || (due != nullptr && due->tries < seed.tries)) continue;
        equals = due != nullptr && due->tries == seed.tries ? equals + 1 : 1;
        if (equals == 1 || (order == Order::any && random_below(equals) == 0)) due = &seed;
    }
    if (due == nullptr) return std::nullopt;
    const Due taken{due->node, due->tries};
    due->next = now + jittered(back_off(due->tries));
    ++due->tries;
    return taken;
}

std::optional<Seeds::Due> Seeds::take_from(bool saved, Instant now) {
    return saved ? take_from(saved_, Order::listed, now) : take_from(bootstrap_, Order::any, now);
}

void Seeds::forget_silent(Instant now, bool met) {
    std::size_t place = 0;
    std::erase_if(saved_, [&](const Seed& seed) {
        const bool persistent = !met && place++ < most_persistent;
        if (seed.next > now || seed.tries < saved_tries || persistent) return false;
        if (met) std::erase(kept_, seed.node);
        return true;
    });
}

std::optional<Seeds::Due> Seeds::take(Instant now, bool met) {
    forget_silent(now, met);
    saved_turn_ = !saved_turn_;  // both kinds in turn: neither may be of any use
    auto due = take_from(saved_turn_, now);
    return due ? due : take_from(!saved_turn_, now);
}

bool Seeds::lead_outside() const {
    const auto outside = [](const Node& node) { return !node.endpoint.is_lan(); };
    return std::any_of(bootstrap_.begin(), bootstrap_.end(), [&](const Seed& seed) { return outside(seed.node); }) ||
           std::any_of(kept_.begin(), kept_.end(), outside);
}

std::vector<Node> Seeds::entries() const {
    std::vector<Node> all;
    for (std::size_t i = 0; i < std::max(bootstrap_.size(), kept_.size()); ++i) {  // the newest given, the best saved
        if (i < bootstrap_.size()) all.push_back(bootstrap_[bootstrap_.size() - 1 - i].node);
        if (i < kept_.size()) all.push_back(kept_[i]);
    }
    std::stable_sort(all.begin(), all.end(), [](const Node& a, const Node& b) {
        return std::pair(a.endpoint.is_lan(), !a.endpoint.is_v4()) <
               std::pair(b.endpoint.is_lan(), !b.endpoint.is_v4());
    });
    std::vector<Node> entries;
    for (const Node& node : all) {
        const auto same = [&](const Node& other) { return other.key == node.key; };
        if (entries.size() < most_entries && std::none_of(entries.begin(), entries.end(), same))
            entries.push_back(node);
    }
    return entries;
}

Instant Seeds::next() const {
    Instant next = never;
    for (const Seed& seed : bootstrap_) next = std::min(next, seed.next);
    for (const Seed& seed : saved_) next = std::min(next, seed.next);
    return next;
}

}  // namespace tox::dht
