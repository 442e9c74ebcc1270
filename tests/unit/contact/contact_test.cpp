// SPDX-License-Identifier: GPL-3.0-or-later
// Facts in, progress and datagrams out: the founding page as a test.
#include <gtest/gtest.h>

#include "tests/unit/contact/rig.hpp"

namespace tox::test {
namespace {

using enum Progress;

TEST(Contact, climbs_through_the_five_states) {
    Rig rig;
    EXPECT_EQ(rig.progress(), awaiting_dht_key);
    rig.they_send_dht_key(1);
    EXPECT_EQ(rig.progress(), acquiring_ip_address);
    rig.contacts.on_named(rig.them.dht.public_key, rig.their_address);
    rig.tick();
    EXPECT_EQ(rig.progress(), acquiring_cookie);
    ASSERT_TRUE(rig.they_answer_cookie(rig.network.take(0x18).at(0).datagram));
    EXPECT_EQ(rig.progress(), awaiting_handshake);
    rig.they_read(rig.network.take(0x1a).at(0).datagram);
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
    rig.tick();
    EXPECT_EQ(rig.progress(), awaiting_session_packet);
    EXPECT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_EQ(rig.progress(), established);
    const std::vector<Progress> climb{awaiting_dht_key,   acquiring_ip_address,    acquiring_cookie,
                                      awaiting_handshake, awaiting_session_packet, established};
    EXPECT_EQ(rig.announced, climb);
    EXPECT_EQ(rig.begun, 1);
}

TEST(Contact, a_handshake_out_of_nowhere_jumps_ahead) {
    Rig rig;
    rig.they_ask_cookie();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
    rig.tick();
    EXPECT_EQ(rig.progress(), awaiting_session_packet);
    const auto ours = rig.network.take(0x1a);
    ASSERT_EQ(ours.size(), 1u);
    EXPECT_EQ(ours[0].to, rig.their_address);
    rig.they_read(ours[0].datagram);
    EXPECT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_EQ(rig.progress(), established);
}

TEST(Contact, both_handshakes_at_the_same_instant_give_one_session) {  // B64
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    const Bytes request = rig.network.take(0x18).at(0).datagram;
    rig.they_ask_cookie();
    const Bytes theirs = rig.their_handshake();
    ASSERT_TRUE(rig.they_answer_cookie(request));
    const Bytes ours = rig.network.take(0x1a).at(0).datagram;
    rig.contacts.handle(rig.their_address, theirs, rig.loop.now());
    rig.tick();
    rig.they_read(ours);
    EXPECT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_EQ(rig.progress(), established);
}

TEST(Contact, silence_makes_the_address_stale) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    EXPECT_EQ(rig.progress(), acquiring_cookie);
    rig.pass(10s);
    EXPECT_EQ(rig.progress(), acquiring_ip_address);
    EXPECT_GE(rig.network.take(0x18).size(), 8u);
}

TEST(Contact, a_lost_handshake_is_repeated_with_the_same_session_key) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    rig.they_answer_cookie(rig.network.take(0x18).at(0).datagram);
    const auto first = rig.network.take(0x1a).at(0).datagram;
    rig.pass(2s);
    const auto again = rig.network.take(0x1a).at(0).datagram;
    const auto one = rig.their_opener().open(first, rig.loop.now());
    const auto two = rig.their_opener().open(again, rig.loop.now());
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->session_key, two->session_key);
    EXPECT_EQ(one->base_nonce, two->base_nonce);
}

TEST(Contact, the_dht_key_is_forgotten_when_nothing_confirms_it) {
    Rig rig;
    rig.they_send_dht_key(1);
    rig.pass(121s);
    EXPECT_EQ(rig.progress(), acquiring_ip_address);
    rig.pass(2s);
    EXPECT_EQ(rig.progress(), awaiting_dht_key);
}

TEST(Contact, a_replayed_dht_key_is_ignored) {  // B68
    Rig rig;
    rig.they_send_dht_key(5);
    const DhtKey first = rig.contact->dht_key()->value;
    rig.they_restart();
    rig.they_send_dht_key(5);
    EXPECT_EQ(rig.contact->dht_key()->value, first);
    rig.they_send_dht_key(6);
    EXPECT_EQ(rig.contact->dht_key()->value, rig.them.dht.public_key);
}

TEST(Contact, a_replayed_dht_key_never_ends_a_session) {
    Rig rig;
    wire::DhtKeyPacket old{1, rig.them.dht.public_key, {}};
    rig.they_send_dht_key(1);
    rig.they_restart();
    rig.establish();
    const auto replay = [&] {
        rig.contacts.on_onion_data(rig.them.long_term.public_key, wire::serialise(old));
        rig.tick();
    };
    replay();
    EXPECT_EQ(rig.progress(), established);
    auto silent = std::move(rig.their_session);
    rig.pass(33s);
    ASSERT_EQ(rig.suspended, 1);
    replay();
    old.no_replay = 2;
    replay();
    rig.pass(130s);  // their key is no longer fresh
    replay();
    EXPECT_EQ(rig.ended, 0);
    rig.their_session = std::move(silent);
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    EXPECT_EQ(rig.resumed, 1);
}

