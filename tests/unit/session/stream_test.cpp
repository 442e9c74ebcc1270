// SPDX-License-Identifier: GPL-3.0-or-later
// Two sessions over good and bad links: everything arrives in order, each packet once, in a reasonable time.
#include <cstdio>

#include "tests/unit/session/joined.hpp"

namespace tox::test {
namespace {

double seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

void both_ways(const LinkConfig& link, std::uint32_t count, Duration most) {
    Joined pair(link, 7);
    Stream there(pair.a, pair.b, count, 100);
    Stream back(pair.b, pair.a, count, 100);
    const Instant begun = pair.now;
    const bool done = pair.run(
        most, [&] { return there.done() && back.done(); },
        [&] {
            there.feed(pair.now);
            back.feed(pair.now);
        });
    EXPECT_TRUE(done) << there.received() << " and " << back.received() << " of " << count;
    std::printf("[ figure   ] %2.0f %% loss, %3.0f ms + %3.0f ms: %u both ways in %.1f s, %zu + %zu datagrams\n",
                100 * link.loss, seconds(link.delay) * 1e3, seconds(link.jitter) * 1e3, count,
                seconds(pair.now - begun), pair.a.sent, pair.b.sent);
}

TEST(Stream, clean_link) { both_ways({.delay = 10ms}, 20000, 60s); }
TEST(Stream, reordering_link) { both_ways({.delay = 20ms, .jitter = 15ms}, 20000, 120s); }
TEST(Stream, doubling_link) { both_ways({.delay = 20ms, .jitter = 5ms, .doubled = 0.3}, 20000, 120s); }
TEST(Stream, one_percent_loss) { both_ways({.loss = 0.01, .delay = 25ms}, 20000, 120s); }
TEST(Stream, ten_percent_loss) { both_ways({.loss = 0.1, .delay = 50ms, .jitter = 10ms}, 20000, 600s); }
TEST(Stream, thirty_percent_loss_and_half_a_second) {
    both_ways({.loss = 0.3, .delay = 500ms, .jitter = 100ms, .doubled = 0.05}, 20000, 7200s);
}

double throughput(const LinkConfig& link, std::uint32_t count, const char* name) {
    Joined pair(link, 3);
    EXPECT_TRUE(pair.confirm());
    Stream stream(pair.a, pair.b, count, Session::max_payload);
    const Instant begun = pair.now;
    EXPECT_TRUE(pair.run(
        600s, [&] { return stream.done(); }, [&] { stream.feed(pair.now); }));
    const double rate = count / seconds(pair.now - begun);
    std::printf("[ figure   ] %s: %.0f packets/s, %.2f MB/s, %.2f s, sent %zu + %zu, lost %zu\n", name, rate,
                rate * 1373 / 1e6, seconds(pair.now - begun), pair.a.sent, pair.b.sent, pair.lost);
    return rate;
}

// A window of 2048 packets per 100 ms is the most there can be.
TEST(Stream, throughput_of_a_clean_50_ms_link) {
    EXPECT_GT(throughput({.delay = 50ms}, 100000, "clean, 50 ms one way"), 12000);
}
TEST(Stream, throughput_of_a_near_link) { EXPECT_GT(throughput({.delay = 100us}, 100000, "clean, 0.1 ms"), 100000); }
TEST(Stream, fills_a_bottleneck_without_flooding_it) {
    const LinkConfig link{.delay = 20ms, .packets_per_second = 1000};
    EXPECT_GT(throughput(link, 20000, "1000 packets/s, 20 ms"), 850);
}
TEST(Stream, fills_a_bottleneck_with_a_deep_queue) {
    const LinkConfig link{.delay = 20ms, .packets_per_second = 500, .longest_queue = 2s};
    EXPECT_GT(throughput(link, 10000, "500 packets/s, 2 s queue"), 430);
}
TEST(Stream, radio_losses_do_not_stop_it) {
    EXPECT_GT(throughput({.loss = 0.03, .delay = 20ms}, 20000, "3 % loss, 20 ms"), 2000);
}

TEST(Stream, first_packet_takes_one_way_only) {
    Joined pair({.delay = 50ms});
    ASSERT_TRUE(pair.confirm());
    const Instant begun = pair.now;
    pair.a.session.send_lossless(Bytes{64, 1}, pair.now);
    ASSERT_TRUE(pair.run(1s, [&] { return !pair.b.lossless.empty(); }));
    EXPECT_EQ(pair.now - begun, 50ms);
    ASSERT_TRUE(pair.run(1s, [&] { return pair.a.session.first_unacknowledged() == 1; }));
    EXPECT_LE(pair.now - begun, 115ms);
}

TEST(Stream, tail_loss_is_mended_by_the_sender) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.a.session.send_lossless(Bytes{64, 1}, pair.now);
    pair.pass(1s);
    pair.link().loss = 1;
    pair.a.session.send_lossless(Bytes{64, 2}, pair.now);
    pair.a.session.send_lossless(Bytes{64, 3}, pair.now);
    pair.pass(1ms);
    pair.link().loss = 0;
    const Instant begun = pair.now;
    ASSERT_TRUE(pair.run(5s, [&] { return pair.b.lossless.size() == 3; }));
    EXPECT_LT(pair.now - begun, 250ms);
}

TEST(Stream, blackout_is_survived) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    Stream stream(pair.a, pair.b, 20000, 1000);
    const auto feed = [&] { stream.feed(pair.now); };
    pair.run(
        200ms, [] { return false; }, feed);
    pair.link().loss = 1;
    pair.run(
        20s, [] { return false; }, feed);
    EXPECT_FALSE(stream.done());
    pair.link().loss = 0;
    EXPECT_TRUE(pair.run(
        30s, [&] { return stream.done(); }, feed));
}

