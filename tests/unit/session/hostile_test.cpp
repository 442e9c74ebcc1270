// SPDX-License-Identifier: GPL-3.0-or-later
// One session against a peer made by hand, who holds the right keys and sends what no honest program would.
#include "engine/crypto/random.hpp"
#include "engine/wire/missing_list.hpp"
#include "tests/unit/session/joined.hpp"

namespace tox::test {
namespace {

struct ByHand : testing::Test {
    ByHand() {
        key = *precompute(side.session.own_key(), own.secret);
        EXPECT_TRUE(side.session.accept(own.public_key, base, now));
        their_nonce = side.session.own_base_nonce();
        side.deliver = [this](ByteView datagram) { read(datagram); };
    }

    Bytes packet(std::uint32_t start, std::uint32_t number, const Bytes& payload, std::size_t padding = 0) {
        Bytes plain;
        wire::write(plain, wire::ContentHeader{start, number});
        plain.resize(plain.size() + padding);
        append(plain, payload);
        Bytes datagram;
        wire::write(datagram, wire::DataHeader{next.low16()});
        seal(key, next, plain, datagram);
        next.add(1);
        return datagram;
    }
    bool give(const Bytes& datagram) { return side.session.receive(datagram, now, side); }
    bool say(std::uint32_t start, std::uint32_t number, const Bytes& payload) {
        return give(packet(start, number, payload));
    }
    bool confirm() { return say(0, 0, {1}) && side.session.confirmed(); }

    struct Seen {
        wire::ContentHeader header;
        Bytes payload;
    };
    void read(ByteView datagram) {
        EXPECT_EQ(datagram.size() % 8, 0U);
        const auto envelope = wire::read_envelope(datagram);
        ASSERT_TRUE(envelope);
        EXPECT_EQ(envelope->header.nonce_tail, their_nonce.low16());
        const auto plain = open(key, their_nonce, envelope->box);
        ASSERT_TRUE(plain);
        their_nonce.add(1);
        const auto content = wire::read_content(*plain);
        ASSERT_TRUE(content);
        seen.push_back({content->header, Bytes(content->payload.begin(), content->payload.end())});
    }
    void run(Duration span) {
        const Instant end = now + span;
        while (side.session.next_deadline(now) <= end) {
            now = std::max(now, side.session.next_deadline(now));
            side.session.tick(now, side);
            ASSERT_GT(side.session.next_deadline(now), now);
        }
        now = end;
    }

    Instant now{2000s};
    Side side{now};
    SessionKeyPair own = SessionKeyPair::generate();
    Nonce base = Nonce::random();
    Nonce next = base;
    Nonce their_nonce;
    SharedKey key;
    std::vector<Seen> seen;
};

TEST_F(ByHand, first_packet_is_an_empty_request_of_32_bytes) {
    std::size_t size = 0;
    side.wire_tap = [&](ByteView datagram) { size = datagram.size(); };
    side.session.tick(now, side);
    EXPECT_EQ(size, 32U);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].payload, Bytes{1});
    EXPECT_EQ(seen[0].header, (wire::ContentHeader{0, 0}));
    EXPECT_FALSE(side.session.confirmed());
}

TEST_F(ByHand, lossless_waits_for_confirmation) {
    EXPECT_EQ(side.session.send_lossless(Bytes{64, 1}, now), 0U);
    EXPECT_FALSE(side.session.send_lossy(Bytes{200, 1}, now));
    run(3s);
    for (const Seen& packet : seen) EXPECT_EQ(packet.payload, Bytes{1});
    EXPECT_GE(seen.size(), 3U);
    ASSERT_TRUE(confirm());
    seen.clear();
    run(1ms);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen[0].payload, (Bytes{64, 1}));
}

TEST_F(ByHand, wire_sizes_of_every_payload_length) {
    ASSERT_TRUE(confirm());
    std::vector<std::size_t> sizes;
    side.wire_tap = [&](ByteView datagram) { sizes.push_back(datagram.size()); };
    side.session.send_lossy(Bytes(1, 200), now);
    side.session.send_lossy(Bytes(5, 200), now);
    side.session.send_lossy(Bytes(6, 200), now);
    side.session.send_lossy(Bytes(1366, 200), now);
    side.session.send_lossy(Bytes(1373, 200), now);
    side.session.tick(now, side);
    sizes.resize(5);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{32, 32, 40, 1400, 1400}));
}

