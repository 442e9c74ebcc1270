// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps a session alive never stands behind bulk: c-toxcore gives a contact up after 32 s without such a packet,
// whatever else it hears.
#include "engine/session/send_buffer.hpp"
#include "tests/unit/session/joined.hpp"

namespace tox::test {
namespace {

constexpr Byte alive = 16;
constexpr Duration interval = 7s;
constexpr Duration patience_of_others = 32s;

struct Slow {
    LinkConfig link;
    std::uint32_t packets;
};

class SlowLine : public testing::TestWithParam<Slow> {};

// As much bulk as the session takes, for minutes, and a sign of life now and then.
TEST_P(SlowLine, signs_of_life_overtake_bulk) {
    Joined pair(GetParam().link);
    ASSERT_TRUE(pair.confirm());
    Stream bulk(pair.a, pair.b, GetParam().packets, 1300);
    const auto take = pair.b.on_packet;
    Instant heard = pair.now;
    Duration longest{};
    pair.b.on_packet = [&](ByteView packet) {
        if (packet[0] != alive) return take(packet);
        longest = std::max(longest, pair.now - heard);
        heard = pair.now;
    };
    Instant next = pair.now;
    const auto feed = [&] {
        bulk.feed(pair.now);
        if (pair.now < next) return;
        EXPECT_TRUE(pair.a.session.send_vital(Bytes{alive}, pair.now));
        next = pair.now + interval;
    };
    EXPECT_TRUE(pair.run(
        1800s, [&] { return bulk.done(); }, feed))
        << bulk.received();
    longest = std::max(longest, pair.now - heard);
    EXPECT_LT(longest, patience_of_others * 3 / 4) << longest / 1ms << " ms";
}

INSTANTIATE_TEST_SUITE_P(
    Lines, SlowLine,
    testing::Values(Slow{{.delay = 40ms, .packets_per_second = 30, .longest_queue = 200ms}, 2000},
                    Slow{{.delay = 40ms, .packets_per_second = 30, .longest_queue = 6s}, 2000},
                    Slow{{.loss = 0.08, .delay = 40ms, .packets_per_second = 30, .longest_queue = 2s}, 2000},
                    Slow{{.loss = 0.3, .delay = 150ms, .packets_per_second = 10}, 300}));

TEST(Vital, finds_room_where_bulk_does_not) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    while (pair.a.session.send_lossless(Bytes{64}, pair.now)) {
    }
    EXPECT_TRUE(pair.a.session.send_vital(Bytes{alive}, pair.now));
    EXPECT_FALSE(pair.a.session.send_vital(Bytes{200}, pair.now)) << "lossless packets only";
}

// Their places are given out before it is known how many vital ones go in front of them.
TEST(Vital, does_not_count_among_the_others) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    EXPECT_EQ(pair.a.session.send_lossless(Bytes{64, 0}, pair.now), 0U);
    EXPECT_TRUE(pair.a.session.send_vital(Bytes{alive}, pair.now));
    EXPECT_TRUE(pair.a.session.send_vital(Bytes{alive, 2}, pair.now));
    EXPECT_EQ(pair.a.session.send_lossless(Bytes{64, 1}, pair.now), 1U);
    ASSERT_TRUE(pair.run(1s, [&] { return pair.a.session.delivered(1); }));
    EXPECT_EQ(pair.b.lossless, (std::vector<Bytes>{{alive}, {alive, 2}, {64, 0}, {64, 1}}));
    EXPECT_EQ(pair.a.session.first_unacknowledged(), 2U);
}

TEST(Vital, goes_in_front_of_what_waits_and_wraps) {
    SendBuffer buffer(0xfffffff0);
    for (Byte i = 0; i < 40; ++i) ASSERT_EQ(buffer.push(Bytes{64, i}), 0xfffffff0 + i);
    for (int i = 0; i < 20; ++i) buffer.sent(buffer.sent_end(), Instant{});
    ASSERT_TRUE(buffer.push_vital(Bytes{alive}));
    EXPECT_TRUE(buffer.vital_waits());
    EXPECT_EQ(buffer.packet(buffer.sent_end())[0], alive);
    buffer.sent(buffer.sent_end(), Instant{});
    for (Byte i = 20; i < 40; ++i) {
        EXPECT_EQ(buffer.packet(buffer.sent_end())[1], i);
        buffer.sent(buffer.sent_end(), Instant{});
    }
    SendBuffer::Outcome outcome;
    buffer.acknowledge_before(buffer.sent_end(), Instant{}, outcome);
    EXPECT_EQ(outcome.delivered, 41U);
    EXPECT_EQ(buffer.arrived(), 0xfffffff0 + 40U);
    EXPECT_TRUE(buffer.empty());
}

}  // namespace
}  // namespace tox::test
