// SPDX-License-Identifier: GPL-3.0-or-later
// Where a node is: among neighbours on a LAN, on another network than before, or where no UDP comes through.
#include <gtest/gtest.h>

#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

Endpoint lan_address(Byte number, std::uint16_t port) { return Endpoint::v4({192, 168, 1, number}, port); }
Endpoint town_address(Byte number) { return Endpoint::v4({45, number, 0, 1}, 33445); }

bool know_each_other(const World& world) {
    for (const auto& a : world.peers)
        if (a->dht.good_nodes(world.now) + 1 < world.peers.size()) return false;
    return true;
}

Peer& add_on_lan(World& world, Byte number, std::uint16_t port = 33445) {
    Peer& peer = world.add_at(lan_address(number, port));
    peer.lan = 1;
    return peer;
}

TEST(Lan, TwoNodesMeetWithoutAnyBootstrapNode) {
    World world(400);
    Peer& a = add_on_lan(world, 2);
    Peer& b = add_on_lan(world, 3);
    a.dht.search(b.dht.key(), world.now);
    b.dht.search(a.dht.key(), world.now);
    const auto met = world.run_until([&] { return know_each_other(world); }, 5s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 300ms);
    EXPECT_TRUE(a.found(b.dht.key()) && b.found(a.dht.key()));
    EXPECT_FALSE(a.dht.silent(world.now + 60s));
}

TEST(Lan, OfThreeOnNeighbouringPortsAllKnowAllAtOnce) {  // trap 44
    World world(401);
    add_on_lan(world, 2, 33455);
    add_on_lan(world, 3, 33446);
    add_on_lan(world, 3, 33445);
    const auto met = world.run_until([&] { return know_each_other(world); }, 5s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 500ms);
}

TEST(Lan, MeetThoughPacketsAreLost) {
    for (std::uint64_t seed = 410; seed < 430; ++seed) {
        World world(seed);
        world.loss = 0.15;
        add_on_lan(world, 2);
        add_on_lan(world, 3);
        ASSERT_TRUE(world.run_until([&] { return know_each_other(world); }, 30s)) << seed;
    }
}

TEST(Lan, WhoComesLaterIsHeardAtOnce) {
    World world(402);
    Peer& a = add_on_lan(world, 2);
    world.run_for(600s);
    add_on_lan(world, 3);
    EXPECT_TRUE(world.run_until([&] { return a.dht.good_nodes(world.now) == 1; }, 300ms));
}

TEST(Lan, EveryPortIsCalledInTimeAndTheFirstOnesTwice) {  // trap 44
    World world(403);
    Peer& a = add_on_lan(world, 2);
    world.run_for(700ms);
    EXPECT_EQ(a.calls.size(), 22U);
    for (std::uint16_t port = 33445; port <= 33455; ++port)
        EXPECT_EQ(std::count(a.calls.begin(), a.calls.end(), port), 2) << port;
    world.run_for(120s);
    for (std::uint16_t port = 33445; port <= 33545; ++port)
        EXPECT_GE(std::count(a.calls.begin(), a.calls.end(), port), 1) << port;
    const std::size_t before = a.calls.size();
    world.run_for(110s);
    EXPECT_GE(a.calls.size(), before + 10U * 11U) << "alone: no slower than c-toxcore";
    EXPECT_LE(a.calls.size(), before + 13U * 11U);
}

TEST(Lan, CallsAreRareInCompany) {
    World world(404);
    Peer& a = add_on_lan(world, 2);
    add_on_lan(world, 3);
    world.run_for(300s);
    const std::size_t before = a.calls.size();
    world.run_for(600s);
    EXPECT_LE(a.calls.size(), before + 12U * 11U);
    EXPECT_GE(a.calls.size(), before + 9U * 11U);
}

TEST(Lan, SwitchedOffNeitherCallsNorHears) {  // R21
    World world(405);
    Peer& a = add_on_lan(world, 2);
    Peer& b = add_on_lan(world, 3);
    a.dht.set_lan_discovery(false);
    world.run_for(60s);
    EXPECT_TRUE(a.calls.empty());
    EXPECT_EQ(a.sent, 0U);
    EXPECT_EQ(b.dht.good_nodes(world.now), 0U);
    a.dht.set_lan_discovery(true);
    a.dht.network_changed(world.now);
    EXPECT_TRUE(world.run_until([&] { return know_each_other(world); }, 1s));
}

TEST(Lan, ALieAboutAKeyTeachesNothing) {  // notes 5.1: trust only the answer
    World world(406);
    Peer& a = add_on_lan(world, 2);
    const Stranger liar;
    const Endpoint from = lan_address(9, 33445);
    EXPECT_TRUE(a.dht.handle(from, wire::serialise(wire::LanDiscovery{DhtKeyPair::generate().public_key}), world.now));
    world.run_for(10s);
    EXPECT_EQ(a.dht.good_nodes(world.now), 0U);
    EXPECT_TRUE(a.dht.nodes_to_save(world.now).empty());
}

