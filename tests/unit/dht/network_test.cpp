// SPDX-License-Identifier: GPL-3.0-or-later
// Whole DHT nodes together: they meet, find each other, come back, and are quiet when there is nothing to do.
#include <gtest/gtest.h>

#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

void join_all(World& world, std::size_t count) {
    while (world.peers.size() < count) {
        Peer& peer = world.add();
        peer.dht.bootstrap(world.peers.front()->node(), world.now);
    }
}

// Every peer searches the one before it; until all have found theirs.
std::optional<Duration> everybody_searches(World& world, Duration at_most) {
    const std::size_t count = world.peers.size();
    for (std::size_t i = 0; i < count; ++i)
        world.peers[i]->dht.search(world.peers[(i + count - 1) % count]->dht.key(), world.now);
    return world.run_until(
        [&] {
            for (std::size_t i = 0; i < count; ++i)
                if (!world.peers[i]->found(world.peers[(i + count - 1) % count]->dht.key())) return false;
            return true;
        },
        at_most);
}

TEST(Network, TwoNodesMeet) {
    World world(1);
    Peer& a = world.add();
    Peer& b = world.add();
    b.dht.bootstrap(a.node(), world.now);
    const auto met =
        world.run_until([&] { return a.dht.good_nodes(world.now) == 1 && b.dht.good_nodes(world.now) == 1; }, 5s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 300ms);  // one round trip of 45 ms, a greeting after 100 ms, another round trip
    RecordProperty("ms", static_cast<int>(*met / 1ms));
}

TEST(Network, TwoNodesSearchEachOther) {
    World world(2);
    Peer& a = world.add();
    Peer& b = world.add();
    a.dht.search(b.dht.key(), world.now);
    b.dht.search(a.dht.key(), world.now);
    b.dht.bootstrap(a.node(), world.now);
    const auto met = world.run_until([&] { return a.found(b.dht.key()) && b.found(a.dht.key()); }, 5s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 150ms);  // a wanted node that asks is asked back at once
    const auto address = a.dht.address_of(b.dht.key(), Endpoint::Family::v4, world.now);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->value, b.address);
    EXPECT_GT(address->until, world.now + 100s);
}

TEST(Network, TwoClientsOfOneBootstrapNodeFindEachOther) {
    World world(3);
    Peer& hub = world.add();
    Peer& a = world.add();
    Peer& b = world.add();
    a.dht.search(b.dht.key(), world.now);
    b.dht.search(a.dht.key(), world.now);
    a.dht.bootstrap(hub.node(), world.now);
    b.dht.bootstrap(hub.node(), world.now);
    const auto met = world.run_until([&] { return a.found(b.dht.key()) && b.found(a.dht.key()); }, 10s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 1500ms);
    std::printf("two clients of one node: %d ms\n", static_cast<int>(*met / 1ms));
}

TEST(Network, ThirtyNodesFindEverySearchedKey) {
    World world(4);
    join_all(world, 30);
    const auto found = everybody_searches(world, 20s);
    ASSERT_TRUE(found);
    EXPECT_LT(*found, 5s);
    std::printf("30 nodes, cold: %d ms\n", static_cast<int>(*found / 1ms));
}

TEST(Network, NewcomerFindsAKeyInARunningNetwork) {
    World world(5);
    join_all(world, 100);
    world.run_for(60s);
    Peer& newcomer = world.add();
    const DhtKey wanted = world.peers[50]->dht.key();
    newcomer.dht.search(wanted, world.now);
    newcomer.dht.bootstrap(world.peers[3]->node(), world.now);
    const auto found = world.run_until([&] { return newcomer.found(wanted); }, 10s);
    ASSERT_TRUE(found);
    EXPECT_LT(*found, 600ms);
    std::printf("newcomer among 100: %d ms\n", static_cast<int>(*found / 1ms));
}

