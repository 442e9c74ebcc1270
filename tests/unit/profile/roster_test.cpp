// SPDX-License-Identifier: GPL-3.0-or-later
// The order of contacts in the profile stays as it is, whatever their keys.
#include "engine/profile/roster.hpp"

#include <gtest/gtest.h>

#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

using Keys = std::vector<LongTermKey>;

const LongTermKey a = samples::key(9), b = samples::key(5), c = samples::key(7), d = samples::key(1);

Roster three() {
    Roster roster;
    for (const LongTermKey& key : {a, b, c}) roster.add(key);
    return roster;
}

TEST(Roster, KeepsTheOrderOfAdding) { EXPECT_EQ(three().contacts(), (Keys{a, b, c})); }

TEST(Roster, AddingAgainMovesNobody) {
    Roster roster = three();
    roster.add(a);
    EXPECT_EQ(roster.contacts(), (Keys{a, b, c}));
}

TEST(Roster, AFreePlaceIsTakenFirst) {  // as c-toxcore's friend numbers
    Roster roster = three();
    roster.remove(b);
    EXPECT_EQ(roster.contacts(), (Keys{a, c}));
    EXPECT_EQ(roster.next_position(), 1U);
    roster.add(d);
    EXPECT_EQ(roster.contacts(), (Keys{a, d, c}));
    EXPECT_EQ(roster.next_position(), 3U);
    roster.add(b);
    EXPECT_EQ(roster.contacts(), (Keys{a, d, c, b}));
    roster.remove(samples::key(100));
    EXPECT_EQ(roster.contacts().size(), 4U);
}

}  // namespace
}  // namespace tox
