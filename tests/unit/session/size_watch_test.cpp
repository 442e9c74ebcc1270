// SPDX-License-Identifier: GPL-3.0-or-later
// What losses tell of the size that a way carries.
#include "engine/session/size_watch.hpp"

#include <gtest/gtest.h>

namespace tox {
namespace {

constexpr std::size_t large = 1373, small = SizeWatch::always_passes;

struct SizeWatchTest : testing::Test {
    void rescue(std::size_t size) {
        EXPECT_TRUE(watch.doubts(size, 1, now));
        watch.rescued(size, now);
    }
    SizeWatch watch;
    Instant now{1h};
};

TEST_F(SizeWatchTest, TheFirstTryIsAlwaysTheUsualWay) {
    EXPECT_FALSE(watch.doubts(large, 0, now));
    EXPECT_FALSE(watch.narrow(now));
}

TEST_F(SizeWatchTest, ALargeOneThatIsLostGoesByAllWays) {
    EXPECT_TRUE(watch.doubts(large, 1, now));
    EXPECT_TRUE(watch.narrow(now));
    EXPECT_FALSE(watch.narrow(now + SizeWatch::suspicion));
}

TEST_F(SizeWatchTest, ASmallOneThatIsLostSaysNothing) {
    for (unsigned sent = 0; sent < 20; ++sent) EXPECT_FALSE(watch.doubts(small, sent, now));
    EXPECT_FALSE(watch.narrow(now));
}

TEST_F(SizeWatchTest, WhatHasPassedIsBelievedForSomeTries) {
    watch.passed(large);
    for (unsigned sent = 0; sent < SizeWatch::tries_before_disbelief; ++sent)
        EXPECT_FALSE(watch.doubts(large, sent, now));
    EXPECT_TRUE(watch.doubts(large, SizeWatch::tries_before_disbelief, now));
    EXPECT_TRUE(watch.doubts(large, 1, now));  // the next one no longer
}

TEST_F(SizeWatchTest, TwoRescuesAreALimitThatIsTriedAgain) {
    rescue(large);
    EXPECT_FALSE(watch.doubts(large, 0, now));
    rescue(large - 100);
    EXPECT_TRUE(watch.doubts(large, 0, now));
    EXPECT_TRUE(watch.doubts(large - 100, 0, now));
    EXPECT_FALSE(watch.doubts(large - 101, 0, now));
    now += SizeWatch::first_limit;
    EXPECT_FALSE(watch.doubts(large, 0, now));  // a try
    rescue(large);
    EXPECT_TRUE(watch.doubts(large, 0, now + SizeWatch::first_limit));  // twice as long
    EXPECT_FALSE(watch.doubts(large, 0, now + 2 * SizeWatch::first_limit));
}

TEST_F(SizeWatchTest, TheLimitNeverOutlastsItsBound) {
    for (int i = 0; i < 40; ++i) {
        rescue(large);
        now += SizeWatch::longest_limit;
        EXPECT_FALSE(watch.doubts(large, 0, now));
    }
}

TEST_F(SizeWatchTest, OneThatPassesAfterAllEndsIt) {
    rescue(large);
    rescue(large);
    watch.passed(large);
    EXPECT_FALSE(watch.doubts(large, 0, now));
    EXPECT_FALSE(watch.doubts(large, 1, now));
}

}  // namespace
}  // namespace tox