TEST(Lan, OneSourceIsAskedAFewTimesOnly) {  // B74
    World world(407);
    Peer& a = add_on_lan(world, 2);
    std::size_t taken = 0;
    for (int i = 0; i < 100; ++i) {
        const wire::LanDiscovery call{DhtKeyPair::generate().public_key};
        taken += a.dht.handle(lan_address(9, 33445), wire::serialise(call), world.now) ? 1U : 0U;
        world.run_for(100ms);
    }
    EXPECT_LE(taken, 5U);
}

// ---- another network ---------------------------------------------------------------------------------------------

class Moving : public testing::Test {
  protected:
    Moving() {
        for (Byte i = 1; i <= 40; ++i) {
            world.add_at(town_address(i));
            if (i > 1) world.peers.back()->dht.bootstrap(world.peers.front()->node(), world.now);
        }
        a.dht.set_lan_discovery(false);
        a.dht.bootstrap(world.peers.front()->node(), world.now);
        world.run_for(60s);
    }
    World world{420};
    Peer& a = world.add_at(town_address(200));
};

TEST_F(Moving, LearnsItsNewAddressAndTellsIt) {
    ASSERT_EQ(a.dht.own_address(Endpoint::Family::v4), a.address);
    const std::size_t told = a.own.size();
    a.address = town_address(201);
    a.dht.network_changed(world.now);
    EXPECT_EQ(a.dht.own_address(Endpoint::Family::v4), std::nullopt);
    ASSERT_TRUE(world.run_until([&] { return a.dht.own_address(Endpoint::Family::v4).has_value(); }, 3s));
    EXPECT_EQ(a.dht.own_address(Endpoint::Family::v4), a.address) << "not the old one, which many still name";
    EXPECT_EQ(a.own.size(), told + 1);
    EXPECT_EQ(a.own.back(), a.address);
}

TEST_F(Moving, AFalseAlarmIsForgottenSoon) {
    a.dht.network_changed(world.now);
    ASSERT_TRUE(world.run_until([&] { return a.dht.own_address(Endpoint::Family::v4) == a.address; }, 5s));
}

TEST_F(Moving, NodesAreAskedAFewAtATime) {
    std::map<Instant, std::size_t> asked;
    world.filter = [&](const Endpoint& from, const Endpoint&, ByteView datagram) {
        if (from == a.address && datagram[0] == wire::NodesRequest::kind) ++asked[world.now];
        return true;
    };
    const std::size_t known = a.dht.good_nodes(world.now);
    ASSERT_GE(known, 20U);
    a.dht.network_changed(world.now);
    world.run_for(2900ms);
    std::size_t all = 0;
    for (const auto& [when, count] : asked) {
        EXPECT_LE(count, 16U);  // not all: some come of answers that have just arrived
        all += count;
    }
    EXPECT_GE(all, known);
    EXPECT_LE(all, 80U + 3U * 40U);
    world.run_for(1s);
    EXPECT_GE(a.dht.good_nodes(world.now), known - 2) << "all have answered again";
}

TEST_F(Moving, WhoIsNotThereAnyMoreIsNotGoodForLong) {
    a.online = false;
    a.dht.network_changed(world.now);
    EXPECT_FALSE(a.dht.silent(world.now));
    world.run_for(1600ms);
    EXPECT_TRUE(a.dht.silent(world.now));
    world.run_for(2s);
    EXPECT_EQ(a.dht.good_nodes(world.now), 0U);
    a.online = true;
    a.dht.network_changed(world.now);
    EXPECT_TRUE(world.run_until([&] { return !a.dht.silent(world.now) && a.dht.good_nodes(world.now) >= 5; }, 500ms));
}

TEST_F(Moving, ComesBackWithoutBeingTold) {
    a.online = false;
    a.dht.network_changed(world.now);
    world.run_for(30s);
    a.online = true;
    EXPECT_TRUE(world.run_until([&] { return a.dht.good_nodes(world.now) >= 5; }, 30s));
}

TEST_F(Moving, SleepIsNoticed) {  // trap 50
    ASSERT_TRUE(a.dht.own_address(Endpoint::Family::v4));
    const Instant woken = a.dht.next_deadline(world.now) + 3min;
    a.dht.tick(woken);
    EXPECT_EQ(a.dht.own_address(Endpoint::Family::v4), std::nullopt);
    EXPECT_GT(a.dht.next_deadline(woken), woken);
}

