// SPDX-License-Identifier: GPL-3.0-or-later
// Why somebody is not online: the true cause comes before those that follow from it.
#include "plugin/absence.hpp"

#include <gtest/gtest.h>

#include "plugin/waiting_note.hpp"

namespace purple_tox {
namespace {

using namespace std::chrono_literals;
using tox::Progress;

struct Absent : testing::Test {
    tox::ContactInfo contact;
    tox::NetworkInfo network;

    Absent() { network.nodes = 4; }
    Absence why() const { return absence_of(contact, network.cut_off()); }
};

TEST_F(Absent, SomebodyOnlineIsNot) {
    contact.online = true;
    EXPECT_EQ(why(), Absence::none);
    network = {};
    EXPECT_EQ(why(), Absence::none) << "the session speaks for itself";
}

TEST_F(Absent, EachCauseComesBeforeWhatFollowsFromIt) {
    EXPECT_EQ(why(), Absence::unmet);
    contact.last_seen = tox::WallTime(5s);
    EXPECT_EQ(why(), Absence::seen);
    contact.request_unanswered = true;
    EXPECT_EQ(why(), Absence::asked);
    contact.progress = Progress::acquiring_cookie;
    EXPECT_EQ(why(), Absence::on_the_way);
    contact.left = contact.last_seen;
    EXPECT_EQ(why(), Absence::left);
    network.nodes = 0;
    EXPECT_EQ(why(), Absence::no_network);
    contact.policy = tox::Policy::refusing;
    EXPECT_EQ(why(), Absence::blocked);
}

TEST_F(Absent, ARelayIsANetworkToo) {
    network.nodes = 0;
    network.relays = 1;
    EXPECT_NE(why(), Absence::no_network);
}

// ---- what a conversation says of it

TEST(WaitingNote, IsSaidOnceAndTakenBack) {
    WaitingNote note;
    tox::Instant now{100s};
    EXPECT_FALSE(note.due(true, now));
    EXPECT_EQ(note.look_again(), now + WaitingNote::patience);
    now += WaitingNote::patience;
    EXPECT_TRUE(note.due(true, now));
    note.say();
    now += 1min;
    EXPECT_FALSE(note.due(true, now));
    EXPECT_EQ(note.look_again(), tox::never);
    EXPECT_TRUE(note.take_back());
    EXPECT_FALSE(note.take_back());
}

TEST(WaitingNote, WhoIsBackAtOnceIsNotSpokenOf) {
    WaitingNote note;
    tox::Instant now{100s};
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(note.due(true, now));
        now += WaitingNote::patience / 2;
        EXPECT_FALSE(note.due(false, now));
        now += WaitingNote::patience;
    }
}

}  // namespace
}  // namespace purple_tox
