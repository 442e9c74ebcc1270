// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/link_scopes.hpp"

#include <gtest/gtest.h>
#include <net/if.h>

namespace tox {
namespace {

Endpoint neighbour(unsigned number) { return *Endpoint::parse("fe80::" + std::to_string(number), 33445); }

TEST(LinkScopes, ConcernOnlyLinkLocalAddresses) {
    EXPECT_TRUE(LinkScopes::concerns(neighbour(1)));
    EXPECT_TRUE(LinkScopes::concerns(*Endpoint::parse("febf::1", 1)));
    for (const char* other : {"fec0::1", "2001:db8::1", "::1", "254.128.0.1"})
        EXPECT_FALSE(LinkScopes::concerns(*Endpoint::parse(other, 1))) << other;
}

TEST(LinkScopes, ANeighbourIsWhereItWasHeardLast) {
    const unsigned loopback = if_nametoindex("lo");
    LinkScopes scopes;
    scopes.heard(neighbour(1), 4'000'000);
    scopes.heard(neighbour(1), loopback);
    EXPECT_EQ(scopes.of(neighbour(1), Instant(1h)), std::vector{loopback});
}

// What was never heard may be anywhere, and so may be what was heard on a link that is gone.
TEST(LinkScopes, ElseItMayBeAnywhere) {
    LinkScopes scopes;
    const auto anywhere = scopes.of(neighbour(1), Instant(1h));
    scopes.heard(neighbour(2), 4'000'000);
    EXPECT_EQ(scopes.of(neighbour(2), Instant(1h)), anywhere);
}

TEST(LinkScopes, TheOneHeardFirstMakesRoom) {
    const unsigned loopback = if_nametoindex("lo");
    LinkScopes scopes;
    for (unsigned number = 1; number <= LinkScopes::capacity + 1; ++number) scopes.heard(neighbour(number), loopback);
    EXPECT_EQ(scopes.of(neighbour(2), Instant(1h)), std::vector{loopback});
    EXPECT_EQ(scopes.of(neighbour(1), Instant(1h)), scopes.of(neighbour(9999), Instant(1h)));
}

}  // namespace
}  // namespace tox
