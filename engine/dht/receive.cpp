// SPDX-License-Identifier: GPL-3.0-or-later
// Datagrams in. Order of checks (R26): kind, exact size, whose it claims to be, only then cryptography.
#include "engine/dht/body.hpp"

namespace tox {

using dht::Asked;

namespace {

constexpr Duration lan_ask_again = 300ms;  // a LAN answers within; our own calls are 500 ms apart at least

}  // namespace

bool Dht::Body::handle(const Endpoint& from, ByteView datagram, Instant now) {
    const bool taken = from.is_usable() && !datagram.empty() && dispatch(from, datagram, now);
    fire();
    return taken;
}

bool Dht::Body::dispatch(const Endpoint& from, ByteView datagram, Instant now) {
    switch (datagram.front()) {
        case wire::PingRequest::kind:
            return on_ping_request(from, datagram, now);
        case wire::PingResponse::kind:
            return on_ping_response(from, datagram, now);
        case wire::NodesRequest::kind:
            return on_nodes_request(from, datagram, now);
        case wire::NodesResponse::kind:
            return on_nodes_response(from, datagram, now);
        case wire::DhtRequest::kind:
            return on_dht_request(from, datagram, now);
        case wire::LanDiscovery::kind:
            return on_lan_discovery(from, datagram, now);
        case wire::InfoRequest::kind:
            return answer_info(from, datagram, now);
        default:
            return false;
    }
}

void Dht::Body::fire() {
    const std::vector<DhtEvent> fired = std::exchange(events, {});
    for (const DhtEvent& event : fired) {
        switch (event.what) {
            case DhtEvent::What::confirmed:
                listener.on_confirmed(event.node, event.address);
                break;
            case DhtEvent::What::named:
                listener.on_named(event.node, event.address);
                break;
            case DhtEvent::What::dht_request:
                listener.on_dht_request(event.node, event.content);
                break;
            case DhtEvent::What::own_address:
                listener.on_own_address(event.address);
                break;
        }
    }
}

bool Dht::Body::knows(const Endpoint& from, Instant now) {
    const dht::KnownNode* node = table.at(from);
    return node != nullptr && node->good_at(from, now);
}

// nullptr: ours, or no derivation to spare for a stranger's key (R26).
const SharedKey* Dht::Body::key_with(const DhtKey& peer, const Endpoint& from, Instant now) {
    if (peer == self.public_key) return nullptr;
    if (table.find(peer) != nullptr || searches.find(peer) != nullptr) return keys.with(peer);
    return strangers.with(peer.raw(), {from, knows(from, now)}, now);
}

template <Byte Kind, class Content>
std::optional<Content> Dht::Body::opened(const wire::DhtFrame<Kind, Content>& frame, const Endpoint& from,
                                         Instant now) {
    const SharedKey* shared = key_with(frame.sender, from, now);
    return shared != nullptr ? frame.body.open(*shared, frame.nonce) : std::nullopt;
}

bool Dht::Body::on_ping_request(const Endpoint& from, ByteView datagram, Instant now) {
    const auto frame = wire::parse<wire::PingRequest>(datagram);
    const auto ping = frame ? opened(*frame, from, now) : std::nullopt;
    if (!ping) return false;
    answer_ping({frame->sender, from}, ping->id);
    greet({frame->sender, from}, now);
    return true;
}

bool Dht::Body::on_ping_response(const Endpoint& from, ByteView datagram, Instant now) {
    const auto frame = wire::parse<wire::PingResponse>(datagram);
    if (!frame || !requests.expects({frame->sender, from}, now)) return false;
    const auto pong = opened(*frame, from, now);
    if (!pong) return false;
    const auto asked = requests.take(pong->id, {frame->sender, from}, Asked::What::ping, now);
    if (!asked) return false;
    confirmed(*asked, now);
    pump(now);
    return true;
}

bool Dht::Body::on_nodes_request(const Endpoint& from, ByteView datagram, Instant now) {
    const auto frame = wire::parse<wire::NodesRequest>(datagram);
    const auto request = frame ? opened(*frame, from, now) : std::nullopt;
    if (!request) return false;
    const Node sender{frame->sender, from};
    if (nodes_answers.take(from, now, knows(from, now))) answer_nodes(sender, *request, now);
    greet(sender, now);
    return true;
}

bool Dht::Body::on_nodes_response(const Endpoint& from, ByteView datagram, Instant now) {
    const auto frame = wire::parse<wire::NodesResponse>(datagram);
    if (!frame || !requests.expects({frame->sender, from}, now)) return false;
    const auto response = opened(*frame, from, now);
    if (!response) return false;
    const auto asked = requests.take(response->id, {frame->sender, from}, Asked::What::nodes, now);
    if (!asked) return false;
    confirmed(*asked, now);  // also when it names nobody: it is alive (trap 2)
    for (const Node& node : response->named.nodes) named(node, *asked, now);
    pump(now);
    return true;
}

// spec: LAN discovery. Nothing is trusted until the answer to our request (notes 5.1, R21).
bool Dht::Body::on_lan_discovery(const Endpoint& from, ByteView datagram, Instant now) {
    const auto discovery = wire::parse<wire::LanDiscovery>(datagram);
    if (!lan.enabled() || !discovery || !from.is_lan() || discovery->sender == self.public_key) return false;
    const Node node{discovery->sender, from};
    // Also whom we know well: it may not know us, and learns of us by our question.
    if (requests.asked_within(node, lan_ask_again, now) || !lan_answers.take(from, now)) return false;
    return ask({node, self.public_key.raw(), true, false}, now);
}

}  // namespace tox