// An outage measured as a round trip must not make us look so rarely that we miss a way that opens for seconds only.
TEST(Stream, probes_come_every_two_seconds_even_after_a_long_outage) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.link().loss = 1;
    pair.a.session.send_lossless(Bytes{64, 1}, pair.now);
    pair.pass(20s);
    EXPECT_TRUE(pair.a.session.unanswered());
    pair.link().loss = 0;
    ASSERT_TRUE(pair.run(2100ms, [&] { return !pair.b.lossless.empty(); }));
    pair.pass(1s);
    EXPECT_FALSE(pair.a.session.unanswered());
    pair.link().loss = 1;
    pair.a.session.send_lossless(Bytes{64, 2}, pair.now);
    pair.pass(20s);
    pair.link().loss = 0;
    EXPECT_TRUE(pair.run(2100ms, [&] { return pair.b.lossless.size() == 2; }));
}

TEST(Stream, a_probe_of_one_way_is_an_ordinary_request_packet) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.pass(5s);
    const std::size_t before = pair.a.sent;
    const Instant heard = pair.b.session.last_heard();
    pair.a.session.send_probe(pair.now, pair.a);
    EXPECT_EQ(pair.a.sent, before + 1);
    pair.pass(1s);
    EXPECT_GT(pair.b.session.last_heard(), heard);
}

TEST(Stream, idle_wakes_nobody) {
    Joined pair({.delay = 20ms, .jitter = 5ms});
    ASSERT_TRUE(pair.confirm());
    Stream stream(pair.a, pair.b, 1000, 500);
    ASSERT_TRUE(pair.run(
        60s, [&] { return stream.done(); }, [&] { stream.feed(pair.now); }));
    pair.pass(5s);
    const auto wakes = pair.a.wakes + pair.b.wakes;
    const auto sent = pair.a.sent + pair.b.sent;
    EXPECT_EQ(pair.a.session.next_deadline(pair.now), never);
    EXPECT_EQ(pair.b.session.next_deadline(pair.now), never);
    pair.pass(3600s);
    EXPECT_EQ(pair.a.wakes + pair.b.wakes, wakes);
    EXPECT_EQ(pair.a.sent + pair.b.sent, sent);
}

TEST(Stream, full_buffer_refuses_and_recovers) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    std::size_t taken = 0;
    while (pair.a.session.send_room() > 0) {
        ASSERT_EQ(pair.a.session.send_lossless(Bytes{64, 1}, pair.now), taken);
        ++taken;
    }
    EXPECT_GE(taken, 64U);
    EXPECT_LE(taken, 2048U);
    EXPECT_FALSE(pair.a.session.send_lossless(Bytes{64, 1}, pair.now));
    EXPECT_TRUE(pair.run(10s, [&] { return pair.b.lossless.size() == taken; }));
    pair.pass(1s);
    EXPECT_EQ(pair.a.session.first_unacknowledged(), taken);
    EXPECT_GE(pair.a.session.send_room(), taken);
    EXPECT_EQ(pair.a.session.send_lossless(Bytes{64, 1}, pair.now), taken);
}

TEST(Stream, output_that_takes_nothing_is_tried_again_seldom) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.a.refuse = true;
    for (Byte i = 0; i < 40; ++i) pair.a.session.send_lossless(Bytes{64, i}, pair.now);
    const auto before = pair.a.sent;
    pair.pass(10s);
    EXPECT_LT(pair.a.sent - before, 100U);
    EXPECT_TRUE(pair.b.lossless.empty());
    pair.a.refuse = false;
    EXPECT_TRUE(pair.run(1s, [&] { return pair.b.lossless.size() == 40; }));
}

TEST(Stream, confirmation_survives_loss) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        Joined pair({.loss = 0.5, .delay = 30ms}, seed);
        EXPECT_TRUE(pair.confirm()) << seed;
    }
}

TEST(Stream, more_packets_than_the_nonce_window) {
    Joined pair({.delay = 1ms});
    ASSERT_TRUE(pair.confirm());
    Stream stream(pair.a, pair.b, 150000, 20);
    EXPECT_TRUE(pair.run(
        600s, [&] { return stream.done(); }, [&] { stream.feed(pair.now); }));
}

TEST(Stream, every_size) {
    Joined pair({.loss = 0.05, .delay = 5ms, .jitter = 5ms});
    ASSERT_TRUE(pair.confirm());
    std::size_t sent = 0;
    std::size_t expected = 1;
    pair.b.on_packet = [&](ByteView packet) {
        ASSERT_EQ(packet.size(), expected);
        for (const Byte byte : packet) ASSERT_EQ(byte, 16 + expected % 176);
        ++expected;
    };
    pair.a.wire_tap = [](ByteView datagram) {
        EXPECT_EQ(datagram.size() % 8, 0U);
        EXPECT_LE(datagram.size(), 1400U);
    };
    const auto feed = [&] {
        while (sent < Session::max_payload &&
               pair.a.session.send_lossless(Bytes(sent + 1, static_cast<Byte>(16 + (sent + 1) % 176)), pair.now))
            ++sent;
    };
    EXPECT_TRUE(pair.run(
        60s, [&] { return expected == Session::max_payload + 1; }, feed));
}

}  // namespace
}  // namespace tox::test