TEST(Network, FindsAllWithALossOfThirtyPercent) {
    World world(6);
    world.loss = 0.3;
    join_all(world, 30);
    const auto found = everybody_searches(world, 120s);
    ASSERT_TRUE(found);
    std::printf("30 nodes, 30 %% loss: %d ms\n", static_cast<int>(*found / 1ms));
}

TEST(Network, LearnsItsOwnAddress) {
    World world(7);
    join_all(world, 5);
    world.run_for(3s);
    for (const auto& peer : world.peers) {
        EXPECT_EQ(peer->dht.own_address(Endpoint::Family::v4), peer->address);
        ASSERT_EQ(peer->own.size(), 1U);
        EXPECT_EQ(peer->own.front(), peer->address);
    }
}

TEST(Network, OnlyNodeKnownTellsOurAddressAtOnce) {
    World world(8);
    Peer& hub = world.add();
    Peer& a = world.add();
    a.dht.bootstrap(hub.node(), world.now);
    ASSERT_TRUE(world.run_until([&] { return a.dht.own_address(Endpoint::Family::v4) == a.address; }, 200ms));
}

TEST(Network, OurHostsWordForOurAddressIsTakenAtTheFirstAnswerUnlessItIsOfTheLan) {
    World world(9);
    const auto add = [&](Byte number) -> Peer& { return world.add_at(Endpoint::v4({8, 8, 8, number}, 33445)); };
    Peer& hub = add(1);
    Peer& open = add(2);
    Peer& translated = add(3);
    open.source = open.address;
    translated.source = Endpoint::v4({192, 168, 1, 2}, 33445);
    for (Peer* peer : {&open, &translated}) peer->dht.bootstrap(hub.node(), world.now);
    ASSERT_TRUE(world.run_until([&] { return open.dht.own_address(Endpoint::Family::v4) == open.address; }, 200ms));
    world.run_for(3s);
    EXPECT_EQ(translated.dht.own_address(Endpoint::Family::v4), translated.address);
    ASSERT_EQ(translated.own.size(), 1U) << "the address on the LAN was never believed";
}

TEST(Network, RestartOnTheSameAddressIsRelearnedAtOnce) {  // trap 23
    World world(9);
    join_all(world, 6);
    world.run_for(10s);
    Peer& again = world.replace(*world.peers[3]);
    again.dht.bootstrap(world.peers[0]->node(), world.now);
    Peer& hub = *world.peers[0];
    const auto known = world.run_until(
        [&] {
            const auto nodes = hub.dht.closest(again.dht.key().raw(), 1, Scope::host, world.now);
            return !nodes.empty() && nodes[0] == again.node();
        },
        5s);
    ASSERT_TRUE(known);
    EXPECT_LT(*known, 300ms);
    for (const auto& node : hub.dht.closest({}, 20, Scope::host, world.now))
        EXPECT_TRUE(node.endpoint != again.address || node.key == again.dht.key());
}

TEST(Network, BootstrapIsRetriedUntilTheNodeIsThere) {  // trap 31
    World world(10);
    Peer& hub = world.add();
    Peer& a = world.add();
    hub.online = false;
    a.dht.bootstrap(hub.node(), world.now);
    world.run_for(600s);
    EXPECT_LE(a.sent, 20U);  // backed off
    EXPECT_GE(a.sent, 8U);
    hub.online = true;
    EXPECT_TRUE(world.run_until([&] { return a.dht.good_nodes(world.now) == 1; }, 300s));
}

TEST(Network, ComesBackAfterALongSilence) {
    World world(11);
    join_all(world, 5);
    world.run_for(60s);
    Peer& a = *world.peers[2];
    a.online = false;
    world.run_for(400s);
    EXPECT_EQ(a.dht.good_nodes(world.now), 0U);
    a.online = true;
    EXPECT_TRUE(world.run_until([&] { return a.dht.good_nodes(world.now) > 0; }, 300s));
}

