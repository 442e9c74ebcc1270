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

std::optional<Handshake> open_handshake(ByteView datagram, const SessionIdentity& self, const CookieMaker& cookies,
                                        Instant now) {
    const auto packet = wire::parse<wire::HandshakePacket>(datagram);
    if (!packet) return std::nullopt;
    // The cookie first: only who asked us a moment ago costs us a key derivation.
    const auto owner = cookies.open(packet->cookie, now);
    if (!owner || owner->long_term == self.long_term.public_key) return std::nullopt;
    const auto key = precompute(owner->long_term, self.long_term.secret);
    if (!key) return std::nullopt;
    const auto body = packet->body.open(*key, packet->nonce);
    if (!body || !same(body->cookie_hash, sha512(packet->cookie.bytes))) return std::nullopt;
    return Handshake{owner->long_term, owner->dht, body->base_nonce, body->session_key, body->cookie_for_receiver};
}

}  // namespace tox
