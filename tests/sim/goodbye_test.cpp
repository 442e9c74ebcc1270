// SPDX-License-Identifier: GPL-3.0-or-later
// Orderly ends by every way: the other side sees it at once, and no text is lost or comes twice, whoever ends right
// after writing or reading.
#include "tests/sim/ways.hpp"

namespace tox::sim {
namespace {

constexpr Duration at_once = 1s;

class Goodbye : public Ways {
  protected:
    void begin(bool a_by_udp, bool b_by_udp) {
        for (int i = 0; i < 3; ++i) town.add_bootstrap_node(relay_node);
        two({.udp = a_by_udp}, {.udp = b_by_udp});
        expect_meeting(10s, "first");
        a->say(*b);
        expect_heard(5s, "before");
    }
    // Both talk, one of them ends at some moment, and comes back.
    void expect_good_ends(Person& leaver, Person& stayer) {
        for (int round = 0; round < 5; ++round) {
            for (int i = 0; i < 5; ++i) {
                leaver.say(stayer);
                stayer.say(leaver);
            }
            town.world.run_for(town.world.dice().between(0ms, 200ms));
            leaver.stop();
            EXPECT_TRUE(town.world.run_until([&] { return !stayer.sees(leaver); }, at_once)) << "round " << round;
            town.world.run_for(town.world.dice().between(0s, 5s));
            town.start(leaver);
            expect_meeting(30s, "again");
            town.world.run_until([&] { return town.nobody_waits(); }, 10s);
        }
        const auto& figures = town.ledger().figures();
        EXPECT_EQ(figures.received, figures.sent);
        EXPECT_EQ(figures.doubled, 0U);
    }
};

INSTANTIATE_TEST_SUITE_P(Seeds, Goodbye, seeds(), seed_name);

TEST_P(Goodbye, ByDatagram) {
    begin(true, true);
    ASSERT_TRUE(both_direct());
    expect_good_ends(*a, *b);
}

TEST_P(Goodbye, ByRelay) {
    begin(false, false);
    ASSERT_TRUE(by_relay());
    expect_good_ends(*a, *b);
}

TEST_P(Goodbye, ByRelayWhereOneSideHasDatagrams) {
    begin(true, false);
    ASSERT_TRUE(by_relay());
    expect_good_ends(*a, *b);
    expect_good_ends(*b, *a);
}

// The receipt of what was read last travels in the goodbye.
TEST_P(Goodbye, RightAfterReading) {
    const bool udp = GetParam() % 2 == 0;
    begin(udp, udp);
    for (int round = 0; round < 10; ++round) {
        const auto heard = town.ledger().figures().received;
        a->say(*b);
        ASSERT_TRUE(town.world.run_until([&] { return town.ledger().figures().received == heard + 1; }, 5s));
        b->stop();
        town.world.run_for(2s);
        EXPECT_TRUE(town.nobody_waits()) << "round " << round;
        town.start(*b);
        expect_meeting(30s, "again");
    }
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

}  // namespace
}  // namespace tox::sim
