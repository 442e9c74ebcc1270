// SPDX-License-Identifier: GPL-3.0-or-later
// Which nodes are worth remembering until the next run. Does not know where they are kept.
#include "engine/dht/body.hpp"

namespace tox {
namespace {

struct Proven {
    Node node;
    const dht::Address* address;
};

// Whoever has answered long will answer long; of addresses on a LAN nobody knows whether we shall be there again.
bool likelier(const Proven& a, const Proven& b, Instant now) {
    const auto rank = [&](const Proven& p) {
        return std::tuple(p.address->endpoint.is_lan(), !p.address->good(now), p.address->since,
                          Instant{} - p.address->confirmed);
    };
    return rank(a) < rank(b);
}

Endpoint network_of(const Endpoint& endpoint) {  // notes 12.4: /16, or /32 of IPv6
    Endpoint network = endpoint;
    network.port = 0;
    std::fill(network.address.begin() + (endpoint.is_v4() ? 2 : 4), network.address.end(), Byte{0});
    return network;
}

}  // namespace

// All that answered in this run, also those silent of late: after a break in the network they are what is left. Best
// first, and from different networks first: one operator's nodes may all go at once. Then those of earlier runs that
// may still be there.
std::vector<Node> Dht::Body::nodes_to_save(Instant now) const {
    std::vector<Proven> proven;
    for (const auto& [key, node] : table.nodes()) {
        if (searches.find(key) != nullptr) continue;  // contacts are found by their keys, never by old addresses
        for (const auto& address : node.addresses)
            if (address) proven.push_back({{key, address->endpoint}, &*address});
    }
    std::sort(proven.begin(), proven.end(), [&](const Proven& a, const Proven& b) { return likelier(a, b, now); });
    std::vector<Node> nodes, same_network;
    std::vector<Endpoint> networks;
    for (const Proven& p : proven) {
        const Endpoint group = network_of(p.node.endpoint);
        const bool first = std::find(networks.begin(), networks.end(), group) == networks.end();
        (first ? nodes : same_network).push_back(p.node);
        if (first) networks.push_back(group);
    }
    nodes.insert(nodes.end(), same_network.begin(), same_network.end());
    for (const Node& node : seeds.kept())
        if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
    if (nodes.size() > dht::Seeds::most_saved) nodes.resize(dht::Seeds::most_saved);
    return nodes;
}

}  // namespace tox
