// SPDX-License-Identifier: GPL-3.0-or-later
// What others ask of us: pings, nodes, bootstrap info. Answered at once and from the network the question came to
// (traps 3, 4), never at a multiple of its size beyond R25's bounds.
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::KnownNode;

namespace {

// Version numbers of bootstrap nodes: the first digit names the program (1: tox-bootstrapd), the rest its version.
constexpr std::uint32_t info_version = 3'000'001'000;

}  // namespace

void Dht::Body::answer_ping(const Node& to, std::uint64_t id) {
    send<wire::PingResponse>(to, wire::PingBody<0x01>{id});
}

void Dht::Body::answer_nodes(const Node& to, const wire::NodesRequestBody& request, Instant now) {
    wire::NodesResponseBody response{{closest(request.wanted, wire::most_nodes_named, scope_of(to.endpoint), now)},
                                     request.id};
    auto& nodes = response.named.nodes;
    // The asker is a valid entry: c-toxcore throws empty answers away (trap 1); and who asks for itself wants to know
    // its address.
    if (nodes.empty() || request.wanted == to.key.raw()) {
        std::erase_if(nodes, [&](const Node& node) { return node.key == to.key; });
        if (nodes.size() == wire::most_nodes_named) nodes.pop_back();
        nodes.insert(nodes.begin(), to);
    }
    send<wire::NodesResponse>(to, response);
}

bool Dht::Body::answer_info(const Endpoint& from, ByteView datagram, Instant now) {
    if (motd.empty() || !wire::parse<wire::InfoRequest>(datagram) || !nodes_answers.take(from, now)) return false;
    wire::InfoResponse info{info_version, {}};
    append(info.motd.bytes, bytes_of(motd));
    info.motd.bytes.resize(std::min(info.motd.bytes.size(), wire::most_motd - 1));
    info.motd.bytes.push_back(0);
    return network.send(from, wire::serialise(info));
}

// Keeps the `count` nearest while walking; `count` is small.
std::vector<Node> Dht::Body::closest(const RawKey& key, std::size_t count, Scope least, Instant now) const {
    std::vector<Node> found;
    if (count == 0) return found;
    for (const auto& [node_key, node] : table.nodes()) {
        if (found.size() == count && !dht::closer(key, node_key.raw(), found.back().key.raw())) continue;
        const dht::Address* address = node.best(now, least);
        if (address == nullptr) continue;
        if (found.size() == count) found.pop_back();
        const auto place = std::find_if(found.begin(), found.end(), [&, raw = node_key.raw()](const Node& other) {
            return dht::closer(key, raw, other.key.raw());
        });
        found.insert(place, {node_key, address->endpoint});
    }
    return found;
}

// From the random walks first, then other nodes not found through a contact's search (R17). Nodes on our LAN only where
// there are no others: elsewhere nobody could reach them, nor is to know of them.
std::vector<Node> Dht::Body::random_nodes(std::size_t count, Instant now) const {
    const Scope least = table.scope(now);
    std::vector<const KnownNode*> pool;
    const auto add = [&](const KnownNode& node) {
        if (!node.neutral || node.best(now, least) == nullptr || searches.find(node.key) != nullptr) return;
        if (std::find(pool.begin(), pool.end(), &node) == pool.end()) pool.push_back(&node);
    };
    for (const dht::Search& walk : searches.walks())
        for (const KnownNode* node : walk.list.nodes()) add(*node);
    if (pool.size() < count) buckets.each(add);
    std::vector<Node> chosen;
    while (chosen.size() < count && !pool.empty()) {
        const std::size_t i = random_below(static_cast<std::uint32_t>(pool.size()));
        chosen.push_back({pool[i]->key, pool[i]->best(now, least)->endpoint});
        pool[i] = pool.back();
        pool.pop_back();
    }
    return chosen;
}

}  // namespace tox
