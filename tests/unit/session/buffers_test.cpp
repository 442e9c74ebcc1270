// SPDX-License-Identifier: GPL-3.0-or-later
// Send and receive buffer: order, bounds, lies, and packet numbers that wrap at 2^32.
#include <gtest/gtest.h>

#include <random>

#include "engine/session/receive_buffer.hpp"
#include "engine/session/send_buffer.hpp"
#include "engine/wire/codec.hpp"

namespace tox::test {
namespace {

constexpr Instant begin{100s};
constexpr std::uint32_t before_wrap = 0xffffff00U;
constexpr RoundTrip::Guards no_guards{};

Bytes numbered(std::uint32_t number) {
    Bytes packet{16};
    wire::Field<std::uint32_t>::write(packet, number);
    return packet;
}

void send_all(SendBuffer& buffer, Instant now) {
    while (const auto next = buffer.next_to_send()) buffer.sent(*next, now);
}

// Everything the receiver has in order.
void deliver(ReceiveBuffer& buffer, std::vector<Bytes>& out, ByteView first) {
    out.emplace_back(first.begin(), first.end());
    buffer.advance();
    while (const auto next = buffer.next()) {
        out.emplace_back(next->begin(), next->end());
        buffer.advance();
    }
}

TEST(Buffers, numbers_wrap) {
    SendBuffer send(before_wrap);
    ReceiveBuffer receive(before_wrap);
    std::vector<Bytes> arrived;
    std::mt19937 random(9);
    std::uint32_t pushed = 0;
    Instant now = begin;
    while (arrived.size() < 3000) {
        while (pushed < 3000 && send.room() > 1000) {
            ASSERT_EQ(send.push(numbered(before_wrap + pushed)), before_wrap + pushed);
            ++pushed;
        }
        now += 100ms;
        while (const auto next = send.next_to_send()) {
            if (random() % 3 != 0) {
                const ByteView packet = send.packet(*next);
                if (receive.take(*next, packet) == ReceiveBuffer::Fate::in_order) deliver(receive, arrived, packet);
            }
            send.sent(*next, now);
        }
        receive.note_end(send.sent_end());
        Bytes list;
        receive.write_missing(list, 1372, receive.end());
        SendBuffer::Outcome outcome;
        ASSERT_TRUE(send.may_acknowledge(receive.start()));
        send.acknowledge_before(receive.start(), now + 50ms, outcome);
        send.take_request({receive.start(), list, no_guards}, now + 50ms, outcome);
    }
    for (std::uint32_t i = 0; i < 3000; ++i) ASSERT_EQ(arrived[i], numbered(before_wrap + i));
    EXPECT_TRUE(send.empty());
    EXPECT_EQ(send.start(), before_wrap + 3000U);
    EXPECT_TRUE(send.acknowledged(before_wrap + 2999U));
    EXPECT_TRUE(send.acknowledged(before_wrap));
    EXPECT_FALSE(send.acknowledged(before_wrap + 3000U));
}

TEST(SendBuffer, takes_its_capacity_and_no_more) {
    SendBuffer buffer;
    constexpr std::uint32_t most = SendBuffer::capacity - SendBuffer::vital_share;
    for (std::uint32_t i = 0; i < most; ++i) ASSERT_EQ(buffer.push(numbered(i)), i);
    EXPECT_FALSE(buffer.push(numbered(0)));
    EXPECT_TRUE(buffer.push_vital(numbered(0)));
    send_all(buffer, begin);
    SendBuffer::Outcome outcome;
    buffer.acknowledge_before(1, begin + 1s, outcome);
    EXPECT_EQ(outcome.delivered, 1U);
    EXPECT_EQ(outcome.round_trip, 1s);
    EXPECT_FALSE(buffer.push(numbered(0)));
    buffer.acknowledge_before(2, begin + 1s, outcome);
    EXPECT_EQ(buffer.push(numbered(0)), most);
}

TEST(SendBuffer, what_was_never_sent_cannot_be_acknowledged) {
    SendBuffer buffer;
    for (std::uint32_t i = 0; i < 10; ++i) buffer.push(numbered(i));
    for (std::uint32_t i = 0; i < 5; ++i) buffer.sent(i, begin);
    EXPECT_TRUE(buffer.may_acknowledge(5));
    EXPECT_FALSE(buffer.may_acknowledge(6));
    EXPECT_FALSE(buffer.may_acknowledge(0x7fffffff));
    EXPECT_TRUE(buffer.may_acknowledge(0xffffffff));  // stale: harmless
    SendBuffer::Outcome outcome;
    buffer.acknowledge_before(0xfffffff0, begin, outcome);
    EXPECT_EQ(outcome.delivered, 0U);
    EXPECT_EQ(buffer.start(), 0U);
    buffer.take_request({0, Bytes(1372, 1), no_guards}, begin + 1s, outcome);
    EXPECT_EQ(outcome.lost, 5U);
    buffer.take_request({0, Bytes(1372, 0), no_guards}, begin + 1s, outcome);
    EXPECT_EQ(outcome.delivered, 5U);
    EXPECT_FALSE(buffer.acknowledged(5));
    EXPECT_EQ(buffer.start(), 0U);
}

// R30
TEST(SendBuffer, a_packet_is_lost_at_most_once_per_round_trip) {
    SendBuffer buffer;
    const RoundTrip::Guards guards{90ms, 110ms};
    for (std::uint32_t i = 0; i < 100; ++i) buffer.push(numbered(i));
    send_all(buffer, begin);
    const Bytes everything(100, 1);
    std::uint32_t resends = 0;
    for (Instant now = begin; now < begin + 1s; now += 1ms) {
        SendBuffer::Outcome outcome;
        buffer.take_request({0, everything, guards}, now, outcome);
        resends += outcome.lost;
        send_all(buffer, now);
    }
    EXPECT_LE(resends, 100U * 9);
    EXPECT_GE(resends, 100U * 8);
}

TEST(SendBuffer, lost_packets_go_first_and_in_order) {
    SendBuffer buffer;
    for (std::uint32_t i = 0; i < 20; ++i) buffer.push(numbered(i));
    for (std::uint32_t i = 0; i < 10; ++i) buffer.sent(i, begin);
    SendBuffer::Outcome outcome;
    buffer.take_request({0, Bytes{1, 3, 2}, no_guards}, begin + 1s, outcome);  // 0, 3, 5
    EXPECT_EQ(outcome.lost, 3U);
    EXPECT_EQ(outcome.delivered, 3U);  // 1, 2, 4
    EXPECT_TRUE(buffer.acknowledged(4));
    EXPECT_FALSE(buffer.acknowledged(3));
    std::vector<std::uint32_t> order;
    for (int i = 0; i < 4; ++i) {
        order.push_back(*buffer.next_to_send());
        buffer.sent(order.back(), begin + 1s);
    }
    EXPECT_EQ(order, (std::vector<std::uint32_t>{0, 3, 5, 10}));
    EXPECT_EQ(buffer.in_flight(), 8U);
}

// They may have arrived before an outage that swallowed the acknowledgement: that time is no round trip.
TEST(SendBuffer, what_was_given_up_is_not_timed) {
    SendBuffer buffer;
    for (std::uint32_t i = 0; i < 10; ++i) buffer.push(numbered(i));
    send_all(buffer, begin);
    buffer.give_up_in_flight();
    SendBuffer::Outcome outcome;
    buffer.acknowledge_before(10, begin + 60s, outcome);
    EXPECT_EQ(outcome.delivered, 10U);
    EXPECT_FALSE(outcome.round_trip);
    EXPECT_FALSE(outcome.at_most);
}

TEST(RoundTrip, a_program_that_stood_still_is_no_slow_network) {
    RoundTrip round_trip;
    for (int i = 0; i < 20; ++i) round_trip.sample(50ms, begin + i * 50ms);
    round_trip.sample(600s, begin + 601s);
    EXPECT_LT(*round_trip.smoothed(), 500ms);
}

TEST(ReceiveBuffer, bounds_what_waits_behind_a_hole) {
    ReceiveBuffer buffer;
    const Bytes packet(1373, 16);
    std::uint32_t stored = 0;
    for (std::uint32_t i = 1; i < 40000; ++i)
        if (buffer.take(i, packet) == ReceiveBuffer::Fate::stored) ++stored;
    EXPECT_EQ(stored, ReorderShare::most / packet.size());
    std::vector<Bytes> arrived;
    ASSERT_EQ(buffer.take(0, packet), ReceiveBuffer::Fate::in_order);  // the hole itself is always filled
    deliver(buffer, arrived, packet);
    EXPECT_EQ(arrived.size(), stored + 1);
    EXPECT_TRUE(buffer.holds_nothing());
    EXPECT_EQ(buffer.take(stored + 1, packet), ReceiveBuffer::Fate::in_order);
}

TEST(ReceiveBuffer, R29_hostile_contacts_leave_the_others_their_share) {
    ReorderMemory account;
    const Bytes packet(1373, 16);
    const auto fill = [&](ReceiveBuffer& buffer) {
        std::size_t bytes = 0;
        for (std::uint32_t i = 1; i < ReceiveBuffer::capacity; ++i)
            if (buffer.take(i, packet) == ReceiveBuffer::Fate::stored) bytes += packet.size();
        return bytes;
    };
    {
        std::vector<std::unique_ptr<ReceiveBuffer>> hostile;
        for (int i = 0; i < 100; ++i) fill(*hostile.emplace_back(std::make_unique<ReceiveBuffer>(0, &account)));
        EXPECT_LE(account.used(), ReorderMemory::most + 100 * ReorderMemory::least);
        ReceiveBuffer honest(0, &account);
        EXPECT_GE(fill(honest), 30U * 1024);
        std::vector<Bytes> arrived;
        ASSERT_EQ(honest.take(0, packet), ReceiveBuffer::Fate::in_order);
        deliver(honest, arrived, packet);
        EXPECT_GE(arrived.size(), 20U);
        EXPECT_TRUE(honest.holds_nothing());
    }
    EXPECT_EQ(account.used(), 0U);
}

TEST(ReceiveBuffer, small_packets_are_bounded_by_number) {
    ReceiveBuffer buffer;
    EXPECT_EQ(buffer.take(ReceiveBuffer::capacity - 1, Bytes{16}), ReceiveBuffer::Fate::stored);
    EXPECT_EQ(buffer.take(ReceiveBuffer::capacity, Bytes{16}), ReceiveBuffer::Fate::no_room);
    EXPECT_EQ(buffer.take(0xffffffff, Bytes{16}), ReceiveBuffer::Fate::duplicate);
    EXPECT_EQ(buffer.take(ReceiveBuffer::capacity - 1, Bytes{16}), ReceiveBuffer::Fate::duplicate);
}

TEST(ReceiveBuffer, end_moves_forward_only_and_not_too_far) {
    ReceiveBuffer buffer;
    EXPECT_TRUE(buffer.note_end(10));
    EXPECT_FALSE(buffer.note_end(5));
    EXPECT_FALSE(buffer.note_end(40000));
    EXPECT_FALSE(buffer.note_end(0x90000000));
    EXPECT_EQ(buffer.end(), 10U);
    EXPECT_TRUE(buffer.note_end(32768));
    Bytes list;
    buffer.write_missing(list, 1372, buffer.end());
    EXPECT_EQ(list, Bytes(1372, 1));
}

}  // namespace
}  // namespace tox::test
