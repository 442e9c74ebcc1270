// SPDX-License-Identifier: GPL-3.0-or-later
// Which relays a path gets, which path a request gets, and what happens to paths that fail.
#include <gtest/gtest.h>

#include "engine/onion/path_pool.hpp"
#include "tests/sim/dice.hpp"

namespace tox::test {
namespace {

struct ListedNodes final : NodeSource {
    std::vector<Node> nodes;
    std::vector<Node> closest(const RawKey&, std::size_t, Scope, Instant) const override { return nodes; }
    std::vector<Node> random_nodes(std::size_t count, Instant) const override {
        return {nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(std::min(count, nodes.size()))};
    }
    std::optional<DhtKey> entry_relay(Instant) const override { return relay; }
    std::optional<DhtKey> relay{};
    std::array<std::optional<Endpoint>, 2> own_addresses() const override { return {own, {}}; }
    std::optional<Endpoint> own{};
    void add(const Endpoint& endpoint) { nodes.push_back({DhtKeyPair::generate().public_key, endpoint}); }
};

struct PathTest : testing::Test {
    PathTest() { sim::seed_engines(7); }
    void add_public(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            nodes.add(Endpoint::v4({static_cast<Byte>(50 + nodes.nodes.size()), 1, 1, 1}, 33445));
    }
    Node stranger() const { return {DhtKeyPair::generate().public_key, Endpoint::v4({9, 9, 9, 9}, 9)}; }

