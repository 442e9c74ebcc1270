// SPDX-License-Identifier: GPL-3.0-or-later
// The onion's parts on a real DHT. Kept apart so that they can be tested on another source of nodes.
#include "engine/onion/node_source.hpp"

#include <algorithm>

#include "engine/crypto/random.hpp"
#include "engine/dht/dht.hpp"
#include "engine/dht/distance.hpp"
#include "engine/onion/announce_store.hpp"
#include "engine/relay/relay_pool.hpp"

namespace tox {

// Who asks through the onion is somewhere else than the last hop, and what we ask goes through nodes elsewhere. Without
// UDP nobody answers us directly. The nodes we were told of are where paths lead all the same: a relay, which can reach
// them, stands in front.
std::vector<Node> DhtNodes::closest(const RawKey& key, std::size_t count, Scope least, Instant now) const {
    if (!entry_relay(now)) return dht_.closest(key, count, std::max(least, dht_.scope(now)), now);
    auto nodes = entry_nodes();
    std::sort(nodes.begin(), nodes.end(),
              [&](const Node& a, const Node& b) { return dht::closer(key, a.key.raw(), b.key.raw()); });
    if (nodes.size() > count) nodes.resize(count);
    return nodes;
}

// Behind a relay those on our LAN are of use only if all are.
std::vector<Node> DhtNodes::entry_nodes() const {
    auto nodes = dht_.entry_nodes();
    const auto outside = [](const Node& node) { return scope_of(node.endpoint) == Scope::internet; };
    if (std::any_of(nodes.begin(), nodes.end(), outside))
        std::erase_if(nodes, [&](const Node& node) { return !outside(node); });
    return nodes;
}

std::vector<Node> DhtNodes::random_nodes(std::size_t count, Instant now) const {
    if (!entry_relay(now)) return dht_.random_nodes(count, now);
    auto nodes = entry_nodes();
    shuffle(nodes);
    if (nodes.size() > count) nodes.resize(count);
    return nodes;
}

std::optional<DhtKey> DhtNodes::entry_relay(Instant now) const {
    return relays_ && dht_.good_nodes(now) == 0 ? relays_->onion_relay(now) : std::nullopt;
}

// We ourselves are known to us: in a network of one or two nodes paths lead through the same one twice.
bool DhtNodes::knows(const Endpoint& address, Instant now) const {
    return dht_.knows(address, now) || dht_.own_address(address.family) == address;
}

std::array<std::optional<Endpoint>, 2> DhtNodes::own_addresses() const {
    return {dht_.own_address(Endpoint::Family::v4), dht_.own_address(Endpoint::Family::v6)};
}

bool DhtNodes::silent(const Node& node, Instant now) const { return !entry_relay(now) && dht_.silent(node, now); }

void DhtNodes::doubt(const Node& node, Instant now) { dht_.doubt(node, now); }

AnnounceStore::AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, Dht& dht, Network& network)
    : AnnounceStore(self, shared_keys, std::make_unique<DhtNodes>(dht, nullptr), network) {}

}  // namespace tox
