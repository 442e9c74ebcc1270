// SPDX-License-Identifier: GPL-3.0-or-later
// Cookies and handshakes (spec: Net crypto). Pure functions and one small stateless answerer; who asks whom, how often
// and what then is the contact's business.
#pragma once

#include "engine/base/time.hpp"
#include "engine/base/token_bucket.hpp"
#include "engine/wire/session.hpp"

namespace tox {

struct SessionIdentity {  // the own keys a handshake needs; they outlive whoever holds this
    const LongTermKeyPair& long_term;
    const DhtKeyPair& dht;
};

// Who a cookie that we made was made for.
struct CookieOwner {
    LongTermKey long_term;
    DhtKey dht;
};

// Answers cookie requests without keeping anything, and recognises its own cookies later (lifetime 15 s).
class CookieMaker {
  public:
    CookieMaker();
    wire::Cookie make(const CookieOwner& owner, Instant now) const;
    std::optional<CookieOwner> open(const wire::Cookie& cookie, Instant now) const;
    // The 0x19 to a 0x18, at a bounded rate; nothing if malformed or over the rate.
    std::optional<Bytes> answer(ByteView cookie_request, const SessionIdentity& self, KeyCache& dht_keys, Instant now);

    static constexpr Duration lifetime = 15s;  // spec: COOKIE_TIMEOUT
    // How long one key makes cookies: bounds what a stolen key tells about who asked us, costs nothing.
    static constexpr Duration key_lifetime = 2min;

  private:
    void renew_key(Instant now);

    SharedKey key_;
    SharedKey previous_;  // opens the cookies that were alive when the key changed, as long as they live
    std::optional<Instant> renewed_;
    TokenBucket attempts_;  // of opening requests of unknown keys: each costs us a derivation
    TokenBucket answers_;   // only requests that opened count here
};

// 0x18 to a contact's node. `echo` comes back in the answer and ties the two.
Bytes make_cookie_request(const SessionIdentity& self, const DhtKey& to, KeyCache& dht_keys, std::uint64_t echo);
// A 0x19 from that node: the cookie, and the echo of the question.
std::optional<wire::CookieResponseBody> open_cookie_response(ByteView datagram, const DhtKey& from, KeyCache& dht_keys);

// What a handshake says, once opened and checked.
struct Handshake {
    LongTermKey long_term;  // proven: the box was made with it and the cookie in front is ours for it
    DhtKey dht;             // as the cookie in front says
    Nonce base_nonce;
    SessionKey session_key;
    wire::Cookie cookie_for_us;  // to answer with our own handshake
};

// 0x1a: `their_cookie` is one they made for us; the box carries our session key, our base nonce and a cookie we make
// for them.
struct HandshakeOffer {
    const wire::Cookie& their_cookie;
    const CookieOwner& them;
    const SessionKey& session_key;
    const Nonce& base_nonce;
};
Bytes make_handshake(const SessionIdentity& self, const HandshakeOffer& offer, const CookieMaker& cookies, Instant now);
std::optional<Handshake> open_handshake(ByteView datagram, const SessionIdentity& self, const CookieMaker& cookies,
                                        Instant now);

}  // namespace tox
