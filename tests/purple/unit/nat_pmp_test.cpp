// SPDX-License-Identifier: GPL-3.0-or-later
// One port, asked of a router by NAT-PMP: what counts as forwarded, what is taken back, what is renewed.
#include "plugin/nat_pmp.hpp"

#include <gtest/gtest.h>

#include "tests/purple/unit/played_router.hpp"

namespace purple_tox {
namespace {

using Question = test::PlayedRouter::Question;

constexpr Question wish{33445, 33445, 3600};
constexpr Question return_it{33445, 0, 0};

struct NatPmpTest : testing::Test {
    void ask() {
        client.emplace([this](bool yes) { answers.push_back(yes); });
        client->ask(33445);
    }

    test::PlayedRouter router;
    std::vector<bool> answers;
    std::optional<NatPmp> client;
};

TEST_F(NatPmpTest, GrantedAndTakenBackAtTheEnd) {
    ask();
    router.turn();
    EXPECT_TRUE(answers.empty());
    EXPECT_EQ(router.asked, std::vector{wish});
    router.grant(33445, 33445, 3600);
    EXPECT_EQ(answers, std::vector{true});
    EXPECT_EQ(router.open, 0U) << "nothing is open while nothing is asked";
    client.reset();
    EXPECT_EQ(router.asked, (std::vector{wish, return_it}));
    EXPECT_EQ(router.open, 0U);
}

TEST_F(NatPmpTest, AnswersOnlyFromTheLoop) {
    router.there = false;
    ask();
    EXPECT_TRUE(answers.empty());
    router.turn();
    EXPECT_EQ(answers, std::vector{false});
    client.reset();
    EXPECT_TRUE(router.asked.empty());
}

TEST_F(NatPmpTest, RefusedLeavesNothingToTakeBack) {
    for (const int error : {NATPMP_ERR_NOGATEWAYSUPPORT, NATPMP_ERR_NOTAUTHORIZED, NATPMP_ERR_UNSUPPORTEDVERSION}) {
        ask();
        router.fail(error);
        EXPECT_EQ(answers.back(), false);
        client.reset();
        EXPECT_EQ(router.asked.back(), wish);
    }
    EXPECT_EQ(answers.size(), 3U);
}

TEST_F(NatPmpTest, AnotherPortOutsideIsOfNoUse) {
    ask();
    router.grant(33445, 40000, 3600);
    EXPECT_EQ(answers, std::vector{false});
    EXPECT_EQ(router.asked, (std::vector{wish, return_it}));
    router.turn();  // the answer to that is not waited for
    EXPECT_EQ(router.asked.size(), 2U);
    EXPECT_EQ(router.open, 0U);
}

TEST_F(NatPmpTest, AnAnswerToSomethingElseIsNone) {
    ask();
    router.grant(1, 1, 3600);
    EXPECT_EQ(answers, std::vector{false});
    ask();
    router.grant(33445, 33445, 0);  // no life at all
    EXPECT_EQ(answers, (std::vector{false, false}));
}

TEST_F(NatPmpTest, TakenBackThoughTheAnswerIsStillUnderWay) {
    ask();
    client.reset();
    EXPECT_EQ(router.asked, (std::vector{wish, return_it}));
    EXPECT_EQ(router.open, 0U);
}

TEST_F(NatPmpTest, AWakeWithoutAnAnswerIsWaitedOut) {
    ask();
    router.fail(NATPMP_TRYAGAIN);
    EXPECT_TRUE(answers.empty());
    router.grant(33445, 33445, 3600);
    EXPECT_EQ(answers, std::vector{true});
}

TEST_F(NatPmpTest, AnotherRouterIsOwedNothing) {
    ask();
    router.grant(33445, 33445, 3600);
    client->forget();
    client.reset();
    EXPECT_EQ(router.asked, std::vector{wish});
}

TEST_F(NatPmpTest, AskedAgainItIsOnePort) {
    ask();
    router.grant(33445, 33445, 3600);
    client->ask(33445);
    router.fail(NATPMP_ERR_NOGATEWAYSUPPORT);  // the router has changed its mind
    EXPECT_EQ(answers, (std::vector{true, false}));
    client.reset();
    EXPECT_EQ(router.asked, (std::vector{wish, wish}));
}

}  // namespace
}  // namespace purple_tox
