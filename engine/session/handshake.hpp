// SPDX-License-Identifier: GPL-3.0-or-later
// Cookies and handshakes (spec: Net crypto). Pure functions and one small stateless answerer; who asks whom, how often
// and what then is the contact's business.
#pragma once

#include "engine/base/time.hpp"
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

// A 0x18, opened: proven to come from the owner of that DHT key. The long-term key is only what it says of itself.
struct CookieQuestion {
    CookieOwner asker;
    std::uint64_t echo;
};
// Costs a key derivation unless the cache holds the sender's: whoever rations these looks there first (R26).
std::optional<CookieQuestion> open_cookie_request(const wire::CookieRequest& request, const SessionIdentity& self,
                                                  KeyCache& dht_keys);

// Answers cookie requests without keeping anything, and recognises its own cookies later (lifetime 15 s). How many are
// answered is its user's business.
class CookieMaker {
  public:
    CookieMaker();
    wire::Cookie make(const CookieOwner& owner, Instant now) const;
    std::optional<CookieOwner> open(const wire::Cookie& cookie, Instant now) const;
    Bytes answer(const CookieQuestion& question, KeyCache& dht_keys, Instant now);  // the 0x19

    static constexpr Duration lifetime = 15s;  // spec: COOKIE_TIMEOUT
    // How long one key makes cookies: bounds what a stolen key tells about who asked us, costs nothing.
    static constexpr Duration key_lifetime = 2min;

  private:
    void renew_key(Instant now);

    SharedKey key_;
    SharedKey previous_;  // opens the cookies that were alive when the key changed, as long as they live
    std::optional<Instant> renewed_;
};

// 0x18 to a contact's node. `echo` comes back in the answer and ties the two.
Bytes make_cookie_request(const SessionIdentity& self, const DhtKey& to, KeyCache& dht_keys, std::uint64_t echo);
// The cookie in a 0x19 from that node, if it answers this echo.
std::optional<wire::Cookie> open_cookie_response(ByteView datagram, const DhtKey& from, KeyCache& dht_keys,
                                                 std::uint64_t echo);

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

// Opening one has two steps, the cheap one first: only a cookie that we made a moment ago says whom it may come from.
struct OfferedHandshake {
    CookieOwner from;  // as the cookie says; not proven
    wire::HandshakePacket packet;
};
std::optional<OfferedHandshake> read_handshake(ByteView datagram, const CookieMaker& cookies, Instant now);
// `key`: what we share with that long-term key.
std::optional<Handshake> open_handshake(const OfferedHandshake& offered, const SharedKey& key);

}  // namespace tox
