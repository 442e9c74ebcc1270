// SPDX-License-Identifier: GPL-3.0-or-later
// Announcing, searching and data packets over whole networks, from one node to twenty.
#include <gtest/gtest.h>

#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

Bytes hello() { return {156, 1, 2, 3}; }

struct Case {
    std::size_t nodes;
    Duration latency;
    Duration allowed;  // from cold start to the first storing node of the other
};

class Networks : public testing::TestWithParam<Case> {};

TEST_P(Networks, ColdClientsFindEachOtherAndTalk) {
    SmallNetwork net(GetParam().latency);
    net.add_nodes(GetParam().nodes);
    Client& alice = net.add_client();
    Client& bob = net.add_client();
    const Instant start = net.now();
    alice.onion.search(bob.key(), net.now());
    bob.onion.search(alice.key(), net.now());
    ASSERT_TRUE(net.run_until([&] { return alice.stored[bob.key()] > 0 && bob.stored[alice.key()] > 0; }, 60s));
    const Duration took = net.since(start);
    EXPECT_LE(took, GetParam().allowed);
    std::printf("%zu nodes, %lld ms per hop: both stored after %lld ms\n", GetParam().nodes,
                static_cast<long long>(GetParam().latency / 1ms), static_cast<long long>(took / 1ms));

    EXPECT_GE(alice.onion.send(bob.key(), hello(), net.now()), 1U);
    ASSERT_TRUE(net.run_until([&] { return !bob.received.empty(); }, 2s));
    EXPECT_EQ(bob.received.front().first, alice.key());
    EXPECT_EQ(bob.received.front().second, hello());
}

INSTANTIATE_TEST_SUITE_P(Sizes, Networks,
                         testing::Values(Case{1, 1ms, 5s}, Case{1, 50ms, 5s}, Case{2, 1ms, 5s}, Case{2, 50ms, 5s},
                                         Case{3, 1ms, 5s}, Case{3, 50ms, 5s}, Case{20, 1ms, 5s}, Case{20, 50ms, 5s}));

struct Warm : testing::TestWithParam<Case> {};

TEST_P(Warm, AColdClientFindsARunningOneAtNetworkSpeed) {
    SmallNetwork net(GetParam().latency);
    net.add_nodes(GetParam().nodes);
    Client& bob = net.add_client();
    net.run_for(10s);
    Client& alice = net.add_client();
    const Instant start = net.now();
    alice.onion.search(bob.key(), net.now());
    ASSERT_TRUE(net.run_until([&] { return alice.stored[bob.key()] > 0; }, 60s));
    EXPECT_LE(net.since(start), GetParam().allowed);
    std::printf("%zu nodes, %lld ms per hop: running contact found after %lld ms\n", GetParam().nodes,
                static_cast<long long>(GetParam().latency / 1ms), static_cast<long long>(net.since(start) / 1ms));
}

// 8 legs there and back, once more where the first nodes asked do not store; the smallest network adds the wait for a
// third node.
INSTANTIATE_TEST_SUITE_P(Sizes, Warm,
                         testing::Values(Case{1, 1ms, 100ms}, Case{3, 1ms, 20ms}, Case{20, 1ms, 50ms},
                                         Case{3, 50ms, 500ms}, Case{20, 50ms, 900ms}));

struct Weather : testing::Test {
    explicit Weather() { net.add_nodes(20); }
    // Until a data packet sent at every storing node's answer has arrived.
    Duration talk(Duration at_most) {
        Client& alice = net.add_client();
        bob = &net.add_client();
        alice.onion.search(bob->key(), net.now());
        alice.when_stored = [&](const LongTermKey& contact) { alice.onion.send(contact, hello(), net.now()); };
        const Instant start = net.now();
        EXPECT_TRUE(net.run_until([&] { return !bob->received.empty(); }, at_most));
        alice.when_stored = nullptr;
        return net.since(start);
    }
    SmallNetwork net{20ms};
    Client* bob = nullptr;
};

TEST_F(Weather, LosesAThirdOfAllDatagramsAndStillArrives) {
    net.loss_percent = 30;  // of each of 8 legs: 6 of 100 requests are answered
    std::printf("30 %% loss: data packet after %lld s\n", static_cast<long long>(talk(5min) / 1s));
}

TEST_F(Weather, AFewPercentOfLossCostLittle) {
    net.loss_percent = 3;
    EXPECT_LE(talk(5s), 3s);
}

TEST_F(Weather, DeadHopsAreWorkedAround) {
    for (std::size_t i = 0; i < 20; i += 3) net.members()[i]->dead = true;
    std::printf("a third of the nodes dead: data packet after %lld ms\n", static_cast<long long>(talk(30s) / 1ms));
    net.run_for(2min);
    EXPECT_GE(bob->onion.announced(net.now()), 10U);
}

// Nodes go on naming those that have left for three minutes: asking them must not keep us from asking others.
TEST(Ghosts, DoNotHoldUpASearch) {
    SmallNetwork net(20ms);
    net.add_nodes(12);
    net.add_ghosts(40);
    net.entrances = 4;
    for (int i = 0; i < 10; ++i) {
        Client& alice = net.add_client();
        Client& bob = net.add_client();
        alice.onion.search(bob.key(), net.now());
        bob.onion.search(alice.key(), net.now());
        const auto found = [&] { return alice.stored[bob.key()] > 0 || bob.stored[alice.key()] > 0; };
        EXPECT_TRUE(net.run_until(found, 1s));
        for (Client* client : {&alice, &bob}) client->dead = client->ghost = true;
    }
}

TEST(Alone, TwoClientsWithoutAnyNodeFindEachOther) {
    SmallNetwork net;
    Client& alice = net.add_client();
    Client& bob = net.add_client();
    alice.onion.search(bob.key(), net.now());
    ASSERT_TRUE(net.run_until([&] { return alice.stored[bob.key()] > 0; }, 5s));
    EXPECT_GE(alice.onion.send(bob.key(), hello(), net.now()), 1U);
    EXPECT_TRUE(net.run_until([&] { return !bob.received.empty(); }, 1s));
}

}  // namespace
}  // namespace tox::test