TEST_F(ByHand, any_padding_is_taken) {
    for (std::uint32_t i = 0; i < 30; ++i) EXPECT_TRUE(give(packet(0, i, {64, 7}, i)));
    EXPECT_EQ(side.lossless.size(), 30U);
    EXPECT_EQ(side.lossless[29], (Bytes{64, 7}));
}

TEST_F(ByHand, forgeries_and_truncations_change_nothing) {  // B65
    const Bytes good = packet(0, 0, {64, 1, 2, 3});
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= 0x10;
        EXPECT_FALSE(give(bad)) << i;
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(give(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_FALSE(give(longer));
    EXPECT_FALSE(give(packet(0, 0, Bytes(1374, 64))));  // 1401 bytes
    EXPECT_FALSE(side.session.confirmed());
    EXPECT_EQ(side.session.last_heard(), now);
    EXPECT_TRUE(side.lossless.empty());
    EXPECT_TRUE(give(good));
    EXPECT_EQ(side.lossless.size(), 1U);
}

TEST_F(ByHand, replays_are_refused) {  // R23, B78
    const Bytes lossless = packet(0, 0, {64, 1});
    const Bytes lossy = packet(0, 1, {200, 1});
    EXPECT_TRUE(give(lossless));
    EXPECT_TRUE(give(lossy));
    const Instant heard = now;
    now += 5s;
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(give(lossless));
        EXPECT_FALSE(give(lossy));
    }
    EXPECT_EQ(side.session.last_heard(), heard);
    EXPECT_EQ(side.lossless.size(), 1U);
    EXPECT_EQ(side.lossy.size(), 1U);
    EXPECT_TRUE(say(0, 0, {64, 1}));  // the same number, sealed anew: genuine, but not delivered again
    EXPECT_EQ(side.lossless.size(), 1U);
}

TEST_F(ByHand, padding_only_and_empty_are_malformed) {  // B77
    EXPECT_FALSE(give(packet(0, 0, {})));
    EXPECT_FALSE(give(packet(0, 0, {}, 40)));
    EXPECT_FALSE(side.session.confirmed());
}

TEST_F(ByHand, reserved_kinds_are_silent) {  // B81
    for (unsigned kind = 3; kind <= 15; ++kind) EXPECT_TRUE(say(0, 0, {static_cast<Byte>(kind), 1}));
    EXPECT_TRUE(say(0, 0, {255, 1}));
    EXPECT_TRUE(side.session.confirmed());
    EXPECT_TRUE(side.lossless.empty());
    EXPECT_TRUE(side.lossy.empty());
    EXPECT_EQ(side.kills, 0);
}

TEST_F(ByHand, acknowledgement_of_what_was_never_sent_drops_the_packet) {  // B79
    ASSERT_TRUE(confirm());
    side.session.send_lossless(Bytes{64, 1}, now);
    EXPECT_FALSE(say(1, 0, {64, 9}));  // not sent yet
    run(1ms);
    EXPECT_FALSE(say(2, 0, {64, 9}));
    EXPECT_FALSE(say(0x7fffffff, 0, {64, 9}));
    EXPECT_TRUE(side.lossless.empty());
    EXPECT_TRUE(say(1, 0, {64, 9}));
    EXPECT_EQ(side.session.first_unacknowledged(), 1U);
    EXPECT_EQ(side.lossless.size(), 1U);
}

// Trap T3: c-toxcore drops the payload of such a packet.
TEST_F(ByHand, payload_with_a_stale_acknowledgement_is_taken) {
    ASSERT_TRUE(confirm());
    side.session.send_lossless(Bytes{64, 1}, now);
    run(1ms);
    const Bytes overtaken = packet(0, 0, {64, 9});
    EXPECT_TRUE(say(1, 1, {64, 10}));
    EXPECT_TRUE(give(overtaken));
    EXPECT_EQ(side.lossless, (std::vector<Bytes>{{64, 9}, {64, 10}}));
    EXPECT_EQ(side.session.first_unacknowledged(), 1U);
}

TEST_F(ByHand, hole_is_asked_for_soon_and_again_but_ever_more_seldom) {
    ASSERT_TRUE(confirm());
    run(1s);
    seen.clear();
    say(0, 0, {64, 0});
    say(0, 2, {64, 2});
    say(0, 5, {64, 5});
    run(20ms);
    ASSERT_FALSE(seen.empty());
    EXPECT_LE(seen.size(), 2U);
    EXPECT_EQ(seen.back().payload, (Bytes{1, 1, 2, 1}));  // 1, 3, 4 are missing
    EXPECT_EQ(seen.back().header.buffer_start, 1U);
    seen.clear();
    run(60s);
    EXPECT_GE(seen.size(), 55U);
    EXPECT_LE(seen.size(), 75U);
    for (const Byte number : ByteArray<3>{1, 3, 4}) say(0, number, {64, number});
    EXPECT_EQ(side.lossless.size(), 6U);
    run(1s);
    EXPECT_EQ(seen.back().payload, Bytes{1});
    EXPECT_EQ(seen.back().header.buffer_start, 6U);
    EXPECT_EQ(side.session.next_deadline(now), never);
}

TEST_F(ByHand, end_told_by_a_lossy_packet_shows_a_lost_tail) {
    ASSERT_TRUE(confirm());
    run(1s);
    seen.clear();
    say(0, 3, {200, 1});
    run(20ms);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen[0].payload, (Bytes{1, 1, 1, 1}));
}