TEST(Network, SearchesGoOnAfterALongSilence) {
    World world(18);
    join_all(world, 5);
    Peer& a = *world.peers[2];
    const DhtKey wanted = world.peers[4]->dht.key();
    a.dht.search(wanted, world.now);
    world.run_for(60s);
    a.online = false;
    world.run_for(400s);
    EXPECT_FALSE(a.dht.address_of(wanted, Endpoint::Family::v4, world.now));
    a.online = true;
    ASSERT_TRUE(world.run_until([&] { return a.dht.good_nodes(world.now) > 0; }, 300s));
    EXPECT_TRUE(
        world.run_until([&] { return a.dht.address_of(wanted, Endpoint::Family::v4, world.now).has_value(); }, 2s));
}

TEST(Network, SearchedNodeThatComesBackElsewhereIsFound) {
    World world(19);
    join_all(world, 12);
    Peer& a = *world.peers[2];
    Peer& b = *world.peers[7];
    a.dht.search(b.dht.key(), world.now);
    world.run_for(30s);
    b.address = *Endpoint::parse("127.0.0.1", 55555);  // its NAT has given it another port
    const auto moved = world.run_until([&] { return a.confirmed_at[b.dht.key()] == b.address; }, 120s);
    ASSERT_TRUE(moved);
    std::printf("moved to another port: %d ms\n", static_cast<int>(*moved / 1ms));
}

TEST(Network, RandomNodesLeaveOutContacts) {  // R17
    World world(20);
    join_all(world, 20);
    Peer& a = *world.peers[2];
    for (std::size_t i = 10; i < 15; ++i) a.dht.search(world.peers[i]->dht.key(), world.now);
    world.run_for(30s);
    const auto nodes = a.dht.random_nodes(100, world.now);
    EXPECT_GE(nodes.size(), 8U);
    std::map<DhtKey, int> seen;
    for (const Node& node : nodes) {
        EXPECT_EQ(++seen[node.key], 1);
        for (std::size_t i = 10; i < 15; ++i) EXPECT_NE(node.key, world.peers[i]->dht.key());
    }
    EXPECT_EQ(a.dht.random_nodes(3, world.now).size(), 3U);
}

TEST(Network, SavedNodesLeadBackWithoutBootstrapNodes) {
    World world(12);
    join_all(world, 10);
    world.run_for(30s);
    const auto saved = world.peers[4]->dht.nodes_to_save(world.now);
    EXPECT_GE(saved.size(), 5U);
    Peer& again = world.add();
    again.dht.remember(saved, world.now);
    EXPECT_TRUE(world.run_until([&] { return again.dht.good_nodes(world.now) >= 5; }, 2s));
}

TEST(Network, SilentSavedNodesAreForgottenUnlessNobodyAnswersAtAll) {
    World world(13);
    Peer& a = world.add();
    a.dht.set_lan_discovery(false);
    std::vector<Node> dead;
    for (std::uint16_t i = 0; i < 100; ++i)
        dead.push_back(
            {DhtKeyPair::generate().public_key, *Endpoint::parse("127.0.0.1", static_cast<std::uint16_t>(50000 + i))});
    a.dht.remember(dead, world.now);
    world.run_for(60s);
    EXPECT_LE(a.sent, 600U);
    world.run_for(600s);
    const std::size_t sent = a.sent;
    world.run_for(600s);
    EXPECT_LE(a.sent, sent + 16U * 4U) << "the best ones, every few minutes";
    EXPECT_GE(a.sent, sent + 16U);
    EXPECT_EQ(a.dht.nodes_to_save(world.now).size(), 100U) << "a run without network forgets nobody";
    a.dht.bootstrap(world.add().node(), world.now);
    world.run_for(600s);
    const std::size_t quiet = a.sent;
    EXPECT_LT(a.dht.nodes_to_save(world.now).size(), 100U);
    world.run_for(60s);
    EXPECT_LE(a.sent, quiet + 12U);
}