    ListedNodes nodes;
    HopBook book{nodes};
    DhtKeyPair self = DhtKeyPair::generate();
    PathPool pool{self, book};
    Instant now{Instant(500s)};
};

TEST_F(PathTest, WaitsForThreeNodesButNotForLong) {
    EXPECT_FALSE(book.ready(now));
    add_public(1);
    EXPECT_FALSE(book.ready(now));
    EXPECT_FALSE(book.ready(now + 1499ms));
    EXPECT_TRUE(book.ready(now + 1500ms));
    HopBook other(nodes);
    add_public(3);
    EXPECT_TRUE(other.ready(now));
}

TEST_F(PathTest, WaitsHardlyAtAllWhereAllNodesAreOnLoopback) {
    nodes.add(Endpoint::v4({127, 0, 0, 1}, 33445));
    EXPECT_FALSE(book.ready(now));
    EXPECT_TRUE(book.ready(now + 50ms));
}

TEST_F(PathTest, WaitsALittleWhereAllNodesAreOnTheLan) {
    nodes.add(Endpoint::v4({192, 168, 1, 2}, 33445));
    EXPECT_FALSE(book.ready(now));
    EXPECT_FALSE(book.ready(now + 249ms));
    EXPECT_TRUE(book.ready(now + 250ms));
}

// Without UDP a path begins at a relay, which needs no address, and goes on through nodes that others told us of.
TEST_F(PathTest, BeginsAtARelayWhileThereIsNoUdp) {
    nodes.relay = DhtKeyPair::generate().public_key;
    EXPECT_FALSE(book.ready(now));
    EXPECT_FALSE(book.choose(stranger(), now));
    for (int i = 0; i < 3; ++i) {
        add_public(1);
        EXPECT_TRUE(book.ready(now));
        const Hops hops = *book.choose(stranger(), now);
        EXPECT_EQ(hops[0].key, *nodes.relay);
        EXPECT_TRUE(hops[1].endpoint.is_usable());
        EXPECT_TRUE(hops[2].endpoint.is_usable());
        EXPECT_TRUE(OnionPath::make(hops, self)->begins_at_relay());
    }
}

// The relay is a node as well, often the only one: it may stand behind itself.
TEST_F(PathTest, ARelayThatIsTheOnlyNodeServesForAllHops) {
    add_public(1);
    nodes.relay = nodes.nodes[0].key;
    const Hops hops = *book.choose(stranger(), now);
    EXPECT_FALSE(hops[0].endpoint.is_usable());
    EXPECT_EQ(hops[1], nodes.nodes[0]);
    EXPECT_EQ(hops[2], nodes.nodes[0]);
}

TEST_F(PathTest, PathsAreBuiltAnewWhenUdpGoesOrComes) {
    add_public(6);
    const PathId direct = pool.pick(stranger(), now)->id;
    nodes.relay = DhtKeyPair::generate().public_key;
    EXPECT_EQ(pool.trusted(direct, stranger(), now), nullptr);
    const Path* relayed = pool.pick(stranger(), now);
    EXPECT_TRUE(relayed->onion.begins_at_relay());
    const PathId id = relayed->id;
    nodes.relay.reset();
    EXPECT_EQ(pool.trusted(id, stranger(), now), nullptr);
    EXPECT_FALSE(pool.pick(stranger(), now)->onion.begins_at_relay());
}

TEST_F(PathTest, ABrokenPathIsNotUsedAgain) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.broken(id);
    EXPECT_EQ(pool.find(id), nullptr);
    EXPECT_NE(pool.pick(stranger(), now), nullptr);
}

TEST_F(PathTest, ThreeNodesGiveThreeDifferentHops) {
    add_public(3);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(OnionPath::make(*book.choose(stranger(), now), self)->distinct());
}

TEST_F(PathTest, TwoAndOneStillGiveAPathAfterAWait) {
    EXPECT_FALSE(book.choose(stranger(), now));
    add_public(1);
    EXPECT_FALSE(book.choose(stranger(), now));
    const Instant later = now + HopBook::patience;
    EXPECT_EQ((*book.choose(stranger(), later))[2].key, nodes.nodes[0].key);
    add_public(1);
    const Hops two = *book.choose(stranger(), later);
    EXPECT_NE(two[0].key, two[1].key);
}

// R17: not in any network, not on a fresh path nor on one of before, however few nodes there are.
TEST_F(PathTest, R17NoPathLeadsThroughTheNodeAtItsEnd) {
    for (const std::size_t known : {2U, 3U, 4U, 5U, 8U, 16U, 64U}) {
        nodes.nodes.clear();
        add_public(known);
        HopBook fresh(nodes);
        PathPool paths(self, fresh);
        fresh.ready(now);
        const Instant later = now + HopBook::lone_patience;
        for (int i = 0; i < 300; ++i) {
            const Node& to = nodes.nodes[static_cast<std::size_t>(i) % known];
            Path* path = paths.pick(to, later);
            ASSERT_NE(path, nullptr) << known;
            EXPECT_FALSE(path->onion.leads_through(to)) << known << " nodes, request " << i;
            EXPECT_TRUE(known < 4 || path->onion.distinct()) << known;
            paths.sent(path->id);
            if (i % 3 == 0) paths.answered(path->id, 10ms, later);
            if (i % 2 == 0) paths.finished(path->id);
        }
    }
}

// Ping ids are good for one path: a path must not be given up because another node is asked next.
TEST_F(PathTest, R17TheSameNodesKeepTheirPaths) {
    add_public(4);
    book.ready(now);
    std::map<DhtKey, PathId> ids;
    for (const Node& node : nodes.nodes) pool.pick(node, now);
    for (int i = 0; i < 40; ++i)
        for (const Node& node : nodes.nodes) {
            const PathId id = pool.pick(node, now)->id;
            if (i == 10) ids[node.key] = id;
            if (i > 10) {
                EXPECT_TRUE(pool.trusted(ids[node.key], node, now));
            }
        }
}

TEST_F(PathTest, R17AnotherAddressOfTheSameNodeIsTheSameNode) {
    add_public(1);
    nodes.add(Endpoint::v4({50, 1, 1, 1}, 33445));  // another key, the same place
    add_public(2);
    book.ready(now);
    for (int i = 0; i < 50; ++i) {
        const auto hops = book.choose(nodes.nodes[0], now + HopBook::patience);
        ASSERT_TRUE(hops);
        for (const Node& hop : *hops) EXPECT_NE(hop.endpoint, nodes.nodes[0].endpoint);
    }
}

// With one node we rather wait for others; then it is that or nothing.
TEST_F(PathTest, R17TheOnlyNodeIsItsOwnHopAfterALongWait) {
    add_public(1);
    EXPECT_FALSE(pool.pick(nodes.nodes[0], now));
    EXPECT_FALSE(pool.pick(nodes.nodes[0], now + HopBook::lone_patience - 1ms));
    const Instant later = now + HopBook::lone_patience;
    ASSERT_TRUE(pool.pick(nodes.nodes[0], later));
    const PathId id = pool.pick(nodes.nodes[0], later)->id;
    EXPECT_TRUE(pool.trusted(id, nodes.nodes[0], later));
    add_public(1);  // another one comes
    EXPECT_FALSE(pool.trusted(id, nodes.nodes[0], later));
    EXPECT_FALSE(pool.pick(nodes.nodes[0], later)->onion.leads_through(nodes.nodes[0]));
}

// R17: one operator does not get two places on a path, nor a place on the path to himself; nor does our own other
// account.
TEST_F(PathTest, R17HopsAreApartFromEachOtherFromTheEndAndFromUs) {
    for (Byte i = 1; i < 6; ++i) nodes.add(Endpoint::v4({80, 80, 80, i}, 33445));
    nodes.own = Endpoint::v4({90, 1, 1, 1}, 33445);
    nodes.add(Endpoint::v4({90, 1, 1, 1}, 33446));
    add_public(3);
    const Node end{DhtKeyPair::generate().public_key, Endpoint::v4({80, 80, 80, 9}, 1)};
    for (int i = 0; i < 100; ++i) {
        const auto hops = book.choose(end, now);
        ASSERT_TRUE(hops);
        for (const Node& hop : *hops) EXPECT_TRUE(hop.endpoint.address[0] >= 50 && hop.endpoint.address[0] < 80);
    }
}

TEST_F(PathTest, HopsOfOneNetworkAreAvoided) {
    for (Byte i = 1; i < 10; ++i) nodes.add(Endpoint::v4({80, 80, i, 1}, 33445));
    add_public(2);
    for (int i = 0; i < 100; ++i) {
        const auto hops = *book.choose(stranger(), now);
        EXPECT_LE(std::count_if(hops.begin(), hops.end(), [](const Node& n) { return n.endpoint.address[0] == 80; }),
                  1);
    }
}

TEST_F(PathTest, TheDestinationIsNotAHopWhereThatCanBeAvoided) {
    add_public(12);
    for (std::size_t i = 0; i < PathPool::size; ++i) pool.pick(stranger(), now);
    for (const Node& node : nodes.nodes) EXPECT_FALSE(pool.pick(node, now)->onion.leads_through(node));
}

TEST_F(PathTest, SixRequestsAtOnceTakeSixPaths) {
    add_public(12);
    std::set<PathId> ids;
    for (std::size_t i = 0; i < PathPool::size; ++i) ids.insert(pool.pick(stranger(), now)->id);
    EXPECT_EQ(ids.size(), PathPool::size);
    EXPECT_TRUE(ids.contains(pool.pick(stranger(), now)->id));
}

TEST_F(PathTest, APathThatNeverWorkedIsReplacedAfterTwoLosses) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.lost({id, false, 1}, now);
    EXPECT_TRUE(pool.find(id));
    EXPECT_FALSE(pool.find(id)->dead(now));
    pool.lost({id, false, 1}, now);
    EXPECT_TRUE(pool.find(id)->dead(now));
    pool.pick(stranger(), now);
    EXPECT_FALSE(pool.find(id));
}

