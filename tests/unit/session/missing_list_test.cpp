// SPDX-License-Identifier: GPL-3.0-or-later
// The gap encoding of request packets, both ways, with lists nobody honest would send as well.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "engine/wire/missing_list.hpp"

namespace tox::test {
namespace {

using Numbers = std::set<std::uint32_t>;

Bytes encode(const Numbers& missing, std::uint32_t count, std::size_t room = 1372) {
    Bytes list;
    wire::write_missing(list, count, room, [&](std::uint32_t i) { return missing.contains(i); });
    return list;
}

struct Read {
    Numbers missing;
    Numbers present;
};
Read decode(const Bytes& list, std::uint32_t count) {
    Read read;
    wire::read_missing(
        list, count,
        [&](std::uint32_t first, std::uint32_t run) {
            for (std::uint32_t i = 0; i < run; ++i) EXPECT_TRUE(read.present.insert(first + i).second);
        },
        [&](std::uint32_t i) { EXPECT_TRUE(read.missing.insert(i).second); });
    for (const auto i : read.present) EXPECT_LT(i, count);
    for (const auto i : read.missing) EXPECT_LT(i, count);
    return read;
}

TEST(MissingList, nothing_outstanding_is_an_empty_list) { EXPECT_EQ(encode({}, 0), Bytes{}); }

TEST(MissingList, distances_count_from_before_the_start) {
    EXPECT_EQ(encode({0}, 1), (Bytes{1}));
    EXPECT_EQ(encode({0, 1, 2}, 3), (Bytes{1, 1, 1}));
    EXPECT_EQ(encode({0, 5}, 10), (Bytes{1, 5}));
    EXPECT_EQ(encode({254}, 300), (Bytes{255}));
}

TEST(MissingList, zero_stands_for_255_present) {
    EXPECT_EQ(encode({255}, 300), (Bytes{0, 1}));
    EXPECT_EQ(encode({0, 256}, 300), (Bytes{1, 0, 1}));
    EXPECT_EQ(encode({0, 255}, 300), (Bytes{1, 255}));
    EXPECT_EQ(encode({0, 1000}, 1001), (Bytes{1, 0, 0, 0, 1000 - 3 * 255}));
}

TEST(MissingList, runs_behind_the_last_hole_are_vouched_for_in_steps_of_255_only) {
    EXPECT_EQ(encode({0}, 600), (Bytes{1, 0, 0}));
    EXPECT_EQ(decode({1, 0, 0}, 600).present.size(), 510U);
    EXPECT_EQ(decode({1}, 600).present.size(), 0U);
}

TEST(MissingList, round_trip_of_random_patterns) {
    std::mt19937 generator(5);
    const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
    for (int round = 0; round < 300; ++round) {
        const std::uint32_t count = 1 + random() % 3000;
        const unsigned density = 1 + random() % 400;
        Numbers missing{0};
        for (std::uint32_t i = 0; i < count; ++i)
            if (random() % density == 0) missing.insert(i);
        const Read read = decode(encode(missing, count, 5000), count);
        ASSERT_EQ(read.missing, missing);
        for (std::uint32_t i = 0; i < *missing.rbegin(); ++i) ASSERT_NE(read.present.contains(i), missing.contains(i));
    }
}

TEST(MissingList, a_full_packet_leaves_the_rest_unmentioned) {
    Numbers all;
    for (std::uint32_t i = 0; i < 3000; ++i) all.insert(i);
    const Bytes list = encode(all, 3000);
    EXPECT_EQ(list.size(), 1372U);
    const Read read = decode(list, 3000);
    EXPECT_EQ(read.missing.size(), 1372U);
    EXPECT_TRUE(read.present.empty());
}

TEST(MissingList, hostile_lists_stay_within_what_was_sent) {  // B80
    std::mt19937 generator(6);
    const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
    for (int round = 0; round < 2000; ++round) {
        Bytes list(random() % 1372);
        for (Byte& byte : list) byte = static_cast<Byte>(round % 3 == 0 ? 0 : random());
        decode(list, random() % 2100);
    }
    EXPECT_EQ(decode(Bytes(1372, 0), 2048).present.size(), 2048U);
    EXPECT_EQ(decode(Bytes(1372, 1), 5).missing.size(), 5U);
    EXPECT_TRUE(decode(Bytes(1372, 1), 0).missing.empty());
}

}  // namespace
}  // namespace tox::test
