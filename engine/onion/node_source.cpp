// SPDX-License-Identifier: GPL-3.0-or-later
// The onion's parts on a real DHT. Kept apart so that they can be tested on another source of nodes.
#include "engine/onion/node_source.hpp"

#include "engine/dht/dht.hpp"
#include "engine/onion/announce_store.hpp"

namespace tox {

std::vector<Node> DhtNodes::closest(const RawKey& key, std::size_t count, bool lan_allowed, Instant now) const {
    return dht_.closest(key, count, lan_allowed, now);
}

std::vector<Node> DhtNodes::random_nodes(std::size_t count, Instant now) const { return dht_.random_nodes(count, now); }

AnnounceStore::AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, const Dht& dht, Network& network)
    : AnnounceStore(self, shared_keys, std::make_unique<DhtNodes>(dht), network) {}

}  // namespace tox
