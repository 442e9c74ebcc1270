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
        if (saved_.size() >= most_saved) return;
        const Duration turn = 1s * (saved_.size() / saved_at_once);
        saved_.push_back({node, 0, now + turn});
    }
}

void Seeds::answered(const Node& node) {
    for (Seed& seed : bootstrap_)
        if (seed.node == node) seed.next = never;
    std::erase_if(saved_, [&](const Seed& seed) { return seed.node == node; });
}

void Seeds::restart(Instant now) {
    for (Seed& seed : bootstrap_) seed = {seed.node, 0, now};
}

void Seeds::satisfied() {
    saved_.clear();
    for (Seed& seed : bootstrap_)
        if (seed.tries > 2) seed.next = never;
}

std::optional<Seeds::Due> Seeds::take_from(std::vector<Seed>& seeds, Instant now) {
    const auto due = std::find_if(seeds.begin(), seeds.end(), [&](const Seed& seed) { return seed.next <= now; });
    if (due == seeds.end()) return std::nullopt;
    const Due taken{due->node, due->tries};
    due->next = now + jittered(back_off(due->tries));
    ++due->tries;
    return taken;
}

std::optional<Seeds::Due> Seeds::take(Instant now) {
    if (auto due = take_from(bootstrap_, now)) return due;
    std::erase_if(saved_, [&](const Seed& seed) { return seed.next <= now && seed.tries >= saved_tries; });
    return take_from(saved_, now);
}

Instant Seeds::next() const {
    Instant next = never;
    for (const Seed& seed : bootstrap_) next = std::min(next, seed.next);
    for (const Seed& seed : saved_) next = std::min(next, seed.next);
    return next;
}

}  // namespace tox::dht
