// SPDX-License-Identifier: GPL-3.0-or-later
// What changes now and then is told at once; what changes all the time is told now and then, and the last of it always.
#include "engine/messenger/news_pace.hpp"

#include <gtest/gtest.h>

#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

const LongTermKey bob = samples::key(1);
const LongTermKey carol = samples::key(2);

TEST(NewsPace, AFewChangesAreToldAtOnce) {
    NewsPace pace;
    const Instant now{1h};
    for (int change = 0; change < 5; ++change) EXPECT_TRUE(pace.may_tell(bob, News::name, now));
    EXPECT_EQ(pace.next_deadline(), never);
    EXPECT_TRUE(pace.due(now).empty());
}

// B95, and a thousand names a second.
TEST(NewsPace, B95_AFloodIsToldEveryFiveSecondsAndItsEndToo) {
    for (const News what : {News::presence, News::name, News::status_message, News::status}) {
        NewsPace pace;
        Instant now{1h};
        unsigned told = 0;
        for (int change = 0; change < 60'000; ++change, now += 1ms) {
            told += pace.may_tell(bob, what, now) ? 1U : 0U;
            told += static_cast<unsigned>(pace.due(now).size());
        }
        EXPECT_LE(told, 6U + 60 / 5 + 1);
        ASSERT_NE(pace.next_deadline(), never) << "the last change is never told";
        EXPECT_LE(pace.next_deadline(), now + 5s);
        EXPECT_EQ(pace.due(pace.next_deadline()), (std::vector<NewsPace::Told>{{bob, what}}));
        EXPECT_EQ(pace.next_deadline(), never);
    }
}

TEST(NewsPace, NobodyIsSlowedDownByAnother) {
    NewsPace pace;
    const Instant now{1h};
    for (int change = 0; change < 1000; ++change) pace.may_tell(bob, News::name, now);
    EXPECT_TRUE(pace.may_tell(carol, News::name, now));
    EXPECT_TRUE(pace.may_tell(bob, News::status, now)) << "nor one kind by another";
}

TEST(NewsPace, WhoIsForgottenIsNotNamed) {
    NewsPace pace;
    const Instant now{1h};
    for (int change = 0; change < 100; ++change) pace.may_tell(bob, News::typing, now);
    pace.forget(bob);
    EXPECT_TRUE(pace.due(now + 1h).empty());
    EXPECT_EQ(pace.next_deadline(), never);
}

}  // namespace
}  // namespace tox
