// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that outlive a run: which ones, in which order, and how the next run uses them.
#include <gtest/gtest.h>

#include "engine/dht/seeds.hpp"
#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

Endpoint saved_address(Byte group, Byte number) { return Endpoint::v4({45, group, 0, number}, 33445); }

TEST(Saving, LongestKnownFirstAndFromDifferentNetworks) {
    World world(450);
    Peer& a = world.add_at(saved_address(200, 1));
    for (Byte i = 1; i <= 3; ++i) {  // three of one network, then one of another
        world.add_at(saved_address(7, i));
        a.dht.bootstrap(world.peers.back()->node(), world.now);
        world.run_for(10s);
    }
    a.dht.bootstrap(world.add_at(saved_address(8, 1)).node(), world.now);
    world.run_for(10s);
    const auto saved = a.dht.nodes_to_save(world.now);
    ASSERT_EQ(saved.size(), 4U);
    EXPECT_EQ(saved[0], world.peers[1]->node());
    EXPECT_EQ(saved[1], world.peers[4]->node());
    EXPECT_EQ(saved[2], world.peers[2]->node());
    EXPECT_EQ(saved[3], world.peers[3]->node());
}

TEST(Saving, SilentOnesComeLast) {
    World world(451);
    Peer& a = world.add_at(saved_address(200, 1));
    for (Byte i = 1; i <= 3; ++i) {
        world.add_at(saved_address(i, 1));
        a.dht.bootstrap(world.peers.back()->node(), world.now);
        world.run_for(10s);
    }
    const Node gone = world.peers[1]->node();
    world.peers[1]->online = false;
    world.run_for(300s);
    const auto saved = a.dht.nodes_to_save(world.now);
    ASSERT_EQ(saved.size(), 3U);
    EXPECT_EQ(saved.back(), gone);
}

TEST(Saving, IsBounded) {
    World world(452);
    Peer& a = world.add_at(saved_address(200, 1));
    a.udp = false;
    std::vector<Node> many;
    for (int i = 0; i < 1000; ++i)
        many.push_back({DhtKeyPair::generate().public_key,
                        saved_address(static_cast<Byte>(i / 250), static_cast<Byte>(i % 250 + 1))});
    a.dht.remember(many, world.now);
    a.dht.remember(many, world.now);
    many.resize(dht::Seeds::most_saved);
    EXPECT_EQ(a.dht.nodes_to_save(world.now), many) << "in the order of their worth";
}

TEST(Saving, SavedAndGivenNodesAreTriedTogetherAFewAtATime) {  // notes 12.3
    World world(453);
    Peer& a = world.add_at(saved_address(200, 1));
    std::map<Instant, std::size_t> asked;
    std::set<Endpoint> places;
    world.stray = [&](const Endpoint&, const Endpoint& to, ByteView) {
        ++asked[world.now];
        places.insert(to);
    };
    world.filter = [&](const Endpoint&, const Endpoint& to, ByteView) {
        ++asked[world.now];
        places.insert(to);
        return false;
    };
    std::vector<Node> saved;
    for (Byte i = 1; i <= 40; ++i) saved.push_back({DhtKeyPair::generate().public_key, saved_address(i, 1)});
    a.dht.remember(saved, world.now);
    for (Byte i = 1; i <= 4; ++i) a.dht.bootstrap({DhtKeyPair::generate().public_key, saved_address(i, 2)}, world.now);
    world.run_for(200ms);
    for (Byte i = 1; i <= 4; ++i) EXPECT_TRUE(places.contains(saved_address(i, 2))) << "given";
    for (Byte i = 1; i <= 6; ++i) EXPECT_TRUE(places.contains(saved_address(i, 1))) << "the best saved ones";
    EXPECT_LE(places.size(), 24U);
    for (const auto& [when, count] : asked) EXPECT_LE(count, 8U);  // two questions for each
}

TEST(Saving, EntriesArePublicOnesFirstAndEachNodeOnce) {
    dht::Seeds seeds;
    const Instant now{std::chrono::hours(1)};
    const Node node{DhtKeyPair::generate().public_key, saved_address(1, 1)};
    const Node lan{DhtKeyPair::generate().public_key, Endpoint::v4({192, 168, 1, 1}, 33445)};
    seeds.add(lan, now);
    seeds.add({node.key, *Endpoint::parse("2001:db8::1", 33445)}, now);
    seeds.remember({node}, now);
    EXPECT_EQ(seeds.entries(), (std::vector{node, lan}));
    seeds.answered(node);
    EXPECT_EQ(seeds.entries(), (std::vector{node, lan})) << "also who has answered";
}

}  // namespace
}  // namespace tox::test
