// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/onion_relay.hpp"

#include "engine/onion/return_sealer.hpp"
#include "engine/onion/strangers_keys.hpp"

namespace tox {
namespace {

// A stranger on the Internet must not make us send to our own network; in a LAN, or on loopback, that is what
// relaying is (reliability notes B69).
bool may_forward(const Endpoint& from, const Endpoint& to) { return to.is_usable() && (from.is_lan() || !to.is_lan()); }

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
    ReturnSealer returns{};

    bool first(const Endpoint& from, ByteView datagram, Instant now);
    bool second(const Endpoint& from, ByteView datagram, Instant now);
    bool third(const Endpoint& from, ByteView datagram, Instant now);
    bool back_from_third(ByteView datagram, Instant now);
    bool back_from_second(ByteView datagram, Instant now);
    bool back_from_first(ByteView datagram, Instant now);
};

bool OnionRelay::Body::first(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest0>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->sender.raw(), now) : nullptr;
    const auto layer = shared ? packet->box.open(*shared, packet->nonce) : std::nullopt;
    if (!layer || !may_forward(from, layer->to.endpoint)) return false;
    const auto back = fixed<wire::return_layer>(returns.seal(from, {}, now));
    const wire::OnionRequest1 next{packet->nonce, layer->key, layer->box, back};
    network.send(layer->to.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::second(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest1>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->key.raw(), now) : nullptr;
    const auto layer = shared ? packet->box.open(*shared, packet->nonce) : std::nullopt;
    if (!layer || !may_forward(from, layer->to.endpoint)) return false;
    const auto back = fixed<2 * wire::return_layer>(returns.seal(from, packet->back, now));
    const wire::OnionRequest2 next{packet->nonce, layer->key, layer->box, back};
    network.send(layer->to.endpoint, wire::serialise(next));
    return true;
}

bool OnionRelay::Body::third(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::OnionRequest2>(datagram);
    const SharedKey* shared = packet ? shared_keys.with(packet->key.raw(), now) : nullptr;
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
    network.send(way->back.endpoint, packet->payload.bytes);
    return true;
}

OnionRelay::OnionRelay(const DhtKeyPair&, KeyCache& shared_keys, Network& network)
    : body_(std::make_unique<Body>(Body{StrangersKeys(shared_keys), network})) {}
OnionRelay::~OnionRelay() = default;

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
