// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that lie, strangers that flood, and how much an idle client costs others and its own machine.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "engine/onion/pace.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

using Lie = std::function<void(wire::AnnounceAnswer&)>;

// Answers announce requests with whatever it is told to.
class Liar final : public Member {
  public:
    using Member::Member;
    Lie lie = [](wire::AnnounceAnswer&) {};
    Bytes last;  // response as it leaves the path
    unsigned asked = 0;

    void receive(const Endpoint& from, ByteView datagram) override {
        const auto packet = wire::parse<wire::WithReturn<wire::AnnounceRequest>>(datagram);
        if (!packet) return Member::receive(from, datagram);
        ++asked;
        const SharedKey* key = shared_keys.with(packet->packet.requester);
        const auto body = packet->packet.body.open(*key, packet->packet.nonce);
        wire::AnnounceAnswer answer;
        random_bytes(answer.key_or_ping_id);
        lie(answer);
        const Nonce nonce = Nonce::random();
        last = wire::serialise(
            wire::AnnounceResponse{body->sendback, nonce, wire::Sealed<wire::AnnounceAnswer>::of(*key, nonce, answer)});
        port.send(from, wire::serialise(wire::OnionResponse3{packet->back, {last}}));
    }
};

struct Hostile : testing::Test {
    SmallNetwork net;
    Liar& liar = net.add<Liar>();
    Client& alice = net.add_client();
    LongTermKey bob = LongTermKeyPair::generate().public_key;
    RawKey data_key = OnionKeyPair::generate().public_key.raw();
};

TEST_F(Hostile, StoredMayBeNothingButZeroOneOrTwo) {  // B72
    for (unsigned stored = 3; stored < 256; stored += 36) {
        liar.lie = [&](wire::AnnounceAnswer& answer) {
            answer.stored = static_cast<Byte>(stored);
            answer.key_or_ping_id = data_key;
        };
        alice.onion.search_afresh(bob, net.now());
        net.run_for(3s);
    }
    EXPECT_GT(liar.asked, 10U);
    EXPECT_EQ(alice.stored[bob], 0U);
    EXPECT_EQ(alice.onion.found(bob, net.now())->answered, 0U);
    EXPECT_EQ(alice.onion.announced(net.now()), 0U);
}

TEST_F(Hostile, AnAnswerCountsOnce) {
    liar.lie = [&](wire::AnnounceAnswer& answer) {
        answer.stored = 1;
        answer.key_or_ping_id = data_key;
    };
    alice.onion.search(bob, net.now());
    ASSERT_TRUE(net.run_until([&] { return alice.stored[bob] > 0; }, 3s));
    const unsigned before = alice.stored[bob];
    EXPECT_FALSE(alice.onion.handle(liar.port.address(), liar.last, net.now()));
    EXPECT_EQ(alice.stored[bob], before);
}

TEST_F(Hostile, AForgedAnswerDoesNotUseUpTheRealOne) {
    Bytes real;
    liar.lie = [&](wire::AnnounceAnswer& answer) {
        answer.stored = 1;
        answer.key_or_ping_id = data_key;
    };
    net.tap = [&](const Endpoint&, const Endpoint& to, ByteView bytes) {
        if (to != alice.port.address() || bytes[0] != 0x84) return;
        for (std::size_t i = 1; i < bytes.size(); i += 5) {
            Bytes forged(bytes.begin(), bytes.end());
            forged[i] ^= 1U;
            EXPECT_FALSE(alice.onion.handle(liar.port.address(), forged, net.now()));
        }
    };
    alice.onion.search(bob, net.now());
    EXPECT_TRUE(net.run_until([&] { return alice.stored[bob] > 0; }, 3s));
}

TEST_F(Hostile, AnEndlessChaseStaysWithinTheBudget) {
    net.add_nodes(3);
    liar.lie = [&](wire::AnnounceAnswer& answer) {
        for (int i = 0; i < 4; ++i)
            answer.nodes.nodes.push_back(
                {wire::Transport::udp, {DhtKeyPair::generate().public_key, liar.port.address()}});
    };
    for (int i = 0; i < 30; ++i) alice.onion.search(LongTermKeyPair::generate().public_key, net.now());
    std::size_t requests = 0;
    net.tap = [&](const Endpoint& from, const Endpoint&, ByteView bytes) {
        if (from == alice.port.address() && bytes[0] == 0x80 && bytes.size() == 403) ++requests;
    };
    net.run_for(60s);
    EXPECT_LE(requests, Pace::start_requests + Pace::burst + Pace::per_second * 60);
    EXPECT_GE(requests, 100U);
}

TEST_F(Hostile, GarbageOfEveryKindAndLengthIsMetWithSilence) {
    net.run_for(3s);
    alice.port.sent = 0;
    unsigned accepted = 0;
    for (unsigned kind = 0; kind < 256; ++kind) {
        for (std::size_t size : {1U, 60U, 82U, 122U, 177U, 300U, 354U, 403U, 1069U, 1400U, 2048U}) {
            Bytes garbage(size);
            random_bytes(garbage);
            garbage[0] = static_cast<Byte>(kind);
            accepted += alice.onion.handle(liar.port.address(), garbage, net.now()) ? 1U : 0U;
            accepted += alice.relay.handle(liar.port.address(), garbage, net.now()) ? 1U : 0U;
            accepted += alice.store.handle(liar.port.address(), garbage, net.now()) ? 1U : 0U;
        }
    }
    EXPECT_EQ(accepted, 0U);
    EXPECT_EQ(alice.port.sent, 0U);
    EXPECT_FALSE(alice.onion.handle(liar.port.address(), {}, net.now()));
}

TEST(Cost, AnIdleAccountIsQuiet) {
    SmallNetwork net;
    net.add_nodes(20);
    Client& alice = net.add_client();
    for (int i = 0; i < 20; ++i) alice.onion.search(LongTermKeyPair::generate().public_key, net.now());
    net.run_for(15min);
    std::size_t requests = 0;
    net.tap = [&](const Endpoint& from, const Endpoint&, ByteView bytes) {
        if (from == alice.port.address() && bytes[0] == 0x80) ++requests;
    };
    alice.wakes = 0;
    net.run_for(60min);
    // 12 nodes every 2 min and 20 contacts with 5 to 8 requests every 12 to 18 min: 6 + 9 per minute.
    EXPECT_LE(requests, 60U * 20U);
    EXPECT_LE(alice.wakes, 60U * 12U);
    std::printf("idle, 20 contacts: %.1f onion requests and %.1f wakes per minute\n",
                static_cast<double>(requests) / 60, alice.wakes / 60.0);
}

TEST(Cost, AMachineWithoutANetworkWakesRarely) {
    SmallNetwork net;
    Client& alice = net.add_client();
    alice.onion.search(LongTermKeyPair::generate().public_key, net.now());
    net.run_for(1min);
    alice.wakes = 0;
    net.run_for(1min);
    EXPECT_LE(alice.wakes, 60U);
    EXPECT_EQ(alice.port.sent, 0U);
}

TEST(Cost, SearchesForManyContactsTakeTurns) {
    SmallNetwork net;
    net.add_nodes(20);
    Client& alice = net.add_client();
    std::vector<Client*> others;
    for (int i = 0; i < 30; ++i) others.push_back(&net.add_client());
    net.run_for(10s);
    for (Client* other : others) alice.onion.search(other->key(), net.now());
    const auto all = [&] {
        return std::all_of(others.begin(), others.end(), [&](Client* other) { return alice.stored[other->key()] > 0; });
    };
    EXPECT_TRUE(net.run_until(all, 60s));
}

}  // namespace
}  // namespace tox::test
