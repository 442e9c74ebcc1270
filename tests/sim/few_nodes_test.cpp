// SPDX-License-Identifier: GPL-3.0-or-later
// A network of a handful of nodes: each of them is on most paths and next to everybody, so that one which goes without
// a word is missed by all.
#include <gtest/gtest.h>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

struct FewNodes : testing::TestWithParam<std::uint64_t> {
    FewNodes() : town(GetParam()) {
        for (unsigned i = 0; i < 3; ++i) town.add_bootstrap_node();
        town.world.run_for(10s);
    }
    Town town;
};

TEST_P(FewNodes, OneThatGoesCostsNobodyTheNetwork) {
    Person& a = town.add();
    Person& gone = town.add();
    town.world.run_for(60s);
    ASSERT_TRUE(a.engine().network().connected());
    gone.crash();
    Duration without{};
    for (unsigned second = 0; second < 300; ++second) {
        town.world.run_for(1s);
        if (!a.engine().network().connected()) without += 1s;
    }
    EXPECT_LE(without, 15s);
    EXPECT_TRUE(town.faults().none()) << town.faults().text();
}

TEST_P(FewNodes, TwoMeetAfterOneHasGone) {
    Person& a = town.add();
    Person& gone = town.add();
    town.world.run_for(60s);
    gone.crash();
    town.world.run_for(static_cast<Duration>(1s) * (GetParam() * 7 % 120));
    Person& b = town.add();
    Town::acquaint(a, b);
    EXPECT_TRUE(town.world.run_until([&] { return a.sees(b) && b.sees(a); }, 30s));
    EXPECT_TRUE(town.faults().none()) << town.faults().text();
}

INSTANTIATE_TEST_SUITE_P(Seeds, FewNodes, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace tox::sim
