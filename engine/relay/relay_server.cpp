// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/relay_server.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "engine/crypto/random.hpp"
#include "engine/host/address_budget.hpp"
#include "engine/relay/relay_client.hpp"

namespace tox {
namespace {

constexpr Duration beat = 5s;  // pings and deadlines of all clients are looked at together
// Each costs two key derivations: 200 a second are 2 % of a core. No address has more than a quarter.
constexpr Rate hellos_of_one{50, 100}, hellos_of_all{200, 400};
constexpr std::size_t least_onion_request = 1 + 24 + 134;  // notes 3.2: longer than that

// Whose connections are counted together: those of an address; of public IPv6, where everybody has many of them, those
// of a /64.
ByteArray<16> household_of(const Endpoint& from) {
    ByteArray<16> household = from.address;
    if (!from.is_v4() && !from.is_lan()) std::fill(household.begin() + 8, household.end(), Byte{0});
    return household;
}

}  // namespace

struct RelayServer::Body final : StreamAcceptor, relay::Switchboard {
    using Client = relay::Client;
    using Clients = std::map<std::uint64_t, std::unique_ptr<Client>>;  // by number, hence by age

    Body(const DhtKeyPair& own, Network& net, const Loop& clock, RelayServerListener& hearer)
        : self(own), network(net), loop(clock), listener(hearer) {}

    void on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) override;
    void confirm(Client& client);
    bool on_client_frame(Client& client, ByteView frame) override;
    void on_client_gone(Client& client) override;
    void on_client_queued(Client& client) override { queued.push_back(client.number); }

    bool control(Client& client, ByteView frame);
    bool route(Client& client, const wire::RoutingRequest& request);
    void link(Client& client, Byte slot);
    void unlink(relay::Slot& slot);
    bool free_slot(Client& client, Byte number);
    void pass_out_of_band(Client& client, const wire::OutOfBandSend& packet);
    void pass_data(Client& client, ByteView frame);
    void drop_oldest_stranger();
    void look_after(Client& client, Instant now);
    void tick(Instant now);

    const DhtKeyPair& self;
    Network& network;
    const Loop& loop;
    RelayServerListener& listener;
    std::vector<std::unique_ptr<StreamPort>> ports;
    Clients clients;
    std::unordered_map<DhtKey, Client*, Hashed> by_key;  // those who have proved their key
    std::map<ByteArray<16>, std::size_t> per_household;
    std::uint64_t next_number = 1;
    AddressBudget hellos{hellos_of_one, hellos_of_all};
    Instant next_beat = never;
    bool any_gone = false;
    std::vector<std::uint64_t> queued;  // clients with something to flush
};

// ---- coming and going --------------------------------------------------------------------------------------------

void RelayServer::Body::on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) {
    const Instant now = loop.now();
    std::size_t& neighbours = per_household[household_of(from)];
    const bool crowded = !from.is_loopback() && neighbours >= most_per_address;
    if (crowded || clients.size() >= most_clients || !hellos.take(from, now)) {
        if (neighbours == 0) per_household.erase(household_of(from));
        return;  // the stream closes
    }
    ++neighbours;
    if (clients.size() - by_key.size() >= most_strangers) drop_oldest_stranger();
    auto client = std::make_unique<Client>(std::move(stream), self, *this);
    client->number = next_number++;
    client->from = from;
    client->since = client->pinged = now;
    clients.emplace(client->number, std::move(client));
    next_beat = std::min(next_beat, now + beat);
}

void RelayServer::Body::drop_oldest_stranger() {
    for (auto& [number, client] : clients) {
        if (client->confirmed || client->gone()) continue;
        client->leave();
        return;
    }
}

// A hello can be a recorded one: whoever sends it need not have the key. The first frame proves that. From then on the
// newer connection of a key counts: the older one may be dead without our knowing.
void RelayServer::Body::confirm(Client& client) {
    client.confirmed = true;
    if (const auto older = by_key.find(client.key()); older != by_key.end()) older->second->leave();
    by_key[client.key()] = &client;
}

void RelayServer::Body::on_client_gone(Client& client) {
    any_gone = true;
    client.each_slot([&](Byte, relay::Slot& slot) { unlink(slot); });
    const auto known = by_key.find(client.key());
    if (known != by_key.end() && known->second == &client) by_key.erase(known);
    const auto household = per_household.find(household_of(client.from));
    if (household != per_household.end() && --household->second == 0) per_household.erase(household);
}

// ---- frames ------------------------------------------------------------------------------------------------------

bool RelayServer::Body::on_client_frame(Client& client, ByteView frame) {
    if (!client.confirmed) confirm(client);
    if (!wire::is_slot(frame.front())) return control(client, frame);
    pass_data(client, frame);
    return true;
}

bool RelayServer::Body::control(Client& client, ByteView frame) {
    switch (frame.front()) {
        case wire::RoutingRequest::kind: {
            const auto request = wire::parse<wire::RoutingRequest>(frame);
            return request && route(client, *request);
        }
        case wire::ConnectNotification::kind:
            return frame.size() == wire::size_of<wire::ConnectNotification>;  // means nothing from a client
        case wire::DisconnectNotification::kind: {
            const auto notification = wire::parse<wire::DisconnectNotification>(frame);
            return notification && free_slot(client, notification->slot);
        }
        case wire::RelayPing::kind: {
            const auto ping = wire::parse<wire::RelayPing>(frame);
            if (!ping || ping->id == 0) return false;
            client.secure.send_control(wire::serialise(wire::RelayPong{ping->id}));
            return true;
        }
        case wire::RelayPong::kind: {
            const auto pong = wire::parse<wire::RelayPong>(frame);
            if (!pong || pong->id == 0) return false;
            if (pong->id == client.ping_id) client.ping_id = 0;
            return true;
        }
        case wire::OutOfBandSend::kind: {
            const auto packet = wire::parse<wire::OutOfBandSend>(frame);
            if (!packet || packet->data.bytes.size() > wire::most_out_of_band) return false;
            pass_out_of_band(client, *packet);
            return true;
        }
        case wire::OnionRequestFrame::kind:
            if (frame.size() <= least_onion_request) return false;
            listener.on_onion_request(client.number, client.from, frame.subspan(1));
            return true;
        default:
            return false;
    }
}

