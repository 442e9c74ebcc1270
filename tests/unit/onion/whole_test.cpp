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

}  // namespace
}  // namespace tox::test