TEST_F(PathTest, AProvenPathIsSuspectedAfterTwoLossesAndDeadAfterFour) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.answered(id, 400ms, now);
    for (int losses = 1; losses <= 4; ++losses) {
        EXPECT_FALSE(pool.find(id)->dead(now));
        EXPECT_EQ(pool.trusted(id, stranger(), now) != nullptr, losses <= 2);
        pool.lost({id, true, 1}, now);
    }
    EXPECT_TRUE(pool.find(id)->dead(now));
}

TEST_F(PathTest, ASilentStrangerIsNotThePathsFault) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.answered(id, 400ms, now);
    for (int i = 0; i < 10; ++i) pool.lost({id, false, 1}, now + 5s);
    EXPECT_TRUE(pool.trusted(id, stranger(), now + 5s));
}

TEST_F(PathTest, NoPathOutlivesTwentyMinutes) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.answered(id, 400ms, now);
    EXPECT_TRUE(pool.trusted(id, stranger(), now + 1199s));
    EXPECT_FALSE(pool.trusted(id, stranger(), now + 1200s));
}

TEST_F(PathTest, PatienceFollowsTheRoundTrips) {
    add_public(6);
    const PathId id = pool.pick(stranger(), now)->id;
    pool.answered(id, 10ms, now);
    EXPECT_EQ(pool.find(id)->patience().lost, 1500ms);
    for (int i = 0; i < 50; ++i) pool.answered(id, 1s, now);
    EXPECT_GT(pool.find(id)->patience().lost, 2900ms);
    EXPECT_LE(pool.find(id)->patience().lost, 3s);
}

TEST_F(PathTest, ProvenHopsArePreferredAndBlamedOnesAvoided) {
    add_public(10);
    const Hops good{nodes.nodes[0], nodes.nodes[1], nodes.nodes[2]};
    const Hops bad{nodes.nodes[3], nodes.nodes[4], nodes.nodes[5]};
    book.succeeded(good, now);
    book.failed(bad, now);
    for (int i = 0; i < 100; ++i) {
        unsigned proven = 0;
        const Hops hops = *book.choose(stranger(), now);
        for (const Node& hop : hops) {
            for (const Node& other : bad) EXPECT_NE(hop.key, other.key);
            for (const Node& other : good) proven += hop.key == other.key ? 1U : 0U;
        }
        EXPECT_GE(proven, 2U);
    }
}

TEST_F(PathTest, APathOfFewHopsGivesWayWhenThereAreThree) {
    add_public(1);
    book.ready(now);
    now += HopBook::patience;
    for (std::size_t i = 0; i < PathPool::size; ++i) EXPECT_FALSE(pool.pick(stranger(), now)->onion.distinct());
    add_public(4);
    for (std::size_t i = 0; i < 2 * PathPool::size; ++i) pool.pick(stranger(), now);
    EXPECT_TRUE(pool.pick(stranger(), now)->onion.distinct());
}

}  // namespace
}  // namespace tox::test