TEST(Contact, whose_clock_went_back_is_believed_when_nothing_better_is_known) {
    Rig rig;
    rig.they_send_dht_key(1'700'000'000);
    rig.they_restart();
    rig.they_send_dht_key(1'000'000'000);
    EXPECT_NE(rig.contact->dht_key()->value, rig.them.dht.public_key);
    rig.pass(124s);
    ASSERT_EQ(rig.progress(), awaiting_dht_key);
    rig.they_send_dht_key(1'000'000'001);
    EXPECT_EQ(rig.contact->dht_key()->value, rig.them.dht.public_key);
}

TEST(Contact, a_new_dht_key_ends_the_session_at_once) {
    Rig rig;
    rig.establish();
    ASSERT_EQ(rig.progress(), established);
    rig.they_restart();
    rig.they_send_dht_key(1'900'000'000, {{rig.them.dht.public_key, rig.their_address}});
    EXPECT_EQ(rig.progress(), acquiring_cookie);
    EXPECT_EQ(rig.ended, 1);
    EXPECT_EQ(rig.network.take(0x18).size(), 1u);
}

TEST(Contact, R24_a_replayed_handshake_never_disturbs_a_session) {
    Rig rig;
    rig.they_ask_cookie();
    const Bytes old = rig.their_handshake();
    rig.contacts.handle(rig.their_address, old, rig.loop.now());
    rig.tick();
    rig.their_session.reset();  // they begin anew, with the same cookie
    rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now());
    rig.pass(300ms);
    rig.they_read(rig.network.take(0x1a).back().datagram);
    ASSERT_TRUE(rig.they_send(Bytes{16}));
    ASSERT_EQ(rig.progress(), established);
    EXPECT_FALSE(rig.contacts.handle(rig.their_address, old, rig.loop.now()));
    rig.tick();
    EXPECT_EQ(rig.progress(), established);
    EXPECT_TRUE(rig.they_send(Bytes{64, 'a'}));
    EXPECT_EQ(rig.packets.back(), (Bytes{64, 'a'}));
}

TEST(Contact, R24_a_repeated_handshake_moves_no_route) {
    Rig rig;
    rig.they_ask_cookie();
    const Bytes theirs = rig.their_handshake();
    const Endpoint elsewhere = Endpoint::v4({203, 0, 113, 66}, 1);
    ASSERT_TRUE(rig.contacts.handle(rig.their_address, theirs, rig.loop.now()));
    for (int i = 0; i < 20; ++i) {
        rig.contacts.handle(elsewhere, theirs, rig.loop.now());
        rig.pass(50ms);
        EXPECT_EQ(rig.contact->session_route(), Route(rig.their_address));
    }
    rig.they_read(rig.network.take(0x1a).back().datagram);
    ASSERT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_EQ(rig.progress(), established);
    EXPECT_EQ(rig.contact->session_route(), Route(rig.their_address));
}

// 200 contacts, all of whom know how to begin a session and none of whom goes on with it.
TEST(Contact, R24_half_open_sessions_are_few) {
    Rig rig;
    unsigned taken = 0;
    const Instant begin = rig.loop.now();
    for (Byte i = 0; i < 200; ++i) {
        rig.them = Keys{};
        rig.they_restart();
        rig.their_address = Endpoint::v4({198, 51, i, 9}, 4000);
        rig.contact = &rig.contacts.add(rig.them.long_term.public_key);
        rig.they_ask_cookie();
        if (rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now())) ++taken;
        rig.loop.pass(10ms);
    }
    const double seconds = std::chrono::duration<double>(rig.loop.now() - begin).count();
    EXPECT_EQ(taken, HalfOpenSessions::most) << seconds;
    rig.pass(10s);  // they are given up
    rig.they_restart();
    rig.they_ask_cookie();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
}

TEST(Contact, whom_we_asked_needs_no_place_among_the_half_open) {
    Rig rig;
    rig.world.half_open = HalfOpenSessions{};
    std::vector<std::unique_ptr<HalfOpenPlace>> places;
    for (unsigned i = 0; i < HalfOpenSessions::most; ++i)
        places.emplace_back(std::make_unique<HalfOpenPlace>(rig.world.half_open))->enter(rig.loop.now());
    rig.establish();
    EXPECT_EQ(rig.progress(), established);
}

TEST(Contact, B62_a_cookie_answer_is_taken_once_and_in_time) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    const Bytes request = rig.network.take(0x18).at(0).datagram;
    const auto answer = rig.their_opener().answer(request, rig.loop.now());
    Bytes shorter(*answer), longer(*answer), other(*answer);
    shorter.pop_back();
    longer.push_back(0);
    other.back() ^= 1U;
    for (const Bytes& wrong : {shorter, longer, other})
        EXPECT_FALSE(rig.contacts.handle(rig.their_address, wrong, rig.loop.now()));
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, *answer, rig.loop.now()));
    EXPECT_FALSE(rig.contacts.handle(rig.their_address, *answer, rig.loop.now())) << "repeated";
}

