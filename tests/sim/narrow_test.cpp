// SPDX-License-Identifier: GPL-3.0-or-later
// Ways that carry small packets and swallow large ones, as behind tunnels whose routers are not heard: every text of
// every length arrives, and none holds back the others for long. As the scenarios: PURPLE_TOX_SEEDS seeds from
// PURPLE_TOX_SEED on.
#include <gtest/gtest.h>

#include "tests/sim/ways.hpp"

namespace tox::sim {
namespace {

constexpr std::size_t longest = 1372;  // of a text that is one packet
constexpr Duration held_back_at_most = 3s;

class Narrow : public Ways {
  protected:
    void narrow(std::size_t width) {
        for (Person* one : {a, b}) one->network.swallow_above(width);
    }
    void meet_directly() {
        two({}, {});
        expect_meeting(10s, "first");
        ASSERT_TRUE(town.world.run_until([&] { return both_direct(); }, 20s));
        town.world.run_for(10s);  // relays that nobody needs go to sleep
    }
    void texts_of_all_lengths() {
        for (const std::size_t size : {std::size_t{500}, longest, std::size_t{500}, std::size_t{700}, longest}) {
            ASSERT_TRUE(a->say(*b, size));
            ASSERT_TRUE(b->say(*a, size));
            const Instant start = town.world.now();
            EXPECT_TRUE(town.world.run_until([&] { return heard(); }, held_back_at_most)) << "a text of " << size;
            say_figure("a text", town.world.now() - start);
        }
    }
    void burst() {
        for (int i = 0; i < 200; ++i) ASSERT_TRUE(a->say(*b, longest));
        const Instant start = town.world.now();
        EXPECT_TRUE(town.world.run_until([&] { return heard(); }, 20s))
            << town.ledger().figures().received << " of " << town.ledger().figures().sent;
        say_figure("200 long texts", town.world.now() - start);
        EXPECT_EQ(town.ledger().figures().doubled, 0U);
    }
    bool heard() { return town.ledger().all_received(); }
};

INSTANTIATE_TEST_SUITE_P(Seeds, Narrow, seeds(), seed_name);

TEST_P(Narrow, OnlyARelayCarriesWhatIsLarge) {
    town.add_bootstrap_node(relay_node);
    meet_directly();
    narrow(600);
    texts_of_all_lengths();
    burst();
}

// What has passed once says nothing of the path it takes now.
TEST_P(Narrow, ItBecomesSoInTheMiddle) {
    town.add_bootstrap_node(relay_node);
    meet_directly();
    for (int i = 0; i < 20; ++i) a->say(*b, longest), b->say(*a, longest);
    ASSERT_TRUE(town.world.run_until([&] { return heard(); }, 10s));
    narrow(600);
    texts_of_all_lengths();
    burst();
}

// As between two with IPv6 alone where the word of the router is lost: long texts go in smaller pieces.
TEST_P(Narrow, NoWayCarriesWhatIsLarge) {
    town.add_bootstrap_node();
    meet_directly();
    narrow(1240);
    texts_of_all_lengths();
    burst();
    EXPECT_LE(a->sessions_with(b->key()), 2U) << "once is enough";
}

TEST_P(Narrow, UnderLoss) {
    town.add_bootstrap_node(relay_node);
    meet_directly();
    town.world.cable.loss = 0.1;
    narrow(600);
    for (int i = 0; i < 10; ++i) a->say(*b, i % 2 == 0 ? longest : 100), b->say(*a, longest);
    EXPECT_TRUE(town.world.run_until([&] { return heard(); }, 20s));
}

// Losses that do not follow the size are none of this: no packet goes by other ways because of them for long.
TEST_P(Narrow, LossAloneIsNotIt) {
    town.add_bootstrap_node(relay_node);
    meet_directly();
    town.world.cable.loss = 0.05;
    for (int i = 0; i < 200; ++i) a->say(*b, longest);
    ASSERT_TRUE(town.world.run_until([&] { return heard(); }, 30s));
    EXPECT_TRUE(both_direct());
}

}  // namespace
}  // namespace tox::sim
