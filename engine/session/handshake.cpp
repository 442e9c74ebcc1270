// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/handshake.hpp"

namespace tox {

Bytes make_handshake(const SessionIdentity& self, const HandshakeOffer& offer, const CookieMaker& cookies,
                     Instant now) {
    const auto key = precompute(offer.them.long_term, self.long_term.secret);
    if (!key) return {};
    const wire::HandshakeBody body{offer.base_nonce, offer.session_key, sha512(offer.their_cookie.bytes),
                                   cookies.make(offer.them, now)};
    const Nonce nonce = Nonce::random();
    return wire::serialise(
        wire::HandshakePacket{offer.their_cookie, nonce, wire::Sealed<wire::HandshakeBody>::of(*key, nonce, body)});
}

std::optional<OfferedHandshake> read_handshake(ByteView datagram, const CookieMaker& cookies, Instant now) {
    const auto packet = wire::parse<wire::HandshakePacket>(datagram);
    const auto owner = packet ? cookies.open(packet->cookie, now) : std::nullopt;
    if (!owner) return std::nullopt;
    return OfferedHandshake{*owner, *packet};
}

std::optional<Handshake> open_handshake(const OfferedHandshake& offered, const SharedKey& key) {
    const auto& [from, packet] = offered;
    const auto body = packet.body.open(key, packet.nonce);
    if (!body || !same(body->cookie_hash, sha512(packet.cookie.bytes))) return std::nullopt;
    return Handshake{from.long_term, from.dht, body->base_nonce, body->session_key, body->cookie_for_receiver};
}

}  // namespace tox
