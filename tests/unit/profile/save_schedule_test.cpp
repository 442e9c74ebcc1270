// SPDX-License-Identifier: GPL-3.0-or-later
// When the profile is written again, and what people hear of it (B30).
#include "engine/profile/save_schedule.hpp"

#include <gtest/gtest.h>

namespace tox {
namespace {

using News = SaveSchedule::News;
constexpr Instant midday(12h);

TEST(SaveSchedule, TheFirstWishCounts) {
    SaveSchedule saves;
    EXPECT_EQ(saves.due(), never);
    saves.want(midday + 5s);
    saves.want(midday + 1s);
    saves.want(midday + 9s);
    EXPECT_EQ(saves.due(), midday + 1s);
    EXPECT_EQ(saves.tried(true, midday + 1s), News::none);
    EXPECT_EQ(saves.due(), never);
}

TEST(SaveSchedule, B30_ToldOnceWhenItFailsAndOnceWhenItWorksAgain) {
    SaveSchedule saves;
    EXPECT_EQ(saves.tried(false, midday), News::failing);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(saves.tried(false, midday), News::none);
    EXPECT_EQ(saves.tried(true, midday), News::works_again);
    EXPECT_EQ(saves.tried(true, midday), News::none);
    EXPECT_EQ(saves.tried(false, midday), News::failing);
}

TEST(SaveSchedule, R52_TriedAgainSoonThenRarely) {
    SaveSchedule saves;
    Instant now = midday;
    for (const Duration wait : {Duration(5s), Duration(30s), Duration(5min), Duration(5min)}) {
        saves.tried(false, now);
        EXPECT_EQ(saves.due(), now + wait);
        now = saves.due();
    }
    saves.tried(true, now);
    saves.tried(false, now);
    EXPECT_EQ(saves.due(), now + 5s);
}

}  // namespace
}  // namespace tox