bool RelayServer::Body::route(Client& client, const wire::RoutingRequest& request) {
    if (!client.requests.take(loop.now())) return true;  // unanswered: whoever asks so much may ask again
    const bool own = request.peer == client.key();
    const auto slot = own ? std::nullopt : client.take_slot(request.peer);
    client.secure.send_control(wire::serialise(wire::RoutingResponse{slot.value_or(0), request.peer}));
    if (slot) link(client, *slot);
    return true;
}

// Open as soon as both have asked.
void RelayServer::Body::link(Client& client, Byte number) {
    relay::Slot& slot = *client.slot(number);
    const auto peer = by_key.find(slot.peer);
    if (slot.other != nullptr || peer == by_key.end()) return;
    Client& other = *peer->second;
    const auto other_number = other.slot_for(client.key());
    if (!other_number) return;
    relay::Slot& other_slot = *other.slot(*other_number);
    unlink(other_slot);
    slot.other = &other;
    slot.other_slot = *other_number;
    other_slot.other = &client;
    other_slot.other_slot = number;
    client.secure.send_control(wire::serialise(wire::ConnectNotification{number}));
    other.secure.send_control(wire::serialise(wire::ConnectNotification{*other_number}));
}

// The other side keeps its slot: the link opens again when the peer asks again.
void RelayServer::Body::unlink(relay::Slot& slot) {
    if (slot.other == nullptr) return;
    const Byte number = slot.other_slot;
    Client& other = *std::exchange(slot.other, nullptr);
    if (relay::Slot* theirs = other.slot(number)) theirs->other = nullptr;
    other.secure.send_control(wire::serialise(wire::DisconnectNotification{number}));
}

// c-toxcore's clients may free a slot that they were never given: they are not cut off for that (trap T38).
bool RelayServer::Body::free_slot(Client& client, Byte number) {
    if (!wire::is_slot(number)) return false;
    if (relay::Slot* slot = client.slot(number)) {
        unlink(*slot);
        *slot = {};
    }
    return true;
}

void RelayServer::Body::pass_out_of_band(Client& client, const wire::OutOfBandSend& packet) {
    const auto peer = by_key.find(packet.peer);
    if (peer == by_key.end() || peer->second == &client || !client.out_of_band.take(loop.now())) return;
    peer->second->secure.send(wire::serialise(wire::OutOfBandReceived{client.key(), packet.data}));
}

// An empty one would cut c-toxcore's connection (trap T36b). One that does not fit is lost, as a datagram would be.
void RelayServer::Body::pass_data(Client& client, ByteView frame) {
    const relay::Slot* slot = client.slot(frame.front());
    if (slot == nullptr || slot->other == nullptr || frame.size() < 2) return;
    Bytes passed(frame.begin(), frame.end());
    passed.front() = slot->other_slot;
    slot->other->secure.send(passed);
}

// ---- time --------------------------------------------------------------------------------------------------------

void RelayServer::Body::look_after(Client& client, Instant now) {
    if (client.secure.ended()) return client.leave();
    if (!client.confirmed) {
        if (now >= client.since + hello_patience) client.leave();
    } else if (client.ping_id != 0) {
        if (now >= client.pinged + pong_patience) client.leave();
    } else if (now >= client.pinged + ping_interval) {
        client.ping_id = random_u64() | 1U;
        client.pinged = now;
        client.secure.send_control(wire::serialise(wire::RelayPing{client.ping_id}));
    }
}

void RelayServer::Body::tick(Instant now) {
    if (next_beat <= now) {
        for (auto& [number, client] : clients) look_after(*client, now);
        next_beat = now + beat - now.time_since_epoch() % beat;
    }
    if (std::exchange(any_gone, false)) std::erase_if(clients, [](const auto& entry) { return entry.second->gone(); });
    if (clients.empty()) next_beat = never;
}

// ---- the server --------------------------------------------------------------------------------------------------

RelayServer::RelayServer(const DhtKeyPair& self, Network& network, const Loop& loop, RelayServerListener& listener)
    : body_(std::make_unique<Body>(self, network, loop, listener)) {}
RelayServer::~RelayServer() = default;

bool RelayServer::listen(std::uint16_t port) {
    auto opened = body_->network.listen(port, *body_);
    if (!opened) return false;
    body_->ports.push_back(std::move(opened));
    return true;
}

std::vector<std::uint16_t> RelayServer::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& port : body_->ports) ports.push_back(port->port());
    return ports;
}

std::size_t RelayServer::clients() const { return body_->by_key.size(); }

void RelayServer::send_onion_response(std::uint64_t client, ByteView response) {
    const auto found = body_->clients.find(client);
    if (found == body_->clients.end() || found->second->gone()) return;
    Bytes frame{wire::OnionResponseFrame::kind};
    append(frame, response);
    found->second->secure.send(frame);
}

void RelayServer::flush() {
    for (const std::uint64_t number : std::exchange(body_->queued, {}))
        if (const auto client = body_->clients.find(number); client != body_->clients.end())
            client->second->secure.flush();
}

void RelayServer::tick(Instant now) { body_->tick(now); }
Instant RelayServer::next_deadline(Instant now) const { return body_->any_gone ? now : body_->next_beat; }

}  // namespace tox
