// SPDX-License-Identifier: GPL-3.0-or-later
// Between people who do not behave: who asks again and again, who changes their name all the time, who has thrown the
// other out. In simulated time, so that an hour or a day costs nothing.
#include <gtest/gtest.h>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

class Manners : public testing::Test {
  protected:
    Manners() : alice(town.add()), bob(town.add()) {}
    ~Manners() override { EXPECT_TRUE(town.faults().none()) << town.faults().text(); }

    bool meet() {
        Town::acquaint(alice, bob);
        return town.world.run_until([&] { return town.all_connected(); }, 30s);
    }
    bool asked(std::size_t times, Duration within) {
        return town.world.run_until([&] { return bob.requests().size() >= times; }, within);
    }

    Town town{1};
    Person& node = town.add_bootstrap_node();
    Person& alice;
    Person& bob;
};

// Alice's program repeats the request for as long as she waits.
TEST_F(Manners, R20_WhoIsDeclinedIsNotAskedAboutForADay) {
    ASSERT_TRUE(alice.ask(bob, "please"));
    ASSERT_TRUE(asked(1, 60s));
    bob.engine().decline_request(alice.key(), false);
    EXPECT_FALSE(asked(2, 12h));
    bob.stop();
    town.start(bob);
    EXPECT_FALSE(asked(2, 11h)) << "forgotten at the restart";
    EXPECT_TRUE(asked(2, 6h));
}

TEST_F(Manners, R20_WhatWasDeclinedIsTakenBack) {
    ASSERT_TRUE(alice.ask(bob, "please"));
    ASSERT_TRUE(asked(1, 60s));
    bob.engine().decline_request(alice.key(), true);
    EXPECT_FALSE(asked(2, 30h));
    EXPECT_EQ(bob.engine().blocked(), std::vector{alice.key()});
    bob.engine().allow_request(alice.key());
    EXPECT_TRUE(asked(2, 3h));
    EXPECT_TRUE(bob.engine().blocked().empty());
}

TEST_F(Manners, StrangersWhoAreNotAdmittedCostNothingAndAreHeardLater) {
    bob.admit(false);
    ASSERT_TRUE(alice.ask(bob, "please"));
    EXPECT_FALSE(asked(1, 1h));
    EXPECT_TRUE(bob.engine().requests().empty());
    EXPECT_EQ(bob.engine().dropped().limited, 0U);
    bob.admit(true);
    EXPECT_TRUE(asked(1, 3h));
}

TEST_F(Manners, WhoWasThrownOutAsksAgain) {
    ASSERT_TRUE(meet());
    EXPECT_FALSE(alice.engine().add_contact(bob.id(), "again")) << "asked somebody who is there";
    ASSERT_TRUE(bob.dismiss(alice));
    ASSERT_TRUE(town.world.run_until([&] { return !alice.engine().contact(bob.key())->online; }, 60s));
    ASSERT_TRUE(alice.engine().add_contact(bob.id(), "take me back"));
    EXPECT_TRUE(alice.engine().contact(bob.key())->request_unanswered);
    ASSERT_TRUE(asked(1, 60s));
    EXPECT_EQ(bob.requests().front().message, "take me back");
    ASSERT_TRUE(bob.accept(alice));
    EXPECT_TRUE(town.world.run_until([&] { return alice.engine().contact(bob.key())->online; }, 60s));
    EXPECT_FALSE(alice.engine().contact(bob.key())->request_unanswered);
}

TEST_F(Manners, B9_AnotherNospamTakesThePlaceOfTheOldOne) {
    ToxId wrong = bob.id();
    wrong.nospam[0] ^= 1U;
    ASSERT_TRUE(alice.engine().add_contact(wrong, "please"));
    EXPECT_FALSE(asked(1, 10min));
    EXPECT_FALSE(alice.engine().add_contact(wrong, "please")) << "B8: that one is on its way";
    ASSERT_TRUE(alice.engine().add_contact(bob.id(), "please"));
    EXPECT_EQ(alice.engine().contact(bob.key())->nospam, bob.id().nospam);
    EXPECT_TRUE(asked(1, 60s));
    EXPECT_EQ(alice.engine().contacts().size(), 1U);
}

TEST_F(Manners, TheNospamTheyWereAskedByIsKnownLater) {
    ASSERT_TRUE(alice.ask(bob, "please"));
    ASSERT_TRUE(asked(1, 60s));
    ASSERT_TRUE(bob.accept(alice));
    ASSERT_TRUE(town.world.run_until([&] { return town.all_connected(); }, 60s));
    alice.stop();
    town.start(alice);
    EXPECT_EQ(alice.engine().contact(bob.key())->nospam, bob.id().nospam);
    EXPECT_FALSE(bob.engine().contact(alice.key())->nospam) << "she asked, he did not";
}

TEST_F(Manners, B95_AThousandNamesASecondAreAFewEventsAndTheLastIsTold) {
    ASSERT_TRUE(meet());
    const unsigned before = bob.name_changes();
    for (int change = 0; change < 10'000; ++change) {
        alice.engine().set_name("name " + std::to_string(change));
        town.world.run_for(1ms);
    }
    town.world.run_for(10s);
    EXPECT_LE(bob.name_changes() - before, 12U);
    EXPECT_EQ(bob.names().at(alice.key()), "name 9999");
    EXPECT_EQ(bob.engine().contact(alice.key())->name, "name 9999");
}

}  // namespace
}  // namespace tox::sim