TEST_F(ByHand, lone_packet_is_acknowledged_within_20_ms_by_one_packet) {
    ASSERT_TRUE(confirm());
    run(1s);
    seen.clear();
    say(0, 0, {64, 0});
    run(20ms);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].header.buffer_start, 1U);
    run(600s);
    EXPECT_EQ(seen.size(), 1U);
}

TEST_F(ByHand, answer_carries_the_acknowledgement) {
    ASSERT_TRUE(confirm());
    run(1s);
    seen.clear();
    say(0, 0, {64, 0});
    side.session.send_lossless(Bytes{64, 1}, now);
    run(50ms);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].header.buffer_start, 1U);
}

TEST_F(ByHand, chatter_of_an_idle_peer_is_met_with_silence) {
    ASSERT_TRUE(confirm());
    say(0, 0, {64, 0});
    run(1s);
    const auto before = seen.size();
    for (int i = 0; i < 100; ++i) {
        say(0, 1, {1});
        run(1s);
    }
    EXPECT_LE(seen.size() - before, 2U);  // the acknowledgement once more, in case it was lost
}

TEST_F(ByHand, unconfirmed_peer_is_answered_a_few_times) {
    ASSERT_TRUE(confirm());
    run(1s);
    const auto before = seen.size();
    for (int i = 0; i < 100; ++i) {
        say(0, 0, {1});
        run(1s);
    }
    EXPECT_GE(seen.size() - before, 4U);
    EXPECT_LE(seen.size() - before, 8U);
}

// R30: a request storm costs at most one resend per packet and round trip.
TEST_F(ByHand, request_storm_is_bounded) {  // B80
    ASSERT_TRUE(confirm());
    for (Byte i = 0; i < 30; ++i) side.session.send_lossless(Bytes{64, i}, now);
    run(1ms);
    now += 100ms;
    say(10, 0, {1});  // round trip: 100 ms
    const auto before = seen.size();
    Bytes everything(21, 1);
    for (int i = 0; i < 1000; ++i) {
        say(10, 0, everything);
        run(1ms);
    }
    EXPECT_LE(seen.size() - before, 20U * 12);
    EXPECT_EQ(side.session.first_unacknowledged(), 10U);
}

// R30: who calls everything missing for ever and acknowledges nothing gets a trickle.
TEST_F(ByHand, a_liar_is_sent_little_again) {
    ASSERT_TRUE(confirm());
    while (side.session.send_lossless(Bytes(1300, 64), now)) {
    }
    run(1ms);
    const auto before = seen.size();
    Bytes everything(250, 1);
    constexpr int seconds = 60;
    for (int i = 0; i < seconds * 100; ++i) {
        say(0, 0, everything);
        run(10ms);
    }
    EXPECT_LE(seen.size() - before, 256U + 33U * seconds + 100U);
}

