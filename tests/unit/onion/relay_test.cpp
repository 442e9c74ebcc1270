// SPDX-License-Identifier: GPL-3.0-or-later
// The relay: forwards what may pass, the way the spec says, and nothing else.
#include <gtest/gtest.h>

#include "engine/onion/path.hpp"
#include "engine/onion/return_sealer.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

using Sent = std::vector<std::pair<Endpoint, Bytes>>;

struct RelayTest : testing::Test {
    RelayTest() {
        net.tap = [this](const Endpoint&, const Endpoint& to, ByteView bytes) {
            sent.emplace_back(to, Bytes(bytes.begin(), bytes.end()));
        };
    }
    Bytes wrapped(const Endpoint& to, ByteView inner, std::array<Member*, 3> over) {
        const auto path = OnionPath::make({over[0]->node(), over[1]->node(), over[2]->node()}, client);
        return path->wrap(to, inner);
    }
    // Hands the packet from hop to hop; what the last one sends, if anything.
    Sent pass(Bytes packet, std::array<Member*, 3> over) {
        Endpoint from = outside;
        for (Member* hop : over) {
            sent.clear();
            accepted = hop->relay.handle(from, packet, net.now());
            if (sent.empty()) return {};
            from = hop->port.address();
            packet = sent.front().second;
        }
        return sent;
    }

    SmallNetwork net;
    Member& a = net.add_node();
    Member& b = net.add_node();
    Member& c = net.add_node();
    std::array<Member*, 3> hops{&a, &b, &c};
    DhtKeyPair client = DhtKeyPair::generate();
    Endpoint outside = Endpoint::v4({127, 0, 0, 1}, 1000);
    Endpoint target = Endpoint::v4({127, 0, 0, 1}, 2000);
    Sent sent;
    bool accepted = false;
};

TEST_F(RelayTest, CarriesARequestThereAndTheAnswerBack) {
    const Bytes inner(177, 0x83);
    const Sent out = pass(wrapped(target, inner, hops), hops);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].first, target);
    ASSERT_EQ(out[0].second.size(), 354U);
    EXPECT_TRUE(std::equal(inner.begin(), inner.end(), out[0].second.begin()));

    Bytes answer{0x8c};
    append(answer, ByteView(out[0].second).last(177));
    append(answer, Bytes{0x84, 9, 9});
    for (int twice = 0; twice < 2; ++twice) {  // return data serves many times
        sent.clear();
        EXPECT_TRUE(c.relay.handle(target, answer, net.now()));
        EXPECT_TRUE(b.relay.handle(c.port.address(), sent.back().second, net.now()));
        EXPECT_TRUE(a.relay.handle(b.port.address(), sent.back().second, net.now()));
        EXPECT_EQ(sent.back().first, outside);
        EXPECT_EQ(sent.back().second, (Bytes{0x84, 9, 9}));
    }
}

// A TCP client's request begins at us; the answer goes to its connection, and to no address.
TEST_F(RelayTest, CarriesAClientsRequestThereAndTheAnswerBackToItsConnection) {
    struct Clients final : OnionClients {
        void send_onion_response(std::uint64_t to, ByteView response) override {
            client = to;
            answer.assign(response.begin(), response.end());
        }
        std::uint64_t client = 0;
        Bytes answer;
    } clients;
    a.relay.set_clients(&clients);
    const auto path = OnionPath::make({Node{a.node().key, {}}, b.node(), c.node()}, client);
    ASSERT_TRUE(path->begins_at_relay());
    const OnionCaller caller{0x0102030405060708U, outside};
    const Bytes inner(177, 0x83);
    ASSERT_TRUE(a.relay.handle_client(caller, path->wrap(target, inner), net.now()));
    ASSERT_TRUE(b.relay.handle(a.port.address(), sent.back().second, net.now()));
    ASSERT_TRUE(c.relay.handle(b.port.address(), sent.back().second, net.now()));
    ASSERT_EQ(sent.back().first, target);

    Bytes answer{0x8c};
    append(answer, ByteView(sent.back().second).last(177));
    append(answer, Bytes{0x84, 9, 9});
    EXPECT_TRUE(c.relay.handle(target, answer, net.now()));
    EXPECT_TRUE(b.relay.handle(c.port.address(), sent.back().second, net.now()));
    const std::size_t datagrams = sent.size();
    EXPECT_TRUE(a.relay.handle(b.port.address(), sent.back().second, net.now()));
    EXPECT_EQ(sent.size(), datagrams);
    EXPECT_EQ(clients.client, caller.client);
    EXPECT_EQ(clients.answer, (Bytes{0x84, 9, 9}));
    a.relay.set_clients(nullptr);
}

