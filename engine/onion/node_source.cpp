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

// Without UDP nobody answers us directly. The nodes we were told of are where paths lead all the same: a relay, which
// can reach them, stands in front.
std::vector<Node> DhtNodes::closest(const RawKey& key, std::size_t count, bool lan_allowed, Instant now) const {
    if (!entry_relay(now)) return dht_.closest(key, count, lan_allowed, now);
    auto nodes = dht_.entry_nodes();
    std::sort(nodes.begin(), nodes.end(),
              [&](const Node& a, const Node& b) { return dht::closer(key, a.key.raw(), b.key.raw()); });
    if (nodes.size() > count) nodes.resize(count);
    return nodes;
}

std::vector<Node> DhtNodes::random_nodes(std::size_t count, Instant now) const {
    if (!entry_relay(now)) return dht_.random_nodes(count, now);
    auto nodes = dht_.entry_nodes();
    shuffle(nodes);
    if (nodes.size() > count) nodes.resize(count);
    return nodes;
}

std::optional<DhtKey> DhtNodes::entry_relay(Instant now) const {
    return relays_ && dht_.good_nodes(now) == 0 ? relays_->onion_relay(now) : std::nullopt;
}

AnnounceStore::AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, const Dht& dht, Network& network)
    : AnnounceStore(self, shared_keys, std::make_unique<DhtNodes>(dht, nullptr), network) {}

}  // namespace tox
