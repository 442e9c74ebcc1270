// SPDX-License-Identifier: GPL-3.0-or-later
// Which ways are remembered, and which of them carries a session.
#include <gtest/gtest.h>

#include "engine/contact/constants.hpp"
#include "engine/contact/route_choice.hpp"
#include "engine/contact/routes.hpp"

namespace tox::test {
namespace {

const Instant start{100h};
const Route lan = Endpoint::v4({192, 168, 1, 7}, 33445);
const Route v4 = Endpoint::v4({192, 0, 2, 7}, 33445);
const Route v6 = *Endpoint::parse("2001:db8::7", 33445);
const Route relay = ViaRelay{DhtKeyPair::generate().public_key};
const Route other_relay = ViaRelay{DhtKeyPair::generate().public_key};

TEST(Routes, addresses_and_relays_do_not_push_each_other_out) {
    Routes routes;
    routes.learn(relay, start + 1s);
    for (Byte i = 0; i < 2 * Routes::direct_capacity; ++i)
        routes.learn(Endpoint::v4({192, 0, 2, i}, 1), start + 10s + i * 1s);
    EXPECT_EQ(routes.all().size(), Routes::direct_capacity + 1);
    EXPECT_TRUE(routes.contains(relay));
    EXPECT_FALSE(routes.contains(Endpoint::v4({192, 0, 2, 0}, 1)));  // the one that ends first went
    for (std::size_t i = 0; i < 2 * Routes::relay_capacity; ++i)
        routes.learn(ViaRelay{DhtKeyPair::generate().public_key}, start + 20s);
    EXPECT_EQ(routes.all().size(), Routes::direct_capacity + Routes::relay_capacity);
    EXPECT_FALSE(routes.contains(relay));
}

TEST(RouteChoice, takes_the_better_way_at_once) {
    RouteChoice choice;
    for (const Route& route : {relay, v4, v6, lan}) {
        EXPECT_TRUE(choice.heard(route, start, route_patience));
        EXPECT_EQ(choice.current(), route);
    }
    EXPECT_TRUE(choice.direct());
}

TEST(RouteChoice, does_not_leave_a_way_that_speaks) {
    RouteChoice choice;
    choice.heard(v4, start, route_patience);
    EXPECT_FALSE(choice.heard(relay, start + route_patience / 2, route_patience));
    EXPECT_EQ(choice.current(), v4);
}

TEST(RouteChoice, leaves_a_way_that_is_silent_while_another_speaks) {
    RouteChoice choice;
    choice.heard(v4, start, route_patience);
    EXPECT_TRUE(choice.heard(relay, start + route_patience, route_patience));
    EXPECT_EQ(choice.current(), relay);
    EXPECT_TRUE(choice.heard(v4, start + route_patience, route_patience));  // and comes back to it as soon as it speaks
}

TEST(RouteChoice, names_other_addresses_where_the_session_was_heard) {
    RouteChoice choice;
    EXPECT_TRUE(choice.other_addresses().empty());
    choice.heard(v4, start, route_patience);
    choice.heard(relay, start, route_patience);
    EXPECT_TRUE(choice.other_addresses().empty());
    choice.heard(lan, start + 1ms, route_patience);
    EXPECT_EQ(choice.other_addresses(), std::vector{std::get<Endpoint>(v4)});
}

TEST(RouteChoice, grows_stale_unless_heard) {
    RouteChoice choice;
    EXPECT_TRUE(choice.stale(start));
    choice.heard(v4, start, route_patience);
    EXPECT_FALSE(choice.stale(start + route_fresh - 1ms));
    EXPECT_TRUE(choice.stale(start + route_fresh));
    choice.heard(v4, start + route_fresh, route_patience);
    EXPECT_FALSE(choice.stale(start + route_fresh));
}

TEST(RouteChoice, a_doubted_way_is_stale_and_left_for_any_other) {
    RouteChoice choice;
    choice.heard(v4, start, route_patience);
    choice.doubt();
    EXPECT_TRUE(choice.stale(start));
    EXPECT_TRUE(choice.heard(relay, start, route_patience));
    EXPECT_FALSE(choice.stale(start));
}

TEST(RouteChoice, a_closed_way_gives_place_to_the_one_heard_last) {
    RouteChoice choice;
    choice.heard(other_relay, start, route_patience);
    choice.heard(relay, start + 2 * route_patience, route_patience);
    ASSERT_EQ(choice.current(), relay);
    choice.lost(relay);
    EXPECT_EQ(choice.current(), other_relay);
    EXPECT_TRUE(choice.stale(start + 2 * route_patience));  // but not trusted before it is heard again
    choice.lost(other_relay);
    EXPECT_FALSE(choice.current());
}

}  // namespace
}  // namespace tox::test