TEST(Contact, B62_a_late_cookie_answer_is_not_taken) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    const Bytes request = rig.network.take(0x18).at(0).datagram;
    const auto answer = rig.their_opener().answer(request, rig.loop.now());
    for (int i = 0; i < 16; ++i) {
        rig.pass(1s);
        rig.contacts.on_confirmed(rig.them.dht.public_key, rig.their_address);  // their address stays good
    }
    EXPECT_FALSE(rig.contacts.handle(rig.their_address, *answer, rig.loop.now()));
}

// On a line that loses much the answer to an earlier question may be the first that comes.
TEST(Contact, the_answer_to_any_of_the_last_questions_will_do) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    const Bytes first = rig.network.take(0x18).at(0).datagram;
    rig.pass(1s);
    EXPECT_FALSE(rig.network.take(0x18).empty());
    EXPECT_TRUE(rig.they_answer_cookie(first));
}

TEST(Contact, B95_who_comes_and_goes_a_thousand_times_is_met_seldom) {
    Rig rig;
    rig.establish();
    const Instant begin = rig.loop.now();
    for (int i = 0; i < 1000; ++i) {
        if (rig.their_session) rig.they_leave();
        rig.their_session.reset();
        rig.loop.pass(10ms);
        rig.tick();
        rig.their_address.port = static_cast<std::uint16_t>(4000 + i);
        if (i % 50 == 0) rig.they_ask_cookie();
        if (!rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now())) continue;
        rig.tick();
        const auto ours = rig.network.take(0x1a);
        if (ours.empty()) continue;
        rig.they_read(ours.back().datagram);
        rig.they_send(Bytes{16});
    }
    const auto seconds = (rig.loop.now() - begin) / 1s;
    EXPECT_GE(rig.begun, 3);
    EXPECT_LE(rig.begun, 4 + seconds / 2);
}

TEST(Contact, is_established_until_32_seconds_of_silence) {
    Rig rig;
    rig.establish();
    rig.their_session.reset();
    rig.pass(31s);
    EXPECT_EQ(rig.progress(), established);
    rig.pass(2s);
    EXPECT_LT(rig.progress(), awaiting_session_packet);
}

TEST(Contact, a_session_silent_for_long_is_doubted_before_it_ends) {
    Rig rig;
    rig.establish();
    const auto searched = [&] { return rig.onion.found(rig.contact->key(), rig.loop.now()).has_value(); };
    auto silent = std::move(rig.their_session);  // hears nothing, says nothing
    rig.pass(11s);
    EXPECT_FALSE(searched()) << "without need";
    rig.pass(2s);
    EXPECT_TRUE(searched());
    EXPECT_EQ(rig.progress(), established);
    rig.their_session = std::move(silent);
    EXPECT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_FALSE(searched());
}

TEST(Contact, a_moved_peer_is_followed) {
    Rig rig;
    rig.establish();
    rig.their_address = Endpoint::v4({198, 51, 100, 9}, 4000);
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    EXPECT_EQ(rig.packets.back(), (Bytes{64, 'x'}));
    EXPECT_EQ(rig.contact->session_route(), Route(rig.their_address));
}

TEST(Contact, refusing_ends_the_session_and_ignores_handshakes) {
    Rig rig;
    rig.establish();
    rig.contacts.touch(rig.contact->key())->set_policy(Policy::refusing, rig.loop.now());
    rig.tick();
    EXPECT_LT(rig.progress(), awaiting_session_packet);
    rig.they_restart();
    rig.they_ask_cookie();
    EXPECT_FALSE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
}

TEST(Contact, R28_one_source_gets_few_cookies) {
    Rig rig;
    const Endpoint flooder = Endpoint::v4({203, 0, 113, 5}, 1);
    const Bytes request = make_cookie_request(rig.them.identity(), rig.us.dht.public_key, *rig.them.cache, 1);
    for (int i = 0; i < 1000; ++i) rig.contacts.handle(flooder, request, rig.loop.now());
    EXPECT_LE(rig.network.take(0x19).size(), 10u);
    rig.they_ask_cookie();  // from another address: served all the same
    EXPECT_TRUE(rig.cookie_for_them.has_value());
}

TEST(Contact, ticking_twice_at_one_instant_does_nothing_the_second_time) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    for (int i = 0; i < 100; ++i) {
        rig.loop.pass(70ms);
        rig.contacts.touch(rig.contact->key());
        rig.tick();
        rig.network.sent.clear();
        rig.contacts.touch(rig.contact->key());
        rig.tick();
        EXPECT_TRUE(rig.network.sent.empty());
        EXPECT_GT(rig.contacts.next_deadline(), rig.loop.now());
    }
}

TEST(Contact, strangers_packets_change_nothing) {
    Rig rig;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    for (const Byte kind : ByteArray<4>{0x18, 0x19, 0x1a, 0x1b}) {
        Bytes junk(385, 0x55);
        junk[0] = kind;
        EXPECT_FALSE(rig.contacts.handle(rig.their_address, junk, rig.loop.now()));
    }
    EXPECT_EQ(rig.progress(), acquiring_cookie);
}

}  // namespace
}  // namespace tox::test