TEST_F(Moving, WantedNodesAreConfirmedFirst) {
    const DhtKey wanted = world.peers[20]->dht.key();
    a.dht.search(wanted, world.now);
    world.run_for(5s);
    ASSERT_TRUE(a.found(wanted));
    std::vector<Endpoint> asked;
    world.filter = [&](const Endpoint& from, const Endpoint& to, ByteView datagram) {
        if (from == a.address && datagram[0] == wire::NodesRequest::kind) asked.push_back(to);
        return true;
    };
    a.dht.network_changed(world.now);
    ASSERT_FALSE(asked.empty());
    EXPECT_EQ(asked.front(), world.peers[20]->address);
}

// ---- silence -----------------------------------------------------------------------------------------------------

TEST(Silence, WithoutUdpNothingHappensAtAll) {
    World world(430);
    Peer& a = world.add_at(town_address(1));
    a.udp = false;
    std::vector<Node> given;
    for (Byte i = 2; i < 60; ++i) given.push_back({DhtKeyPair::generate().public_key, town_address(i)});
    for (std::size_t i = 0; i < 20; ++i) a.dht.bootstrap(given[i], world.now);
    a.dht.remember({given.begin() + 20, given.end()}, world.now);
    a.dht.search(DhtKeyPair::generate().public_key, world.now);
    a.dht.ask(given[0], given[0].key, world.now);
    a.dht.network_changed(world.now);
    EXPECT_EQ(a.dht.next_deadline(world.now), never);
    EXPECT_TRUE(a.dht.silent(world.now));
    world.run_for(600s);
    EXPECT_EQ(a.sent + a.wakes + a.calls.size(), 0U);
    const auto entries = a.dht.entry_nodes();
    EXPECT_EQ(entries.size(), 32U);
    for (const Node& entry : entries) EXPECT_NE(std::find(given.begin(), given.end(), entry), given.end());
    EXPECT_EQ(a.dht.nodes_to_save(world.now).size(), 38U) << "they are remembered on";
}

TEST(Silence, AllowedAgainEverybodyIsAskedAtOnce) {
    World world(431);
    Peer& hub = world.add_at(town_address(1));
    Peer& a = world.add_at(town_address(2));
    a.udp = false;
    a.dht.bootstrap(hub.node(), world.now);
    world.run_for(600s);
    a.udp = true;
    a.dht.network_changed(world.now);
    EXPECT_TRUE(world.run_until([&] { return !a.dht.silent(world.now) && a.dht.good_nodes(world.now) == 1; }, 200ms));
}

TEST(Silence, IsNoticedAfterASecondAndAHalfAndEndsWithTheFirstAnswer) {
    World world(432);
    Peer& hub = world.add_at(town_address(1));
    Peer& a = world.add_at(town_address(2));
    hub.online = false;
    a.dht.bootstrap(hub.node(), world.now);
    world.run_for(1400ms);
    EXPECT_FALSE(a.dht.silent(world.now));
    world.run_for(200ms);
    EXPECT_TRUE(a.dht.silent(world.now));
    EXPECT_EQ(a.dht.entry_nodes(), std::vector{hub.node()});
    hub.online = true;
    EXPECT_TRUE(world.run_until([&] { return !a.dht.silent(world.now); }, 10s));
}

TEST(Silence, TheEngineIsWokenForIt) {
    World world(433);
    Peer& a = world.add_at(town_address(1));
    a.dht.set_lan_discovery(false);
    a.dht.tick(world.now);
    EXPECT_LE(a.dht.next_deadline(world.now), world.now + 1500ms);
}

TEST(Silence, OfTheWorldIsNotBrokenByNeighbours) {
    World world(434);
    Peer& a = add_on_lan(world, 2);
    add_on_lan(world, 3);
    a.dht.bootstrap({DhtKeyPair::generate().public_key, town_address(9)}, world.now);
    world.run_for(2s);
    EXPECT_EQ(a.dht.good_nodes(world.now), 1U);
    EXPECT_TRUE(a.dht.silent(world.now));
}

TEST(Silence, WhenManyStopAnsweringIsNoticedWithTheNextKeepAlives) {
    World world(435);
    for (Byte i = 1; i <= 12; ++i) {
        world.add_at(town_address(i));
        world.peers.back()->dht.bootstrap(world.peers.front()->node(), world.now);
    }
    Peer& a = *world.peers.back();
    world.run_for(300s);
    for (int i = 0; i < 300; ++i) {
        ASSERT_FALSE(a.dht.silent(world.now));
        world.run_for(1s);
    }
    a.online = false;
    const auto noticed = world.run_until([&] { return a.dht.silent(world.now); }, 90s);
    ASSERT_TRUE(noticed);
    std::printf("UDP gone, noticed after %d s\n", static_cast<int>(*noticed / 1s));
    a.online = true;
    EXPECT_TRUE(world.run_until([&] { return !a.dht.silent(world.now); }, 30s));
}

}  // namespace
}  // namespace tox::test