// Strangers on the Internet do not make us send into our own network (B69).
TEST_F(RelayTest, AClientFromOutsideReachesNoLan) {
    const auto path = OnionPath::make({Node{a.node().key, {}}, b.node(), c.node()}, client);
    const OnionCaller stranger{1, Endpoint::v4({192, 0, 2, 1}, 1000)};
    EXPECT_FALSE(a.relay.handle_client(stranger, path->wrap(target, Bytes(177, 0x83)), net.now()));
    EXPECT_TRUE(sent.empty());
}

TEST_F(RelayTest, ReturnDataLivesUntilAMinuteAfterTheKeyChanges) {
    ReturnSealer sealer;
    const Instant start = net.now();
    const Bytes data = sealer.seal(target, {}, start);
    ASSERT_TRUE(sealer.open(data, start + ReturnSealer::lifetime - 1s));
    ASSERT_TRUE(sealer.open(data, start + ReturnSealer::lifetime));
    ASSERT_TRUE(sealer.open(data, start + ReturnSealer::lifetime + ReturnSealer::grace - 1s));
    EXPECT_EQ(sealer.open(data, start + ReturnSealer::lifetime + 1s)->back.endpoint, target);
    EXPECT_FALSE(sealer.open(data, start + ReturnSealer::lifetime + ReturnSealer::grace));
}

TEST_F(RelayTest, OnlyAnnouncementsAndDataPassTheLastHop) {  // R15
    for (unsigned kind = 0; kind < 256; ++kind) {
        const Bytes inner(40, static_cast<Byte>(kind));
        const bool allowed = kind == 0x83 || kind == 0x85 || kind == 0x87;
        EXPECT_EQ(!pass(wrapped(target, inner, hops), hops).empty(), allowed) << kind;
        EXPECT_EQ(accepted, allowed) << kind;
        net.run_for(500ms);  // new keys, all from one address
    }
}

TEST_F(RelayTest, OnlyAnswersPassBack) {  // R15
    const Sent out = pass(wrapped(target, Bytes(177, 0x83), hops), hops);
    for (unsigned kind = 0; kind < 256; ++kind) {
        Bytes answer{0x8c};
        append(answer, ByteView(out[0].second).last(177));
        answer.push_back(static_cast<Byte>(kind));
        EXPECT_EQ(c.relay.handle(target, answer, net.now()), kind == 0x84 || kind == 0x86 || kind == 0x88) << kind;
    }
}

TEST_F(RelayTest, TheSameNodeMayBeAllThreeHops) {
    const std::array<Member*, 3> one{&a, &a, &a};
    EXPECT_EQ(pass(wrapped(a.port.address(), Bytes(177, 0x83), one), one).size(), 1U);
}

TEST_F(RelayTest, AStrangerFromTheInternetCannotReachOurOwnNetwork) {
    const Endpoint internet = Endpoint::v4({93, 184, 216, 34}, 33445);
    for (const Endpoint& inside : {target, Endpoint::v4({192, 168, 1, 1}, 53), Endpoint::v4({10, 0, 0, 1}, 53),
                                   Endpoint::v4({224, 0, 0, 1}, 53), Endpoint::v4({93, 184, 216, 34}, 0)}) {
        b.port.sent = 0;
        const auto path = OnionPath::make({a.node(), {b.keys.public_key, inside}, c.node()}, client);
        EXPECT_FALSE(a.relay.handle(internet, path->wrap(internet, Bytes(177, 0x83)), net.now())) << inside.text();
        EXPECT_TRUE(sent.empty());
    }
}

TEST_F(RelayTest, DropsWhatIsTooLongOrCutOrForged) {  // B70
    const Bytes good = wrapped(target, Bytes(177, 0x83), hops);
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(a.relay.handle(outside, ByteView(good).first(length), net.now()));
    Bytes longer = good;
    longer.resize(1401);
    EXPECT_FALSE(a.relay.handle(outside, longer, net.now()));
    for (std::size_t i = 0; i < good.size(); i += 7) {
        Bytes forged = good;
        forged[i] ^= 1U;
        EXPECT_FALSE(a.relay.handle(outside, forged, net.now())) << i;
    }
    EXPECT_TRUE(sent.empty());
    Bytes garbage{0x8c};
    garbage.resize(300);
    EXPECT_FALSE(a.relay.handle(outside, garbage, net.now()));
}

}  // namespace
}  // namespace tox::test
