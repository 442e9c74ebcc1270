// SPDX-License-Identifier: GPL-3.0-or-later
// What one run learns of the onion and the next begins with.
#include <gtest/gtest.h>

#include "engine/onion/hop_book.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

struct MemoryTest : testing::Test {
    MemoryTest() { net.add_nodes(20); }

    // Nobody else knows of this node: whoever asks it remembers it.
    Node unheard_of() { return {DhtKeyPair::generate().public_key, Endpoint::v4({127, 0, 0, 1}, next_port++)}; }
    std::size_t asked(const Node& node) const {
        return requests.contains(node.endpoint) ? requests.at(node.endpoint) : 0;
    }
    void count_requests() {
        net.tap = [this](const Endpoint&, const Endpoint& to, ByteView datagram) {
            if (datagram[0] == 0x83) ++requests[to];
        };
    }
    static const NodesNear* near(const OnionMemory& memory, const LongTermKey& key) {
        const auto found = std::find_if(memory.near.begin(), memory.near.end(),
                                        [&](const NodesNear& near) { return near.key == key; });
        return found == memory.near.end() ? nullptr : &*found;
    }

    SmallNetwork net;
    std::map<Endpoint, std::size_t> requests;
    std::uint16_t next_port = 50000;
};

TEST_F(MemoryTest, HoldsTheStoringNodesOfAContactAndOfOurselves) {
    Client& alice = net.add_client();
    Client& bob = net.add_client();
    net.run_for(2s);
    alice.onion.search(bob.key(), net.now());
    net.run_for(2s);
    const OnionMemory memory = alice.onion.memory(net.now());
    for (const LongTermKey& key : {alice.key(), bob.key()}) {
        const NodesNear* found = near(memory, key);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->nodes.size(), NodesNear::most);
        EXPECT_GE(found->heard + 4s, net.now());
        for (const Node& node : found->nodes)
            EXPECT_TRUE(std::any_of(net.members().begin(), net.members().end(), [&](const auto& member) {
                return member->node() == node && member->store.size() > 0;
            }));
    }
    EXPECT_FALSE(memory.hops.empty());
    EXPECT_LE(memory.hops.size(), OnionMemory::most_hops);
}

TEST_F(MemoryTest, OutlivesTheSearchButNotTheContact) {
    Client& alice = net.add_client();
    Client& bob = net.add_client();
    alice.onion.search(bob.key(), net.now());
    net.run_for(2s);
    alice.onion.stop(bob.key());
    EXPECT_TRUE(near(alice.onion.memory(net.now()), bob.key()));
    alice.onion.forget(bob.key());
    EXPECT_FALSE(near(alice.onion.memory(net.now()), bob.key()));
    alice.onion.search(bob.key(), net.now());
    net.run_for(2s);
    alice.onion.forget(bob.key());
    EXPECT_FALSE(near(alice.onion.memory(net.now()), bob.key()));
}

TEST_F(MemoryTest, BeforeAnybodyAnswersWhatEarlierRunsFoundIsKept) {
    Client& alice = net.add_client();
    const LongTermKey bob = LongTermKeyPair::generate().public_key;
    const Node there = unheard_of();
    alice.onion.remember({{}, {{bob, {there}, net.now()}, {alice.key(), {there}, net.now()}}}, net.now());
    alice.onion.search(bob, net.now());
    alice.onion.stop(bob);
    const OnionMemory memory = alice.onion.memory(net.now());
    for (const LongTermKey& key : {bob, alice.key()}) {
        ASSERT_TRUE(near(memory, key));
        EXPECT_EQ(near(memory, key)->nodes, std::vector{there});
        EXPECT_EQ(near(memory, key)->heard, net.now());
    }
}

TEST_F(MemoryTest, TheFirstRoundAsksTheNodesOfTheLastRun) {
    Client& alice = net.add_client();
    const LongTermKey bob = LongTermKeyPair::generate().public_key;
    const Node near_bob = unheard_of(), near_us = unheard_of(), long_ago = unheard_of();
    const LongTermKey carol = LongTermKeyPair::generate().public_key;
    count_requests();
    alice.onion.remember({{},
                          {{bob, {near_bob}, net.now() - 24h},
                           {alice.key(), {near_us}, net.now() - 24h},
                           {carol, {long_ago}, net.now() - OnionMemory::lasts - 1s}}},
                         net.now());
    alice.onion.search(bob, net.now());
    alice.onion.search(carol, net.now());
    net.run_for(500ms);
    EXPECT_GE(asked(near_bob), 1U);
    EXPECT_GE(asked(near_us), 1U);
    EXPECT_EQ(asked(long_ago), 0U);
    requests.clear();
    net.run_for(10min);  // others have answered: it is asked no more
    EXPECT_EQ(asked(near_bob), 0U);
    EXPECT_EQ(asked(near_us), 0U);
}

