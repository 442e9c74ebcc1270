// SPDX-License-Identifier: GPL-3.0-or-later
// When the buddy list may change: one climb is one status change and one sign-on, and nothing flickers.
#include "plugin/presentation.hpp"

#include <gtest/gtest.h>

namespace purple_tox {
namespace {

using namespace std::chrono_literals;
using tox::Progress;
using tox::UserStatus;

Look at(Progress stage, bool online = false) {
    Look look;
    look.presence = presence_of(online, UserStatus::online, stage);
    look.stage = stage;
    return look;
}

struct List : testing::Test {
    tox::Instant now{100s};
    Presentation shown;
    unsigned published = 0;
    unsigned repainted = 0;

    Presentation::Verdict see(const Look& look) {
        const auto verdict = shown.look(look, now);
        published += verdict.publish ? 1 : 0;
        repainted += verdict.repaint ? 1 : 0;
        return verdict;
    }
};

constexpr Progress climb[] = {Progress::acquiring_ip_address, Progress::acquiring_cookie, Progress::awaiting_handshake,
                              Progress::awaiting_session_packet, Progress::established};

TEST(PresenceOf, OnlyTheKeyIsOffline) {
    EXPECT_EQ(presence_of(false, UserStatus::busy, Progress::awaiting_dht_key), Presence::offline);
    for (const Progress stage : climb) EXPECT_EQ(presence_of(false, UserStatus::busy, stage), Presence::connecting);
    EXPECT_EQ(presence_of(true, UserStatus::online, Progress::established), Presence::available);
    EXPECT_EQ(presence_of(true, UserStatus::away, Progress::established), Presence::away);
    EXPECT_EQ(presence_of(true, UserStatus::busy, Progress::established), Presence::busy);
}

TEST_F(List, B95_WhatChangesAllTheTimeIsShownEveryFiveSecondsAndItsEndToo) {
    Look away = at(Progress::established, true), back = away;
    away.presence = Presence::away;
    for (int change = 0; change < 1000; ++change, now += 100ms) see(change % 2 == 0 ? away : back);
    EXPECT_LE(published, 6U + 100 / 5 + 1);
    const auto verdict = see(away);
    now = verdict.look_again;
    see(away);
    EXPECT_EQ(shown.shown(), away);
}

TEST_F(List, ASlowClimbShowsEveryStage) {
    for (const Progress stage : climb) {
        see(at(stage));
        EXPECT_EQ(shown.shown().stage, stage);
        now += 1s;
    }
    see(at(Progress::established, true));
    EXPECT_EQ(published, 2U) << "offline to connecting, connecting to online";
    EXPECT_EQ(repainted, 4U);
}

TEST_F(List, AFastClimbShowsNoShortStage) {
    for (const Progress stage : climb) {
        see(at(stage));
        now += 10ms;
    }
    EXPECT_EQ(shown.shown().stage, Progress::acquiring_ip_address);
    see(at(Progress::established, true));
    EXPECT_EQ(shown.shown().presence, Presence::available);
    EXPECT_EQ(published, 2U);
    EXPECT_EQ(repainted, 0U);
}

TEST_F(List, AStageThatStaysIsShownAfterAll) {
    see(at(Progress::acquiring_ip_address));
    const tox::Instant painted = now;
    now += 50ms;
    EXPECT_EQ(see(at(Progress::acquiring_cookie)).look_again, painted + Presentation::least_shown);
    now = painted + Presentation::least_shown;
    EXPECT_TRUE(see(at(Progress::acquiring_cookie)).repaint);
}

TEST_F(List, AFailingSearchDoesNotFlicker) {
    see(at(Progress::acquiring_ip_address));
    for (int i = 0; i < 10; ++i) {
        now += 500ms;
        see(at(Progress::awaiting_dht_key));
        now += 500ms;
        see(at(Progress::acquiring_ip_address));
    }
    EXPECT_EQ(published, 1U);
}

TEST_F(List, ALastingFallIsShown) {
    see(at(Progress::acquiring_ip_address));
    now += 1s;
    EXPECT_EQ(see(at(Progress::awaiting_dht_key)).look_again, now + Presentation::patience);
    now += Presentation::patience;
    EXPECT_TRUE(see(at(Progress::awaiting_dht_key)).publish);
    EXPECT_EQ(shown.shown().presence, Presence::offline);
}

TEST_F(List, ARenewedSessionIsNoSignOff) {
    see(at(Progress::established, true));
    now += 10s;
    see(at(Progress::acquiring_cookie));
    now += 1s;
    see(at(Progress::established, true));
    EXPECT_EQ(published, 1U);
    EXPECT_EQ(see(at(Progress::acquiring_cookie)).look_again, now + Presentation::patience) << "patience begins anew";
}

TEST_F(List, WhoVanishesIsOfflineAtOnce) {
    see(at(Progress::established, true));
    now += 1ms;
    EXPECT_TRUE(see(at(Progress::awaiting_dht_key)).publish);
}

TEST_F(List, BlockingIsShownAtOnce) {
    see(at(Progress::established, true));
    Look blocked = at(Progress::acquiring_cookie);
    blocked.refused = true;
    EXPECT_TRUE(see(blocked).publish);
}

TEST_F(List, StatusAndMessageArePublishedAtOnce) {
    see(at(Progress::established, true));
    Look busy = at(Progress::established, true);
    busy.presence = Presence::busy;
    EXPECT_TRUE(see(busy).publish);
    busy.message = "in a meeting";
    EXPECT_TRUE(see(busy).publish);
    EXPECT_EQ(see(busy), Presentation::Verdict{}) << "nothing new";
}

}  // namespace
}  // namespace purple_tox
