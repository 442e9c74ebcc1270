// SPDX-License-Identifier: GPL-3.0-or-later
// no_replay numbers never repeat nor fall, whatever clock and disk do.
#include "engine/profile/rising_number.hpp"

#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"

namespace tox {
namespace {

constexpr WallTime twelve{1'700'000'000s};

TEST(RisingNumber, FollowsTheClock) {
    MemoryStorage storage;
    RisingNumber number(storage);
    ASSERT_TRUE(number.load());
    EXPECT_EQ(number.next(twelve), 1'700'000'000U);
    EXPECT_EQ(number.next(twelve + 30s), 1'700'000'030U);
}

TEST(RisingNumber, RisesWithinASecondAndWhenTheClockGoesBack) {
    MemoryStorage storage;
    RisingNumber number(storage);
    const auto first = number.next(twelve);
    const auto second = number.next(twelve);
    const auto third = number.next(twelve - 24h);
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
}

TEST(RisingNumber, RisesOverACrashThoughTheClockGoesBack) {
    MemoryStorage::Disk disk;
    std::uint64_t last = 0;
    for (int crash = 0; crash < 5; ++crash) {
        MemoryStorage storage(disk);
        RisingNumber number(storage);
        ASSERT_TRUE(number.load());
        for (int i = 0; i < 1000; ++i) {
            const auto now = number.next(twelve - std::chrono::hours(crash));
            EXPECT_GT(now, last);
            last = now;
        }
        disk = storage.disk();
    }
}

TEST(RisingNumber, SettledRunGivesTheReservedRestBack) {
    MemoryStorage storage;
    RisingNumber before(storage);
    before.next(twelve);
    EXPECT_TRUE(before.settle());
    RisingNumber after(storage);
    ASSERT_TRUE(after.load());
    EXPECT_EQ(after.next(twelve + 1s), 1'700'000'001U);
}

TEST(RisingNumber, WritesRarely) {
    MemoryStorage storage;
    RisingNumber number(storage);
    for (int i = 0; i < 3600; ++i) number.next(twelve + std::chrono::seconds(i));
    EXPECT_LE(storage.writes(), 6U);
    RisingNumber idle(storage);
    const auto writes = storage.writes();
    EXPECT_TRUE(idle.settle());
    EXPECT_EQ(storage.writes(), writes);
}

TEST(RisingNumber, GoesOnWithoutADiskAndCatchesUp) {
    MemoryStorage storage;
    RisingNumber number(storage);
    storage.fail_writes(2);
    const auto first = number.next(twelve);
    EXPECT_LT(first, number.next(twelve));
    EXPECT_TRUE(storage.disk().empty());
    number.next(twelve);
    EXPECT_FALSE(storage.disk().empty());
}

TEST(RisingNumber, DamagedFileIsToldAndTheClockFollowed) {
    for (const Bytes& damaged : {Bytes{}, Bytes(11, 1), Bytes(12, 1), Bytes(13, 1)}) {
        MemoryStorage storage({{files::counter, damaged}});
        RisingNumber number(storage);
        EXPECT_FALSE(number.load());
        EXPECT_EQ(number.next(twelve), 1'700'000'000U);
    }
}

}  // namespace
}  // namespace tox