struct ListedNodes final : NodeSource {
    std::vector<Node> nodes;
    std::vector<Node> closest(const RawKey&, std::size_t, Scope, Instant) const override { return nodes; }
    std::vector<Node> random_nodes(std::size_t count, Instant) const override {
        return {nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(std::min(count, nodes.size()))};
    }
};

struct HopMemoryTest : testing::Test {
    HopMemoryTest() {
        sim::seed_engines(11);
        for (Byte i = 0; i < 12; ++i)
            source.nodes.push_back({DhtKeyPair::generate().public_key, Endpoint::v4({Byte(50 + i), 1, 1, 1}, 33445)});
    }
    Hops hops(std::size_t first) const {
        return {source.nodes[first], source.nodes[first + 1], source.nodes[first + 2]};
    }

    ListedNodes source;
    HopBook book{source};
    Instant now{Instant(500s)};  // soon after the machine was started: what is remembered is before its time
};

TEST_F(HopMemoryTest, RelaysThatWorkedArePreferredInTheNextRun) {
    book.succeeded(hops(9), now);
    HopBook next(source);
    next.remember(book.proven(now), now);
    int used = 0;
    for (int i = 0; i < 100; ++i) {
        const auto path = next.choose({DhtKeyPair::generate().public_key, Endpoint::v4({9, 9, 9, 9}, 9)}, now);
        for (const Node& hop : *path)
            used += std::find(source.nodes.begin() + 9, source.nodes.end(), hop) != source.nodes.end() ? 1 : 0;
    }
    EXPECT_GE(used, 200) << "of 300: at most one hop of a path is a trial";
}

TEST_F(HopMemoryTest, OnlyWhatWorkedLatelyAndIsNotBlamedIsWorthKeeping) {
    book.succeeded(hops(0), now);
    book.succeeded(hops(3), now + 1min);
    book.failed(hops(3), now + 2min);  // all three proven: any may be to blame
    std::vector<ProvenHop> kept = book.proven(now + 2min);
    ASSERT_EQ(kept.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_TRUE(
            std::any_of(kept.begin(), kept.end(), [&](const ProvenHop& hop) { return hop.node == source.nodes[i]; }));
    kept = book.proven(now + 2min + HopBook::blame_lasts);
    ASSERT_EQ(kept.size(), 6U);
    EXPECT_EQ(kept.front().worked, now + 1min);
    EXPECT_EQ(book.proven(now + OnionMemory::lasts + 1s).size(), 3U);
    EXPECT_TRUE(book.proven(now + OnionMemory::lasts + 2min).empty());
}

TEST_F(HopMemoryTest, OldOnesAndThoseAtARelayAreNotKept) {
    book.remember({{source.nodes[0], now - OnionMemory::lasts - 1s}, {source.nodes[1], now - 48h}}, now);
    ASSERT_EQ(book.proven(now).size(), 1U);
    EXPECT_EQ(book.proven(now).front().node, source.nodes[1]);
    EXPECT_EQ(book.proven(now).front().worked, now - 48h);
    Hops at_relay = hops(4);
    at_relay[0].endpoint = {};
    book.succeeded(at_relay, now);
    EXPECT_EQ(book.proven(now).size(), 3U);
}

TEST_F(HopMemoryTest, HasABound) {
    for (int i = 0; i < 100; ++i) {
        const Node node{DhtKeyPair::generate().public_key, Endpoint::v4({60, 1, 1, 1}, 33445)};
        book.succeeded({node, node, node}, now + i * 1s);
    }
    const auto kept = book.proven(now + 100s);
    ASSERT_EQ(kept.size(), OnionMemory::most_hops);
    EXPECT_EQ(kept.front().worked, now + 99s);
    EXPECT_EQ(kept.back().worked, now + 68s);
}

}  // namespace
}  // namespace tox::test
