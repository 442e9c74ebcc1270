// SPDX-License-Identifier: GPL-3.0-or-later
// Cookies and handshakes: the way they are meant, and every way they are not.
#include "engine/session/handshake.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/opened.hpp"

namespace tox::test {
namespace {

constexpr Instant opening{500s};

struct Person {
    LongTermKeyPair long_term = LongTermKeyPair::generate();
    DhtKeyPair dht = DhtKeyPair::generate();
    SessionIdentity self{long_term, dht};
    KeyCache keys{dht.secret};
    CookieMaker cookies;
    SessionKeyPair session = SessionKeyPair::generate();
    Nonce base = Nonce::random();

    CookieOwner owner() const { return {long_term.public_key, dht.public_key}; }
    Bytes ask(const Person& whom, std::uint64_t echo) {
        return make_cookie_request(self, whom.dht.public_key, keys, echo);
    }
    Bytes greet(const Person& whom, const wire::Cookie& cookie, Instant now) const {
        return make_handshake(self, {cookie, whom.owner(), session.public_key, base}, cookies, now);
    }
    Opener opener() { return {self, keys, cookies}; }
    std::optional<Handshake> greeted(ByteView datagram, Instant now) { return opener().open(datagram, now); }
};

struct Handshakes : testing::Test {
    Person alice, bob;
    wire::Cookie cookie_of_bob(Instant now) const { return bob.cookies.make(alice.owner(), now); }
};

TEST_F(Handshakes, sizes_are_the_spec_s) {
    const Bytes request = alice.ask(bob, 1);
    EXPECT_EQ(request.size(), 145U);
    EXPECT_EQ(request.front(), 0x18);
    const auto response = bob.opener().answer(request, opening);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->size(), 161U);
    EXPECT_EQ(response->front(), 0x19);
    const Bytes handshake = alice.greet(bob, cookie_of_bob(opening), opening);
    EXPECT_EQ(handshake.size(), 385U);
    EXPECT_EQ(handshake.front(), 0x1a);
}

TEST_F(Handshakes, both_sides_learn_the_same) {
    const auto response = bob.opener().answer(alice.ask(bob, 77), opening);
    ASSERT_TRUE(response);
    const auto answer = open_cookie_response(*response, bob.dht.public_key, alice.keys);
    ASSERT_TRUE(answer);
    const auto at_bob = bob.greeted(alice.greet(bob, answer->cookie, opening + 1s), opening + 2s);
    ASSERT_TRUE(at_bob);
    EXPECT_EQ(at_bob->long_term, alice.long_term.public_key);
    EXPECT_EQ(at_bob->dht, alice.dht.public_key);
    EXPECT_EQ(at_bob->session_key, alice.session.public_key);
    EXPECT_EQ(at_bob->base_nonce, alice.base);
    const auto at_alice = alice.greeted(bob.greet(alice, at_bob->cookie_for_us, opening + 2s), opening + 3s);
    ASSERT_TRUE(at_alice);
    EXPECT_EQ(at_alice->long_term, bob.long_term.public_key);
    EXPECT_EQ(at_alice->dht, bob.dht.public_key);
    EXPECT_EQ(at_alice->session_key, bob.session.public_key);
    EXPECT_EQ(at_alice->base_nonce, bob.base);
}

TEST_F(Handshakes, response_is_bound_to_its_question) {
    const auto response = bob.opener().answer(alice.ask(bob, 77), opening);
    ASSERT_TRUE(response);
    EXPECT_EQ(open_cookie_response(*response, bob.dht.public_key, alice.keys)->echo, 77U);
    EXPECT_FALSE(open_cookie_response(*response, alice.dht.public_key, alice.keys));
    Person carol;
    EXPECT_FALSE(open_cookie_response(*response, bob.dht.public_key, carol.keys));
    for (const int change : {-1, 1}) {  // B62
        Bytes other = *response;
        other.resize(other.size() + static_cast<std::size_t>(change));
        EXPECT_FALSE(open_cookie_response(other, bob.dht.public_key, alice.keys));
    }
}

TEST_F(Handshakes, cookie_lives_15_seconds) {  // B63
    const Bytes handshake = alice.greet(bob, cookie_of_bob(opening), opening);
    EXPECT_TRUE(bob.greeted(handshake, opening + 15s));
    EXPECT_FALSE(bob.greeted(handshake, opening + 15s + 1us));
    EXPECT_FALSE(bob.greeted(handshake, opening - 1us));  // a clock that went back
}

TEST_F(Handshakes, cookies_survive_one_change_of_key) {
    bob.opener().answer(alice.ask(bob, 1), opening);
    const Instant late = opening + CookieMaker::key_lifetime - 1s;
    const wire::Cookie cookie = cookie_of_bob(late);
    ASSERT_TRUE(bob.opener().answer(alice.ask(bob, 2), late + 2s));  // changes the key
    EXPECT_TRUE(bob.cookies.open(cookie, late + 3s));
    ASSERT_TRUE(bob.opener().answer(alice.ask(bob, 3), late + 2s + CookieMaker::key_lifetime));
    EXPECT_FALSE(bob.cookies.open(cookie, late + 3s));
}

TEST_F(Handshakes, foreign_cookies_are_refused) {  // B63
    EXPECT_FALSE(bob.greeted(alice.greet(bob, alice.cookies.make(alice.owner(), opening), opening), opening));
    // Carol's cookie in Alice's hands: the box is not Carol's.
    Person carol;
    EXPECT_FALSE(bob.greeted(alice.greet(bob, bob.cookies.make(carol.owner(), opening), opening), opening));
    // A handshake for Bob shown to Carol.
    EXPECT_FALSE(carol.greeted(alice.greet(bob, cookie_of_bob(opening), opening), opening));
}

TEST_F(Handshakes, cookie_and_box_belong_together) {  // B63
    Bytes handshake = alice.greet(bob, cookie_of_bob(opening), opening);
    auto packet = *wire::parse<wire::HandshakePacket>(handshake);
    packet.cookie = cookie_of_bob(opening);  // as good as the first one, but not the one the box names
    EXPECT_FALSE(bob.greeted(wire::serialise(packet), opening));
}

TEST_F(Handshakes, every_changed_bit_and_every_other_length_is_refused) {  // B63
    const Bytes handshake = alice.greet(bob, cookie_of_bob(opening), opening);
    const Bytes request = alice.ask(bob, 5);
    const auto refused = [&](const Bytes& datagram) {
        return !bob.greeted(datagram, opening) && !bob.opener().answer(datagram, opening);
    };
    for (const Bytes& good : {handshake, request}) {
        for (std::size_t i = 0; i < good.size(); ++i) {
            Bytes bad = good;
            bad[i] = static_cast<Byte>(bad[i] ^ (1U << (i % 8)));
            EXPECT_TRUE(refused(bad)) << i;
        }
        for (std::size_t size = 0; size < good.size() + 3; ++size) {
            Bytes bad = good;
            bad.resize(size);
            EXPECT_EQ(refused(bad), size != good.size()) << size;
        }
    }
}

TEST_F(Handshakes, session_key_of_small_order_is_refused) {  // B63, R7
    const auto key = precompute(bob.long_term.public_key, alice.long_term.secret);
    const wire::Cookie cookie = cookie_of_bob(opening);
    wire::HandshakeBody body;
    body.cookie_hash = sha512(cookie.bytes);  // session key: all zero
    const Nonce nonce = Nonce::random();
    const auto box = wire::Sealed<wire::HandshakeBody>::of(*key, nonce, body);
    EXPECT_FALSE(bob.greeted(wire::serialise(wire::HandshakePacket{cookie, nonce, box}), opening));
}

// B61
TEST_F(Handshakes, own_requests_are_not_answered) { EXPECT_FALSE(bob.opener().answer(bob.ask(bob, 1), opening)); }

}  // namespace
}  // namespace tox::test
