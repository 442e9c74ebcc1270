// SPDX-License-Identifier: GPL-3.0-or-later
// DHT requests (spec: DHT Request Packets): ours through nodes that named the receiver, others' to nodes we know
// (notes 4.7).
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::Search;

namespace {

constexpr std::size_t most_copies = 8;  // notes 12.3: at most 8 copies of a DHT-key packet

}  // namespace

bool Dht::Body::on_dht_request(const Endpoint& from, ByteView datagram, Instant now) {
    const auto request = wire::parse<wire::DhtRequest>(datagram);
    if (!request || request->sender == self.public_key) return false;
    if (request->receiver != self.public_key) return forward(*request, from, datagram, now);
    if (datagram.size() > wire::most_dht_request) return false;
    const SharedKey* shared = key_with(request->sender, from, now);
    if (shared == nullptr) return false;
    auto content = open(*shared, request->nonce, request->box.bytes);
    if (!content) return false;
    if (content->front() == wire::NatPing::kind) return on_nat_ping(request->sender, *content, now);
    events.push_back({DhtEvent::What::dht_request, request->sender, from, std::move(*content)});
    return true;
}

// One hop, unaltered, never back (notes 4.7).
bool Dht::Body::forward(const wire::DhtRequest& request, const Endpoint& from, ByteView datagram, Instant now) {
    const dht::KnownNode* receiver = table.find(request.receiver);
    if (datagram.size() > wire::most_routed || receiver == nullptr) return false;
    const dht::Address* address = receiver->best(now, Scope::host);
    if (address == nullptr || address->endpoint == from || !forwards.take(from, now, knows(from, now))) return false;
    return network.send(address->endpoint, datagram);
}

// Where to send for the searched node: itself if it answers us, and good nodes that named it lately.
std::vector<Endpoint> Dht::Body::routers(const Search& search, Instant now) const {
    std::vector<Endpoint> found;
    const auto add = [&](const DhtKey& key) {
        const dht::KnownNode* node = table.find(key);
        const dht::Address* address = node != nullptr ? node->best(now, Scope::host) : nullptr;
        if (address == nullptr) return;
        if (std::find(found.begin(), found.end(), address->endpoint) == found.end()) found.push_back(address->endpoint);
    };
    add(search.target);
    for (const dht::Report& report : search.fresh_reports(now)) add(report.reporter);
    return found;
}

std::size_t Dht::Body::route(const DhtKey& to, ByteView content, std::size_t copies, Instant now) {
    const Search* search = searches.find(to);
    const SharedKey* shared = keys.with(to);
    if (search == nullptr || shared == nullptr || content.empty()) return 0;
    wire::DhtRequest request{to, self.public_key, Nonce::random(), {}};
    seal(*shared, request.nonce, content, request.box.bytes);
    const Bytes datagram = wire::serialise(request);
    if (datagram.size() > wire::most_dht_request) return 0;
    std::vector<Endpoint> hops = routers(*search, now);
    std::size_t sent = 0;
    while (sent < std::min(copies, most_copies) && !hops.empty()) {
        // One copy: any of them (notes 4.9); many: all in their order, the node itself first.
        const std::size_t i = copies == 1 ? random_below(static_cast<std::uint32_t>(hops.size())) : 0;
        sent += network.send(hops[i], datagram) ? 1U : 0U;
        hops.erase(hops.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return sent;
}

}  // namespace tox
