// SPDX-License-Identifier: GPL-3.0-or-later
// What is repeated, and how soon, follows from what is answered.
#include "engine/onion/answered_share.hpp"

#include <gtest/gtest.h>

namespace tox::test {
namespace {

// Each leg of eight loses that share of what crosses it.
AnsweredShare on_lines_that_lose(double loss) {
    const double answered = std::pow(1 - loss, 8);
    AnsweredShare share;
    double owed = 0;
    for (int i = 0; i < 200; ++i) {
        owed += answered;
        if (owed >= 1) {
            share.answered();
            owed -= 1;
        } else {
            share.lost();
        }
    }
    return share;
}

TEST(AnsweredShare, where_nothing_is_lost_one_request_is_enough) {
    EXPECT_EQ(AnsweredShare().copies(), 1U);
    const auto clean = on_lines_that_lose(0.02);
    EXPECT_EQ(clean.copies(), 1U);
    EXPECT_EQ(clean.pause(15s, 1s), Duration(15s));
    EXPECT_EQ(clean.blame_of_path(), 1);
    EXPECT_EQ(clean.blame_of_node(), 1);
}

TEST(AnsweredShare, where_most_is_lost_they_are_many_and_soon) {
    const auto lossy = on_lines_that_lose(0.3);
    EXPECT_GE(lossy.copies(), 5U);
    EXPECT_LT(lossy.pause(15s, 1s), 3s);
    EXPECT_LT(lossy.blame_of_path(), 0.3);
    EXPECT_EQ(on_lines_that_lose(0.9).copies(), AnsweredShare::most_copies);
    EXPECT_EQ(on_lines_that_lose(0.9).pause(15s, 1s), Duration(1s));
}

TEST(AnsweredShare, believes_the_first_ones_at_once) {
    AnsweredShare share;
    for (int i = 0; i < 5; ++i) share.lost();
    EXPECT_GE(share.copies(), 3U);
    for (int i = 0; i < 40; ++i) share.answered();
    EXPECT_EQ(share.copies(), 1U);
}

}  // namespace
}  // namespace tox::test