TEST_F(ByHand, random_payloads_from_a_peer_with_the_keys) {
    ASSERT_TRUE(confirm());
    for (int i = 0; i < 20000; ++i) {
        Bytes payload(1 + random_below(40));
        random_bytes(payload);
        if (payload[0] == wire::payload_kind::kill) payload[0] = wire::payload_kind::request;
        if (i % 2 == 0) payload[0] = wire::payload_kind::request;
        const std::uint32_t number = i % 3 == 0 ? static_cast<std::uint32_t>(random_u64()) : random_below(6000);
        say(random_below(40), number, payload);
        if (i % 7 == 0) side.session.send_lossless(payload, now);
        if (i % 16 == 0) run(1ms);
    }
    EXPECT_TRUE(side.session.confirmed());
}

TEST_F(ByHand, kill_ends_it_once) {
    ASSERT_TRUE(confirm());
    side.session.send_lossless(Bytes{64, 1}, now);
    EXPECT_TRUE(say(0, 0, {2}));
    EXPECT_EQ(side.kills, 1);
    EXPECT_FALSE(say(0, 0, {2}));
    EXPECT_FALSE(say(0, 0, {64, 1}));
    EXPECT_EQ(side.kills, 1);
    EXPECT_EQ(side.session.next_deadline(now), never);
    EXPECT_FALSE(side.session.send_lossless(Bytes{64, 1}, now));
    EXPECT_EQ(side.session.send_room(), 0U);
}

TEST_F(ByHand, our_kill_is_one_byte_sent_twice) {
    ASSERT_TRUE(confirm());
    run(1s);
    seen.clear();
    side.session.send_kill(side);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].payload, Bytes{2});
    side.session.send_kill(side);
    side.session.tick(now, side);
    EXPECT_EQ(seen.size(), 2U);
}

TEST_F(ByHand, kill_inside_a_delivery_stops_it) {
    ASSERT_TRUE(confirm());
    int delivered = 0;
    side.on_packet = [&](ByteView) {
        ++delivered;
        side.session.send_kill(side);
    };
    say(0, 1, {64, 1});
    say(0, 0, {64, 0});
    EXPECT_EQ(delivered, 1);
}

TEST_F(ByHand, unfit_payloads_are_not_sent) {
    ASSERT_TRUE(confirm());
    for (const Bytes& bad : {Bytes{}, Bytes{0}, Bytes{2}, Bytes{15, 1}, Bytes{192}, Bytes(1374, 64)})
        EXPECT_FALSE(side.session.send_lossless(bad, now));
    for (const Bytes& bad : {Bytes{}, Bytes{191}, Bytes{255}, Bytes(1374, 200)})
        EXPECT_FALSE(side.session.send_lossy(bad, now));
    int taken = 0;
    while (side.session.send_lossy(Bytes{200}, now)) ++taken;
    EXPECT_EQ(taken, 64);
}

TEST_F(ByHand, accept_changes_nothing_once_confirmed) {
    ASSERT_TRUE(confirm());
    const auto other = SessionKeyPair::generate();
    EXPECT_TRUE(side.session.accept(own.public_key, base, now));
    EXPECT_FALSE(side.session.accept(own.public_key, Nonce::random(), now));
    EXPECT_FALSE(side.session.accept(other.public_key, base, now));
    EXPECT_TRUE(say(0, 0, {64, 1}));
    EXPECT_EQ(side.lossless.size(), 1U);
}

TEST_F(ByHand, listener_may_answer_at_once) {
    ASSERT_TRUE(confirm());
    side.on_packet = [&](ByteView packet) {
        Bytes echo(packet.begin(), packet.end());
        EXPECT_TRUE(side.session.send_lossless(echo, now));
    };
    run(1s);
    seen.clear();
    say(0, 0, {64, 5});
    run(0us);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].payload, (Bytes{64, 5}));
}

}  // namespace
}  // namespace tox::test
