// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/contact/rig.hpp"

namespace tox::test {
namespace {

constexpr Byte session_packet = 0x1b;  // they read these at once

}  // namespace

std::vector<Sent> RigNetwork::take(Byte kind) {
    std::vector<Sent> all = std::exchange(sent, {});
    std::erase_if(all, [&](const Sent& one) { return one.datagram.front() != kind; });
    return all;
}

Rig::Rig()
    : world{us.identity(), *us.cache, dht, onion, network, nullptr, loop, our_cookies, claims, *this, *this},
      contacts(world, *this),
      dht(us.dht, *us.cache, network, contacts),
      store(us.dht, *us.cache, dht, network),
      onion({us.long_term, us.dht, std::make_unique<DhtNodes>(dht, nullptr), store, network, nullptr, contacts}) {
    contact = &contacts.add(them.long_term.public_key);
    tick();
}

void Rig::tick() {
    contacts.tick(loop.now());
    for (const Sent& one : std::exchange(network.sent, {}))
        if (one.datagram.front() != session_packet)
            network.sent.push_back(one);
        else if (their_session)
            their_session->receive(one.datagram, loop.now(), *this);
}

void Rig::pass(Duration time) {
    for (const Duration step = 50ms; time > 0ms; time -= step) {
        loop.pass(step);
        tick();
        if (their_session) their_session->tick(loop.now(), *this);
    }
}

void Rig::they_send_dht_key(std::uint64_t no_replay, const std::vector<Node>& nodes) {
    wire::DhtKeyPacket packet{no_replay, them.dht.public_key, {}};
    for (const Node& node : nodes) packet.nodes.nodes.push_back({wire::Transport::udp, node});
    contacts.on_onion_data(them.long_term.public_key, wire::serialise(packet));
    tick();
}

bool Rig::they_answer_cookie(const Bytes& request) {
    const auto answer = their_opener().answer(request, loop.now());
    const bool taken = answer && contacts.handle(their_address, *answer, loop.now());
    tick();
    return taken;
}

void Rig::they_ask_cookie() {
    const Bytes request = make_cookie_request(them.identity(), us.dht.public_key, *them.cache, 77);
    contacts.handle(their_address, request, loop.now());
    tick();
    const auto answers = network.take(0x19);
    cookie_from_handshake_.reset();
    cookie_for_them = open_cookie_response(answers.at(0).datagram, us.dht.public_key, *them.cache, 77);
}

Bytes Rig::their_handshake() {
    if (!their_session) their_session = std::make_unique<Session>(loop.now());
    const wire::Cookie& cookie = cookie_from_handshake_ ? *cookie_from_handshake_ : cookie_for_them.value();
    const CookieOwner owner{us.long_term.public_key, us.dht.public_key};
    const HandshakeOffer offer{cookie, owner, their_session->own_key(), their_session->own_base_nonce()};
    return make_handshake(them.identity(), offer, their_cookies, loop.now());
}

void Rig::they_read(const Bytes& datagram) {
    const auto handshake = their_opener().open(datagram, loop.now());
    if (!their_session) their_session = std::make_unique<Session>(loop.now());
    their_session->accept(handshake.value().session_key, handshake->base_nonce, loop.now());
    cookie_from_handshake_ = handshake->cookie_for_us;
}

bool Rig::they_send(ByteView packet) {
    if (!their_session->send_lossless(packet, loop.now())) return false;
    their_session->tick(loop.now(), *this);
    tick();
    return true;
}

bool Rig::they_leave() {
    taken_ = false;
    their_session->send_kill(*this);
    tick();
    return taken_;
}

void Rig::they_restart() {
    them.dht = DhtKeyPair::generate();
    them.cache = std::make_unique<KeyCache>(them.dht.secret);
    their_session.reset();
    cookie_from_handshake_.reset();
    cookie_for_them.reset();
}

bool Rig::send_session_packet(ByteView datagram) {
    taken_ |= contacts.handle(their_address, datagram, loop.now());
    return true;
}

void Rig::establish() {
    they_send_dht_key(1'700'000'000 + number++, {{them.dht.public_key, their_address}});
    they_answer_cookie(network.take(0x18).at(0).datagram);
    they_read(network.take(0x1a).at(0).datagram);
    contacts.handle(their_address, their_handshake(), loop.now());
    tick();
    they_send(Bytes{16});
}

}  // namespace tox::test
