// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/onion_relay.hpp"

#include "engine/dht/scope.hpp"
#include "engine/dht/strangers_keys.hpp"
#include "engine/onion/return_sealer.hpp"

namespace tox {
namespace {

// A stranger on the Internet must not make us send to our own network, nor a neighbour to our own host; in a LAN, or on
// loopback, that is what relaying is (B69). To ourselves we do pass on what is meant for us: in a network of one or two
// nodes that is what paths look like.
bool may_forward(const Endpoint& from, const Endpoint& to) { return to.is_usable() && within_reach(from, to); }

// A client of our relay in the place of an address: port 0 tells it from all addresses one may send to.
Endpoint client_mark(std::uint64_t client) {
    ByteArray<16> address{};
    for (std::size_t i = 0; i < sizeof client; ++i) address[8 + i] = static_cast<Byte>(client >> (8 * i));
    return {Endpoint::Family::v6, address, 0};
}

std::optional<std::uint64_t> client_of(const Endpoint& mark) {
    if (mark.port != 0) return std::nullopt;
    std::uint64_t client = 0;
    for (std::size_t i = 0; i < sizeof client; ++i) client |= std::uint64_t{mark.address[8 + i]} << (8 * i);
    return client;
}

template <std::size_t N>
ByteArray<N> fixed(const Bytes& bytes) {
    ByteArray<N> out{};
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
    return out;
}

}  // namespace

struct OnionRelay::Body {
    StrangersKeys shared_keys;
    Network& network;
    std::unique_ptr<NodeSource> nodes;
    ReturnSealer returns{};
    OnionClients* clients = nullptr;

    StrangersKeys::From who(const Endpoint& from, Instant now) const {
        return {from, nodes != nullptr && nodes->knows(from, now)};
    }
    bool first(const Endpoint& from, ByteView datagram, Instant now);
    bool second(const Endpoint& from, ByteView datagram, Instant now);
    bool third(const Endpoint& from, ByteView datagram, Instant now);
    bool back_from_third(ByteView datagram, Instant now);
    bool back_from_second(ByteView datagram, Instant now);
    bool back_from_first(ByteView datagram, Instant now);
};

bool OnionRelay::Body::first(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest0>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->sender.raw(), who(from, now), now) : nullptr;
    const auto layer = shared ? packet->box.open(*shared, packet->nonce) : std::nullopt;
    if (!layer || !may_forward(from, layer->to.endpoint)) return false;
    const auto back = fixed<wire::return_layer>(returns.seal(from, {}, now));
    const wire::OnionRequest1 next{packet->nonce, layer->key, layer->box, back};
    network.send(layer->to.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::second(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest1>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->key.raw(), who(from, now), now) : nullptr;
    const auto layer = shared ? packet->box.open(*shared, packet->nonce) : std::nullopt;
    if (!layer || !may_forward(from, layer->to.endpoint)) return false;
    const auto back = fixed<2 * wire::return_layer>(returns.seal(from, packet->back, now));
    const wire::OnionRequest2 next{packet->nonce, layer->key, layer->box, back};
    network.send(layer->to.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::third(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest2>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->key.raw(), who(from, now), now) : nullptr;
    auto layer = shared ? packet->box.open(*shared, packet->nonce) : std::nullopt;
    if (!layer || !may_forward(from, layer->to.endpoint)) return false;
    Bytes& inner = layer->inner.bytes;
    if (!wire::is_onion_request(inner.front()) || inner.size() > wire::max_onion_request) return false;
    append(inner, returns.seal(from, packet->back, now));
    network.send(layer->to.endpoint, inner);
    return true;
}

namespace {

template <class Response>
std::optional<Response> parse_response(ByteView datagram) {
    auto packet = wire::parse<Response>(datagram);
    if (!packet) return std::nullopt;
    const Bytes& payload = packet->payload.bytes;
    const bool allowed = wire::is_onion_response(payload.front()) && payload.size() <= wire::max_onion_response;
    return allowed ? std::move(packet) : std::nullopt;
}

}  // namespace

bool OnionRelay::Body::back_from_third(ByteView datagram, Instant now) {
    const auto packet = parse_response<wire::OnionResponse3>(datagram);
    const auto way = packet ? returns.open(packet->back, now) : std::nullopt;
    if (!way) return false;
    const wire::OnionResponse2 next{fixed<2 * wire::return_layer>(way->before.bytes), packet->payload};
    network.send(way->back.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::back_from_second(ByteView datagram, Instant now) {
    const auto packet = parse_response<wire::OnionResponse2>(datagram);
    const auto way = packet ? returns.open(packet->back, now) : std::nullopt;
    if (!way) return false;
    const wire::OnionResponse1 next{fixed<wire::return_layer>(way->before.bytes), packet->payload};
    network.send(way->back.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::back_from_first(ByteView datagram, Instant now) {
    const auto packet = parse_response<wire::OnionResponse1>(datagram);
    const auto way = packet ? returns.open(packet->back, now) : std::nullopt;
    if (!way) return false;
    if (const auto client = client_of(way->back.endpoint)) {
        if (clients) clients->send_onion_response(*client, packet->payload.bytes);
    } else {
        network.send(way->back.endpoint, packet->payload.bytes);
    }
    return true;
}

OnionRelay::OnionRelay(KeyCache& shared_keys, Network& network, std::unique_ptr<NodeSource> nodes)
    : body_(std::make_unique<Body>(Body{StrangersKeys(shared_keys, StrangersKeys::onion), network, std::move(nodes)})) {
}
OnionRelay::~OnionRelay() = default;

void OnionRelay::set_clients(OnionClients* clients) { body_->clients = clients; }

bool OnionRelay::handle_client(const OnionCaller& caller, ByteView request, Instant now) {
    const auto packet = wire::parse<wire::RelayedOnion>(request);
    if (!packet || !may_forward(caller.from, packet->to.endpoint)) return false;
    const auto back = fixed<wire::return_layer>(body_->returns.seal(client_mark(caller.client), {}, now));
    const wire::OnionRequest1 next{packet->nonce, packet->key, packet->box, back};
    body_->network.send(packet->to.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::handle(const Endpoint& from, ByteView datagram, Instant now) {
    if (datagram.empty() || datagram.size() > wire::max_onion_packet) return false;
    switch (datagram.front()) {
        case wire::OnionRequest0::kind:
            return body_->first(from, datagram, now);
        case wire::OnionRequest1::kind:
            return body_->second(from, datagram, now);
        case wire::OnionRequest2::kind:
            return body_->third(from, datagram, now);
        case wire::OnionResponse3::kind:
            return body_->back_from_third(datagram, now);
        case wire::OnionResponse2::kind:
            return body_->back_from_second(datagram, now);
        case wire::OnionResponse1::kind:
            return body_->back_from_first(datagram, now);
        default:
            return false;
    }
}

}  // namespace tox
