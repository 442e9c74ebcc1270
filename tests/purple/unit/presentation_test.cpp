// SPDX-License-Identifier: GPL-3.0-or-later
// When the buddy list may change: one climb is one status change and one sign-on, and nothing flickers.
#include "plugin/presentation.hpp"

#include <gtest/gtest.h>

namespace purple_tox {
namespace {

using namespace std::chrono_literals;
using tox::Progress;
using tox::UserStatus;

Look at(Absence absence, Progress stage = Progress::awaiting_dht_key) {
    Look look;
    look.absence = absence;
    look.presence = presence_of(absence, UserStatus::online);
    look.stage = stage;
    return look;
}
Look at(Progress stage) { return at(Absence::on_the_way, stage); }
const Look online = at(Absence::none, Progress::established);
const Look lost = at(Absence::seen);

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

TEST(PresenceOf, OnlyWhoIsOnTheWayIsConnecting) {
    for (const Absence absence :
         {Absence::blocked, Absence::no_network, Absence::left, Absence::asked, Absence::seen, Absence::unmet})
        EXPECT_EQ(presence_of(absence, UserStatus::busy), Presence::offline);
    EXPECT_EQ(presence_of(Absence::on_the_way, UserStatus::busy), Presence::connecting);
    EXPECT_EQ(presence_of(Absence::none, UserStatus::online), Presence::available);
    EXPECT_EQ(presence_of(Absence::none, UserStatus::away), Presence::away);
    EXPECT_EQ(presence_of(Absence::none, UserStatus::busy), Presence::busy);
}

TEST_F(List, B95_WhatChangesAllTheTimeIsShownEveryFiveSecondsAndItsEndToo) {
    Look away = online, back = online;
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
    see(online);
    EXPECT_EQ(published, 2U) << "offline to connecting, connecting to online";
    EXPECT_EQ(repainted, 4U);
}

TEST_F(List, AFastClimbShowsNoShortStage) {
    for (const Progress stage : climb) {
        see(at(stage));
        now += 10ms;
    }
    EXPECT_EQ(shown.shown().stage, Progress::acquiring_ip_address);
    see(online);
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
        see(lost);
        now += 500ms;
        see(at(Progress::acquiring_ip_address));
    }
    EXPECT_EQ(published, 1U);
}

TEST_F(List, ALastingFallIsShown) {
    see(at(Progress::acquiring_ip_address));
    now += 1s;
    EXPECT_EQ(see(lost).look_again, now + Presentation::patience);
    now += Presentation::patience;
    EXPECT_TRUE(see(lost).publish);
    EXPECT_EQ(shown.shown().presence, Presence::offline);
}

TEST_F(List, ARenewedSessionIsNoSignOff) {
    see(online);
    now += 10s;
    see(at(Progress::acquiring_cookie));
    now += 1s;
    see(online);
    EXPECT_EQ(published, 1U);
    EXPECT_EQ(see(at(Progress::acquiring_cookie)).look_again, now + Presentation::patience) << "patience begins anew";
}

TEST_F(List, WhoLeavesIsOfflineAtOnce) {
    see(online);
    now += 10s;
    EXPECT_TRUE(see(at(Absence::left, Progress::acquiring_cookie)).publish);
    EXPECT_EQ(shown.shown().presence, Presence::offline);
}

// B95: a program that comes and goes all the time.
TEST_F(List, B95ComingAndGoingIsShownRarely) {
    for (int i = 0; i < 1000; ++i) {
        see(i % 2 == 0 ? online : at(Absence::left));
        now += 10ms;
    }
    EXPECT_LE(published, 2U * (10s / Presentation::patience + 1));
    now += Presentation::patience;
    see(at(Absence::left));
    EXPECT_EQ(shown.shown().presence, Presence::offline) << "the last state is not shown in the end";
}

TEST_F(List, BlockingIsShownAtOnce) {
    see(online);
    EXPECT_TRUE(see(at(Absence::blocked)).publish);
}

TEST_F(List, WordsThatChangeAreOnlyRepainted) {
    Look absent = lost;
    see(absent);
    now += 1s;
    absent.waiting = 1;
    EXPECT_TRUE(see(absent).repaint);
    now += 1s;
    absent.absence = Absence::no_network;
    EXPECT_TRUE(see(absent).repaint);
    EXPECT_EQ(published, 0U);
}

TEST_F(List, StatusAndMessageArePublishedAtOnce) {
    see(online);
    Look busy = online;
    busy.presence = Presence::busy;
    EXPECT_TRUE(see(busy).publish);
    busy.message = "in a meeting";
    EXPECT_TRUE(see(busy).publish);
    EXPECT_EQ(see(busy), Presentation::Verdict{}) << "nothing new";
}

}  // namespace
}  // namespace purple_tox
