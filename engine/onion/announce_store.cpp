// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/announce_store.hpp"

#include "engine/dht/strangers_keys.hpp"
#include "engine/onion/announce_entries.hpp"
#include "engine/onion/ping_ids.hpp"

namespace tox {
namespace {

// Data packets that one last hop may have us pass on to those we keep, who pay for each with two key derivations. A
// whole contact list of 300 looks for somebody at once when he comes, but over many hops.
constexpr Rate data_each{5, 60}, data_strangers{200, 800}, data_known{200, 800};

}  // namespace

struct AnnounceStore::Body {
    const DhtKeyPair& self;
    StrangersKeys shared_keys;
    std::unique_ptr<NodeSource> nodes;
    Network& network;
    AnnounceEntries entries;
    PingIds ping_ids{};
    AddressBudget packets{data_each, data_strangers, data_known};
    StoreListener* listener = nullptr;

    struct Verdict {
        wire::Stored stored = wire::Stored::no;
        RawKey key_or_ping_id{};
    };
    Verdict judge(const Announced& asked, const wire::AnnounceBody& body, Instant now);
    template <class Request, class Response>
    bool announce(const Endpoint& from, ByteView datagram, Instant now);
    bool data(const Endpoint& from, ByteView datagram, Instant now);
    bool route(const wire::DataRequest& request, Instant now);
    bool answer(const Endpoint& hop, const wire::Return3& back, Bytes payload);
};

// `asked`: what would be stored. Only who announces himself is stored, as the spec says; c-toxcore's clients never ask
// for anything else with a ping id.
AnnounceStore::Body::Verdict AnnounceStore::Body::judge(const Announced& asked, const wire::AnnounceBody& body,
                                                        Instant now) {
    const bool own = body.searched == asked.key && is_valid_public_key(asked.data_key);
    const bool proven = own && ping_ids.valid(body.ping_id, asked.key, asked.hop, now);
    if (proven && entries.put(asked, now) && listener != nullptr) listener->on_kept(asked.key);
    const Announced* known = entries.find(body.searched, now);
    if (known && known->key != asked.key) return {wire::Stored::by_another, known->data_key};
    const bool mine = known && known->data_key == asked.data_key;
    return {mine ? wire::Stored::by_requester : wire::Stored::no, ping_ids.make(asked.key, asked.hop, now)};
}

namespace {

void set_nodes(wire::AnnounceAnswer& answer, const std::vector<Node>& nodes) {
    for (const Node& node : nodes) answer.nodes.nodes.push_back({wire::Transport::udp, node});
}
void set_nodes(wire::NewAnnounceAnswer& answer, const std::vector<Node>& nodes) { answer.nodes.nodes = nodes; }

}  // namespace

template <class Request, class Response>
bool AnnounceStore::Body::announce(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::WithReturn<Request>>(datagram);
    if (!packet || packet->packet.requester == self.public_key.raw()) return false;
    const Request& request = packet->packet;
    const SharedKey* shared = shared_keys.with(request.requester, {from, nodes->knows(from, now)}, now);
    const auto body = shared ? request.body.open(*shared, request.nonce) : std::nullopt;
    if (!body) return false;
    const auto [stored, key_or_ping_id] = judge({request.requester, body->data_key, from, packet->back}, *body, now);
    typename Response::Body content{static_cast<Byte>(stored), key_or_ping_id, {}};
    set_nodes(content, nodes->closest(body->searched, wire::nodes_per_answer, scope_of(from), now));
    const Nonce nonce = Nonce::random();
    const auto sealed = wire::Sealed<typename Response::Body>::of(*shared, nonce, content);
    return answer(from, packet->back, wire::serialise(Response{body->sendback, nonce, sealed}));
}

bool AnnounceStore::Body::data(const Endpoint& from, ByteView datagram, Instant now) {
    const auto packet = wire::parse<wire::WithReturn<wire::DataRequest>>(datagram);
    if (!packet || entries.find(packet->packet.destination, now) == nullptr) return false;
    return packets.take(from, now, nodes->knows(from, now)) && route(packet->packet, now);
}

bool AnnounceStore::Body::route(const wire::DataRequest& request, Instant now) {
    const Announced* known = entries.find(request.destination, now);
    if (!known) return false;
    const wire::DataResponse response{request.nonce, request.ephemeral, request.box};
    return answer(known->hop, known->back, wire::serialise(response));
}

bool AnnounceStore::Body::answer(const Endpoint& hop, const wire::Return3& back, Bytes payload) {
    if (payload.size() > wire::max_onion_response) return false;
    network.send(hop, wire::serialise(wire::OnionResponse3{back, {std::move(payload)}}));
    return true;
}

AnnounceStore::AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, std::unique_ptr<NodeSource> nodes,
                             Network& network)
    : body_(std::make_unique<Body>(Body{self, StrangersKeys(shared_keys, StrangersKeys::onion), std::move(nodes),
                                        network, AnnounceEntries(self.public_key)})) {}
AnnounceStore::~AnnounceStore() = default;

bool AnnounceStore::handle(const Endpoint& from, ByteView datagram, Instant now) {
    if (datagram.empty() || datagram.size() > wire::max_onion_packet) return false;
    switch (datagram.front()) {
        case wire::AnnounceRequest::kind:
            return body_->announce<wire::AnnounceRequest, wire::AnnounceResponse>(from, datagram, now);
        case wire::NewAnnounceRequest::kind:
            return body_->announce<wire::NewAnnounceRequest, wire::NewAnnounceResponse>(from, datagram, now);
        case wire::DataRequest::kind:
            return body_->data(from, datagram, now);
        default:
            return false;
    }
}

std::size_t AnnounceStore::size() const { return body_->entries.size(); }

void AnnounceStore::set_listener(StoreListener* listener) { body_->listener = listener; }

std::optional<RawKey> AnnounceStore::data_key_of(const LongTermKey& announced, Instant now) const {
    const Announced* known = body_->entries.find(announced.raw(), now);
    return known ? std::optional(known->data_key) : std::nullopt;
}

bool AnnounceStore::route(ByteView data_request, Instant now) {
    const auto request = wire::parse<wire::DataRequest>(data_request);
    return request && body_->route(*request, now);
}

}  // namespace tox
