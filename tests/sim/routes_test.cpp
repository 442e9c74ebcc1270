// SPDX-License-Identifier: GPL-3.0-or-later
// Ways to a contact: relays, NATs, firewalls, LANs, and networks that change under a conversation. As the scenarios:
// PURPLE_TOX_SEEDS seeds from PURPLE_TOX_SEED on.
#include <gtest/gtest.h>

#include "tests/sim/nat.hpp"
#include "tests/sim/ways.hpp"

namespace tox::sim {
namespace {

INSTANTIATE_TEST_SUITE_P(Seeds, Ways, seeds(), seed_name);

TEST_P(Ways, BothWithoutUdpMeetAtARelay) {
    town.add_bootstrap_node(relay_node);
    two({.udp = false}, {.udp = false});
    expect_meeting(10s, "without UDP");
    EXPECT_TRUE(by_relay());
    talk(2s);
    expect_heard(5s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, OneWithoutUdp) {
    town.add_bootstrap_node(relay_node);
    two({.udp = false}, {});
    expect_meeting(10s, "one without UDP");
    talk(1s);
    expect_heard(5s, "the rest");
}

TEST_P(Ways, UdpThatIsBlockedSilentlyIsNoticed) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    a->network.block_udp(true);
    expect_meeting(15s, "UDP blocked on one side");
}

TEST_P(Ways, BothBehindPortRestrictedNatsPunchHoles) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    Nat one(town.world, public_v4(200, 0), Nat::Filter::endpoint);
    Nat other(town.world, public_v4(201, 0), Nat::Filter::endpoint);
    two({.gateway = &one}, {.gateway = &other});
    expect_meeting(20s, "port-restricted NATs");
    EXPECT_TRUE(both_direct());
    talk(1s);
    expect_heard(5s, "the rest");
}

TEST_P(Ways, ARelayedSessionBecomesDirectWhenItCan) {
    town.add_bootstrap_node(relay_node);
    for (int i = 0; i < 3; ++i) town.add_bootstrap_node();
    two({}, {});
    a->network.block_udp(true);
    expect_meeting(15s, "UDP blocked on one side");
    a->network.block_udp(false);
    talk(1s);
    const Instant start = town.world.now();
    EXPECT_TRUE(town.world.run_until([&] { return both_direct(); }, 60s));
    say_figure("direct again", town.world.now() - start);
    expect_heard(5s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, UdpBlockedInTheMiddleFallsBackToTheRelay) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(3s);
    ASSERT_TRUE(both_direct());
    a->network.block_udp(true);
    expect_heard(10s, "by relay, UDP blocked");
    talk(20s);
    expect_heard(5s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, TheRelayDiesAndAnotherTakesOver) {
    Person& first = town.add_bootstrap_node(relay_node);
    town.add_bootstrap_node(relay_node);
    town.add_bootstrap_node(relay_node);
    two({.udp = false}, {.udp = false});
    expect_meeting(10s, "first");
    talk(5s);
    first.stop();
    expect_heard(10s, "another relay");
    talk(1s);
    expect_heard(5s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, AnAddressThatChangesInTheMiddle) {  // B38
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(3s);
    a->move();
    a->engine().network_changed();
    expect_heard(5s, "moved");
    talk(2s);
    expect_heard(5s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, AnInterfaceThatIsGoneForAWhile) {  // B38
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(1s);
    a->network.unplug();
    for (int i = 0; i < 20; ++i) a->say(*b), b->say(*a);
    town.world.run_for(50s);  // longer than a session lives
    a->move();
    a->engine().network_changed();
    expect_heard(15s, "the interface is back");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, AnInterfaceThatAppearsAfterTheStart) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    a->network.unplug();
    town.world.run_for(30s);
    a->move();
    a->engine().network_changed();
    expect_meeting(3s, "the first interface");
}

TEST_P(Ways, ASuspendedComputerIsBackAtOnce) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(1s);
    a->loop.suspend(10min, GetParam() % 2 == 0);
    town.world.run_for(10min);
    expect_meeting(10s, "after ten minutes of sleep");
    expect_heard(10s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, SixtySecondsOfSilence) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(3s);
    town.world.put_on_island(b->network, 1);
    talk(60s);
    town.world.heal();
    expect_meeting(10s, "after a minute of silence");
    expect_heard(10s, "the rest");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);  // transfer_test.cpp cuts what is under way
}

TEST_P(Ways, FifteenSecondsOfSilenceKeepTheSession) {
    town.add_bootstrap_node(relay_node);
    two({}, {});
    expect_meeting(10s, "first");
    talk(3s);
    town.world.put_on_island(b->network, 1);
    talk(15s);
    town.world.heal();
    expect_heard(5s, "after 15 s of silence");
    EXPECT_EQ(town.ledger().figures().doubled, 0U);
}

TEST_P(Ways, TwoOnALanFindEachOtherWithoutAnybodyElse) {
    two({.lan = 1}, {.lan = 1});
    expect_meeting(5s, "LAN");
    EXPECT_TRUE(both_direct());
}

TEST_P(Ways, WhoWantsRelaysOnlySendsNoDatagramAtAll) {
    town.add_bootstrap_node(relay_node);
    std::uint64_t leaked = 0;
    two({.contact_route = ContactRoute::relay_only}, {});
    town.world.tap = [&](const Endpoint& from, const Endpoint& to, ByteView) {
        const auto mine = *a->network.address(Endpoint::Family::v4);
        if (from == mine || to == mine) ++leaked;
    };
    expect_meeting(10s, "relay only");
    EXPECT_TRUE(by_relay());
    talk(1s);
    expect_heard(5s, "the rest");
    EXPECT_EQ(leaked, 0U);
}

TEST_P(Ways, WhoWantsNoRelaysUsesNone) {
    Person& node = town.add_bootstrap_node(relay_node);
    two({.contact_route = ContactRoute::direct_only}, {.contact_route = ContactRoute::direct_only});
    expect_meeting(10s, "direct only");
    a->network.block_udp(true);
    a->say(*b);
    town.world.run_for(60s);
    EXPECT_FALSE(a->sees(*b));
    EXPECT_TRUE(a->engine().contact(b->key())->evidence.routes.empty() || !by_relay());
    EXPECT_TRUE(node.running());
}

}  // namespace
}  // namespace tox::sim
