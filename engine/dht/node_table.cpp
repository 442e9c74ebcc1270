// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/node_table.hpp"

#include "engine/base/check.hpp"
#include "engine/crypto/random.hpp"

namespace tox::dht {

void Address::asked(Instant now) {
    next_ask = now + jittered(unanswered < 2 ? ask_again_time : ask_silent_time);
    ++unanswered;
}

bool KnownNode::good(Instant now) const {
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& a) { return a && a->good(now); });
}

bool KnownNode::alive(Instant now) const {
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& a) { return a && a->alive(now); });
}

const Address* KnownNode::at(const Endpoint& endpoint) const {
    const auto& address = of(endpoint.family);
    return address && address->endpoint == endpoint ? &*address : nullptr;
}

bool KnownNode::good_at(const Endpoint& endpoint, Instant now) const {
    const Address* const address = at(endpoint);
    return address != nullptr && address->good(now);
}

Instant KnownNode::confirmed() const { return freshest() != nullptr ? freshest()->confirmed : Instant{}; }

const Address* KnownNode::best(Instant now, Scope least) const {
    const Address* found = nullptr;
    for (const auto& address : addresses) {
        if (!address || !address->good(now) || scope_of(address->endpoint) < least) continue;
        if (found == nullptr || address->confirmed > found->confirmed) found = &*address;
    }
    return found;
}

const Address* KnownNode::freshest() const {
    const Address* found = nullptr;
    for (const auto& address : addresses)
        if (address && (found == nullptr || address->confirmed > found->confirmed)) found = &*address;
    return found;
}

KnownNode* NodeTable::find(const DhtKey& key) {
    const auto found = nodes_.find(key);
    return found == nodes_.end() ? nullptr : &found->second;
}

const KnownNode* NodeTable::find(const DhtKey& key) const {
    const auto found = nodes_.find(key);
    return found == nodes_.end() ? nullptr : &found->second;
}

KnownNode* NodeTable::at(const Endpoint& endpoint) {
    const auto found = at_.find(endpoint);
    return found == at_.end() ? nullptr : found->second;
}

KnownNode& NodeTable::confirm(const Node& node, Instant now) {
    KnownNode& known = nodes_.try_emplace(node.key, node.key).first->second;
    if (!known.good(now)) good_count_until_ = now;
    const auto& old = known.of(node.endpoint.family);
    // WAN beats LAN (notes 4.5): strangers are told the public address as long as it works.
    const bool keeps =
        old && old->endpoint != node.endpoint && node.endpoint.is_lan() && !old->endpoint.is_lan() && old->good(now);
    if (!keeps) set_address(known, node.endpoint, now);
    return known;
}

void NodeTable::set_address(KnownNode& node, const Endpoint& endpoint, Instant now) {
    auto& address = node.of(endpoint.family);
    if (address && address->endpoint != endpoint) at_.erase(address->endpoint);
    const Instant since = address && address->endpoint == endpoint ? address->since : now;
    address = Address{endpoint, now, now + jittered(keep_alive_time), since};
    at_[endpoint] = &node;
}

void NodeTable::doubt(Instant until) {
    for (auto& [key, node] : nodes_)
        for (auto& address : node.addresses)
            if (address) address->confirmed = std::min(address->confirmed, until - good_time);
    good_count_until_ = Instant{};
}

bool NodeTable::doubt(const Node& node, Instant until, Instant since) {
    KnownNode* const known = find(node.key);
    if (known == nullptr || known->at(node.endpoint) == nullptr) return false;
    Instant& confirmed = known->of(node.endpoint.family)->confirmed;
    if (confirmed <= until - good_time || confirmed > since) return false;
    confirmed = until - good_time;
    good_count_until_ = Instant{};
    return true;
}

bool NodeTable::lose(KnownNode& node, const Endpoint& endpoint) {
    auto& address = node.of(endpoint.family);
    if (address && address->endpoint == endpoint) {
        address.reset();
        at_.erase(endpoint);
        good_count_until_ = Instant{};
    }
    return node.freshest() == nullptr;
}

void NodeTable::release(KnownNode& node) {
    TOX_CHECK(node.holders > 0);
    --node.holders;
    drop_unheld(node);
}

void NodeTable::drop_unheld(KnownNode& node) {
    if (node.holders > 0) return;
    for (const auto& address : node.addresses)
        if (address) at_.erase(address->endpoint);
    good_count_until_ = Instant{};
    nodes_.erase(DhtKey(node.key));  // a copy: the key lives in what is erased
}

Scope NodeTable::scope(Instant now) const {
    Scope widest = Scope::host;
    for (const auto& [key, node] : nodes_)
        for (const auto& address : node.addresses)
            if (address && address->good(now)) widest = std::max(widest, scope_of(address->endpoint));
    return widest;
}

std::size_t NodeTable::good(Instant now) const {
    if (now < good_count_until_) return good_count_;
    good_count_ = 0;
    good_count_until_ = never;
    for (const auto& [key, node] : nodes_) {
        if (!node.good(now)) continue;
        ++good_count_;
        good_count_until_ = std::min(good_count_until_, node.confirmed() + good_time);
    }
    return good_count_;
}

Instant NodeTable::lonely_at() const {
    Instant latest{};
    for (const auto& [key, node] : nodes_) latest = std::max(latest, node.confirmed() + good_time);
    return latest;
}

}  // namespace tox::dht
