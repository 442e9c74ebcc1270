// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/hostile_people.hpp"

#include <algorithm>

#include "engine/wire/dht.hpp"
#include "engine/wire/session.hpp"
#include "tests/unit/session/opened.hpp"

namespace tox::fuzz {
namespace {

const Bytes* latest(const StillNetwork& network, const Endpoint& to, Byte kind) {
    const auto found = std::find_if(network.sent.rbegin(), network.sent.rend(), [&](const Datagram& one) {
        return one.to == to && !one.bytes.empty() && one.bytes.front() == kind;
    });
    return found == network.sent.rend() ? nullptr : &found->bytes;
}

Bytes begun(Byte kind) {
    Bytes packet;
    packet.reserve(max_datagram);
    packet.push_back(kind);
    return packet;
}

}  // namespace

// ---- the contact -------------------------------------------------------------------------------------------------

const Bytes* HostileContact::answer(Byte kind) const { return latest(network_, address(), kind); }

void HostileContact::give(Bytes datagram) {
    constexpr std::size_t most_kept = 64;
    network_.receive(address(), datagram);
    if (said_.size() < most_kept) said_.push_back(std::move(datagram));
}

bool HostileContact::meet(const CookieOwner& engine, Instant now) {
    constexpr std::uint64_t echo = 77;
    const SessionIdentity self{long_term_, dht_};
    give(make_cookie_request(self, engine.dht, keys_, echo));
    const Bytes* const response = answer(wire::CookieResponse::kind);
    const auto answered = response ? open_cookie_response(*response, engine.dht, keys_) : std::nullopt;
    if (!answered || answered->echo != echo) return false;
    session_ = std::make_unique<Session>(now);
    give(make_handshake(self, {answered->cookie, engine, session_->own_key(), session_->own_base_nonce()}, cookies_,
                        now));
    const Bytes* const shaken = answer(wire::HandshakePacket::kind);
    const auto handshake = shaken ? test::Opener{self, keys_, cookies_}.open(*shaken, now) : std::nullopt;
    if (!handshake) return false;
    session_->accept(handshake->session_key, handshake->base_nonce, now);
    say(Bytes{24}, now);  // online
    return met();
}

bool HostileContact::say(ByteView packet, Instant now) {
    if (!session_ || packet.empty() || packet.size() > Session::max_payload) return false;
    const bool taken = wire::is_lossy(packet.front()) ? session_->send_lossy(packet, now)
                                                      : session_->send_lossless(packet, now).has_value();
    for (int turn = 0; turn < 2; ++turn) {  // the first lossless packet waits for a word of theirs
        session_->tick(now, *this);
        listen(now);
    }
    return taken;
}

void HostileContact::listen(Instant now) {
    const std::vector<Datagram> heard = network_.sent;  // hearing may make the engine say more
    for (const Datagram& one : heard)
        if (one.to == address() && one.bytes.front() == wire::DataHeader::kind)
            session_->receive(one.bytes, now, *this);
}

bool HostileContact::send_session_packet(ByteView datagram) {
    give(Bytes(datagram.begin(), datagram.end()));
    return true;
}

void HostileContact::repeat(std::size_t which) {
    if (!said_.empty()) network_.receive(address(), Bytes(said_[which % said_.size()]));
}

// ---- the stranger ------------------------------------------------------------------------------------------------

void Stranger::key_first(Byte kind, const DhtKey& to, ByteView plain, const Nonce& nonce) {
    Bytes packet = begun(kind);
    append(packet, keys_.public_key.raw());
    append(packet, nonce.bytes);
    seal(*precompute(to, keys_.secret), nonce, plain, packet);
    network_.receive(node().endpoint, packet);
}

void Stranger::nonce_first(Byte kind, const DhtKey& to, ByteView plain) {
    const Nonce nonce = Nonce::random();
    Bytes packet = begun(kind);
    append(packet, nonce.bytes);
    append(packet, keys_.public_key.raw());
    seal(*precompute(to, keys_.secret), nonce, plain, packet);
    network_.receive(node().endpoint, packet);
}

void Stranger::answer_nodes(const DhtKey& to, ByteView list) {
    const Bytes* const asked = latest(network_, node().endpoint, wire::NodesRequest::kind);
    const auto question = asked ? wire::parse<wire::NodesRequest>(*asked) : std::nullopt;
    const auto key = precompute(to, keys_.secret);
    const auto body = question ? question->body.open(*key, question->nonce) : std::nullopt;
    if (!body) return;
    Bytes plain(list.begin(), list.end());
    wire::Field<std::uint64_t>::write(plain, body->id);
    key_first(wire::NodesResponse::kind, to, plain);
}

}  // namespace tox::fuzz
