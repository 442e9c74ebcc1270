// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the DHT one by one: distance, lists, outstanding requests, waiting lines, budgets, the vote on our
// own address.
#include <gtest/gtest.h>

#include "engine/dht/follow_ups.hpp"
#include "engine/dht/lists.hpp"
#include "engine/dht/own_address.hpp"
#include "engine/dht/requests.hpp"
#include "engine/dht/searches.hpp"
#include "engine/dht/seeds.hpp"

namespace tox::dht {
namespace {

const Instant start{std::chrono::hours(1)};

Endpoint place(std::uint16_t n) {
    return Endpoint::v4({45, 0, static_cast<Byte>(n >> 8U), static_cast<Byte>(n)}, 33445);
}
Node some_node(std::uint16_t n) { return {DhtKeyPair::generate().public_key, place(n)}; }
DhtKey key_at(Byte first, Byte second = 0) {
    RawKey raw{first, second, 9};
    return *DhtKey::from(raw);
}

TEST(Distance, IsXorFromTheFrontOn) {
    const RawKey target{0x80};
    EXPECT_TRUE(closer(target, {0x81}, {0x00}));
    EXPECT_TRUE(closer(target, {0x80, 1}, {0x80, 2}));
    EXPECT_FALSE(closer(target, {0x80, 2}, {0x80, 1}));
    EXPECT_FALSE(closer(target, target, target));
    EXPECT_EQ(common_bits({0x80}, {0x00}), 0U);
    EXPECT_EQ(common_bits({0x01}, {0x00}), 7U);
    EXPECT_EQ(common_bits({0, 0x40}, {}), 9U);
    EXPECT_EQ(common_bits(target, target), 256U);
}

TEST(NearList, KeepsTheNearestAndNeverPutsOutAGoodNearerOne) {
    NodeTable table;
    NearList list(RawKey{});
    for (Byte i = 100; i > 0; --i) {
        KnownNode& node = table.confirm({key_at(i), place(i)}, start);
        list.place(node, table, start);
        table.drop_unheld(node);
    }
    ASSERT_EQ(list.nodes().size(), 8U);
    for (Byte i = 0; i < 8; ++i) EXPECT_EQ(list.nodes()[i]->key, key_at(static_cast<Byte>(i + 1)));
    EXPECT_EQ(table.nodes().size(), 8U);
    EXPECT_FALSE(list.would_take(key_at(9), start));
    EXPECT_FALSE(list.would_take(key_at(3), start));  // it is there
    EXPECT_TRUE(list.would_take(key_at(0), start));
    EXPECT_TRUE(list.would_take(key_at(200), start + good_time));  // better than a silent one
    list.clear(table);
    EXPECT_TRUE(table.nodes().empty());
}

TEST(Buckets, HoldEightEach) {
    NodeTable table;
    Buckets buckets(key_at(0));
    for (Byte i = 0; i < 20; ++i) {
        KnownNode& node = table.confirm({key_at(0x80, i), place(i)}, start);
        EXPECT_EQ(buckets.place(node, table, start), i < 8);
        table.drop_unheld(node);
    }
    EXPECT_EQ(table.nodes().size(), 8U);
    EXPECT_TRUE(buckets.would_take(key_at(0x40), start));
    EXPECT_TRUE(buckets.would_take(key_at(0x80, 99), start + good_time));
}

TEST(NodeTable, AgesOfNodes) {
    NodeTable table;
    KnownNode& node = table.confirm({key_at(1), place(1)}, start);
    EXPECT_TRUE(node.good(start + 121s));
    EXPECT_FALSE(node.good(start + 122s));
    EXPECT_TRUE(node.alive(start + 181s));
    EXPECT_FALSE(node.alive(start + 182s));
    EXPECT_EQ(table.good(start + 121s), 1U);
    EXPECT_EQ(table.good(start + 122s), 0U);
}

TEST(Requests, AreBounded) {
    Requests requests;
    for (std::uint16_t i = 0; i < 2000; ++i) requests.note({Asked::What::ping, some_node(i), {}, true, false, start});
    EXPECT_EQ(requests.size(), most_requests);
    const Node last = some_node(1);
    const auto id = requests.note({Asked::What::ping, last, {}, true, false, start + 5s});
    EXPECT_EQ(requests.size(), 1U);
    EXPECT_FALSE(requests.take(id, last, Asked::What::nodes, start + 6s));
    EXPECT_FALSE(requests.take(id, last, Asked::What::ping, start + 10s));
}

TEST(FollowUps, NearestFirstUrgentBeforeAllBounded) {
    FollowUps waiting;
    for (std::uint16_t i = 0; i < 1000; ++i) waiting.add({some_node(i), RawKey{}, true, false});
    EXPECT_EQ(waiting.size(), FollowUps::most);
    waiting.add({{key_at(0), place(1)}, RawKey{}, true, false});
    waiting.add({{key_at(0x7f), place(2)}, RawKey{}, false, true});
    EXPECT_EQ(waiting.take()->node.key, key_at(0x7f));
    EXPECT_EQ(waiting.take()->node.key, key_at(0));
}

TEST(TokenBucket, GivesItsRate) {
    TokenBucket bucket(10, 5);
    int taken = 0;
    for (Instant now = start; now < start + 10s; now += 1ms) taken += bucket.take(now) ? 1 : 0;
    EXPECT_GE(taken, 103);
    EXPECT_LE(taken, 105);
    const Instant end = start + 20s;
    while (bucket.take(end)) {
    }
    EXPECT_GT(bucket.next(), end);
    EXPECT_TRUE(bucket.take(bucket.next()));
}

TEST(OwnAddress, TwoAgreeOrOneIsAlone) {
    OwnAddress alone;
    EXPECT_TRUE(alone.vote(some_node(1), place(99), 1, start));
    EXPECT_EQ(alone.of(Endpoint::Family::v4), place(99));

    OwnAddress own;
    EXPECT_FALSE(own.vote(some_node(1), place(98), 5, start));  // one liar
    EXPECT_FALSE(own.vote(some_node(2), place(99), 5, start));
    EXPECT_TRUE(own.vote(some_node(3), place(99), 5, start));
    EXPECT_EQ(own.of(Endpoint::Family::v4), place(99));
    EXPECT_FALSE(own.vote(some_node(4), place(99), 5, start));  // no change
    EXPECT_FALSE(own.vote(some_node(5), *Endpoint::parse("192.168.1.1", 5), 5, start));
    EXPECT_EQ(own.of(Endpoint::Family::v6), std::nullopt);
}

TEST(OwnAddress, OneNodeHasOneVote) {
    OwnAddress own;
    const Node liar = some_node(1);
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(own.vote(liar, place(98), 5, start));
}

TEST(OwnAddress, OurHostsWordCountsUntilOthersSpeak) {
    OwnAddress own;
    EXPECT_FALSE(own.suppose(Endpoint::v4({}, 5)));
    EXPECT_TRUE(own.suppose(place(98)));
    EXPECT_FALSE(own.suppose(place(97)));
    EXPECT_EQ(own.of(Endpoint::Family::v4), place(98));
    EXPECT_FALSE(own.vote(some_node(1), place(99), 5, start));
    EXPECT_TRUE(own.vote(some_node(2), place(99), 5, start));
    EXPECT_EQ(own.of(Endpoint::Family::v4), place(99));
}

TEST(Seeds, BackOffAndForget) {
    Seeds seeds;
    seeds.add(some_node(1), start);
    Instant now = start;
    std::vector<Duration> pauses;
    for (int i = 0; i < 12; ++i) {
        ASSERT_TRUE(seeds.take(now, false));
        EXPECT_FALSE(seeds.take(now, false));
        pauses.push_back(seeds.next() - now);
        now = seeds.next();
    }
    EXPECT_LE(pauses[0], 1200ms);
    EXPECT_GE(pauses[3], 6400ms);
    EXPECT_LE(pauses[11], 288s);
    for (std::uint16_t i = 0; i < 1000; ++i) seeds.add(some_node(i), now);
    std::vector<Node> saved;
    for (std::uint16_t i = 0; i < 1000; ++i) saved.push_back(some_node(i));
    seeds.remember(saved, now);
    EXPECT_EQ(seeds.size(), Seeds::most_bootstrap + Seeds::most_saved);
}

TEST(Seeds, EachIsAskedOnceBeforeAnyIsAskedTwice) {
    Seeds seeds;
    std::set<DhtKey> asked;
    for (std::uint16_t i = 0; i < 200; ++i) seeds.add(some_node(i), start);
    for (int i = 0; i < 200; ++i) asked.insert(seeds.take(start + i * 50ms, false)->node.key);
    EXPECT_EQ(asked.size(), 200U);
}

TEST(Seeds, TheBestSavedOnesFirstAndTheGivenOnesInAnyOrder) {
    std::vector<Node> saved, given;
    for (std::uint16_t i = 1000; i < 1020; ++i) saved.push_back(some_node(i));
    for (std::uint16_t i = 0; i < 20; ++i) given.push_back(some_node(i));
    unsigned in_order = 0;
    for (int run = 0; run < 20; ++run) {
        Seeds seeds;
        seeds.remember(saved, start);
        for (const Node& node : given) seeds.add(node, start);
        std::vector<Node> best, others;
        for (int i = 0; i < 40; ++i) {
            const Node node = seeds.take(start, false)->node;
            (std::find(saved.begin(), saved.end(), node) != saved.end() ? best : others).push_back(node);
        }
        EXPECT_EQ(best, saved);
        EXPECT_EQ(others.size(), given.size());
        in_order += others.front() == given.front() ? 1U : 0U;
    }
    EXPECT_LT(in_order, 10U);
}

// What one contact's end means to another who seeks the same node: nothing.
TEST(Searches, EndWithTheLastOfThoseWhoSeek) {
    Searches searches;
    NodeTable table;
    const DhtKey wanted = DhtKeyPair::generate().public_key;
    const RawKey one{1}, two{2};
    ASSERT_TRUE(searches.start(wanted, one));
    EXPECT_EQ(searches.start(wanted, two), searches.find(wanted));
    searches.start(wanted, two);  // once more: still one interest
    searches.stop(wanted, two, table);
    EXPECT_TRUE(searches.find(wanted));
    searches.stop(wanted, two, table);
    EXPECT_TRUE(searches.find(wanted));
    searches.stop(wanted, one, table);
    EXPECT_FALSE(searches.find(wanted));
}

}  // namespace
}  // namespace tox::dht