TEST(Network, IdleNodeWakesRarely) {
    World world(14);
    join_all(world, 40);
    Peer& a = *world.peers[20];
    for (std::size_t i = 0; i < 20; ++i)
        a.dht.search(DhtKeyPair::generate().public_key, world.now);  // nobody has these
    world.run_for(300s);
    const std::size_t wakes = a.wakes;
    const std::size_t sent = a.sent;
    world.run_for(600s);
    std::printf("idle with 20 searches: %.1f wakes/min, %.1f packets/min\n", static_cast<double>(a.wakes - wakes) / 10,
                static_cast<double>(a.sent - sent) / 10);
    EXPECT_LE(a.wakes - wakes, 10U * 15U);
}

TEST(Network, LonelyNodeSleeps) {
    World world(15);
    Peer& a = world.add();
    a.dht.set_lan_discovery(false);
    a.dht.search(DhtKeyPair::generate().public_key, world.now);
    world.run_for(3600s);
    EXPECT_EQ(a.sent, 0U);
    EXPECT_LE(a.wakes, 2U);  // the second time only to say that nobody answers
}

TEST(Network, FoundNodeStaysKnown) {
    World world(16);
    join_all(world, 20);
    Peer& a = *world.peers[2];
    const DhtKey wanted = world.peers[15]->dht.key();
    a.dht.search(wanted, world.now);
    world.run_for(10s);
    for (int minute = 0; minute < 15; ++minute) {
        EXPECT_TRUE(a.dht.address_of(wanted, Endpoint::Family::v4, world.now)) << minute;
        world.run_for(60s);
    }
}

TEST(Network, ASearchGoesOnForWhoStillSeeks) {
    World world(21);
    join_all(world, 10);
    Peer& a = *world.peers[2];
    const DhtKey wanted = world.peers[7]->dht.key();
    const Dht::Seeker one{1}, two{2};
    a.dht.search(wanted, world.now, one);
    a.dht.search(wanted, world.now, two);
    a.dht.stop(wanted, one);
    EXPECT_TRUE(world.run_until([&] { return a.found(wanted); }, 10s));
    EXPECT_GE(a.dht.route(wanted, Bytes{0xfe}, world.now), 1U) << "only searched nodes are routed to";
    a.dht.stop(wanted, two);
    EXPECT_EQ(a.dht.route(wanted, Bytes{0xfe}, world.now), 0U);
}

// Wherever in the list the one stands that is alive, and whatever the number of those that are not.
TEST(Network, OneLiveBootstrapNodeAmongManyDeadOnesIsFoundSoon) {
    for (const std::size_t dead : {3U, 63U, 200U, 255U})
        for (const std::size_t place : {std::size_t{0}, dead / 2, dead}) {
            World world(22 + dead + place);
            Peer& hub = world.add();
            Peer& a = world.add();
            a.dht.set_lan_discovery(false);
            for (std::size_t i = 0; i <= dead; ++i) {
                const auto port = static_cast<std::uint16_t>(50'000 + i);
                a.dht.bootstrap(i == place
                                    ? hub.node()
                                    : Node{DhtKeyPair::generate().public_key, *Endpoint::parse("127.0.0.1", port)},
                                world.now);
            }
            const auto took = world.run_until([&] { return a.dht.good_nodes(world.now) > 0; }, 30s);
            ASSERT_TRUE(took) << dead << " dead";
            EXPECT_LE(*took, 4500ms) << dead << " dead ones, the live one at " << place;
        }
}

TEST(Network, RateStaysBelowFortyPerSecondAfterTheBurst) {
    World world(17);
    join_all(world, 60);
    Peer& a = *world.peers[9];
    for (std::size_t i = 0; i < 200; ++i) a.dht.search(DhtKeyPair::generate().public_key, world.now);
    std::size_t asked = 0;
    world.filter = [&](const Endpoint& from, const Endpoint&, ByteView datagram) {
        if (from == a.address && datagram[0] == wire::NodesRequest::kind) ++asked;
        return true;
    };
    world.run_for(10s);
    EXPECT_LE(asked, 80U + 10U * 40U);
}

}  // namespace
}  // namespace tox::test
