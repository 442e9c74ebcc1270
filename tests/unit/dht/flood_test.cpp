// SPDX-License-Identifier: GPL-3.0-or-later
// What strangers can make a node do is bounded: work, memory, and what it sends (R25, R26, R33, R34).
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

Endpoint public_address(std::uint32_t n) {
    return Endpoint::v4({45, static_cast<Byte>(n >> 16U), static_cast<Byte>(n >> 8U), static_cast<Byte>(n)}, 33445);
}

class Flood : public testing::Test {
  protected:
    Flood() {
        world.filter = [this](const Endpoint& from, const Endpoint&, ByteView bytes) {
            if (from != node.address) return true;
            ++sent[bytes[0]];
            out += bytes.size();
            return true;
        };
    }
    World world{300};
    Peer& node = world.add_at(*Endpoint::parse("44.0.0.1", 33445));
    std::map<Byte, std::size_t> sent;
    std::size_t out = 0;
};

TEST_F(Flood, PingsOfNewKeysFromOneSource) {  // R26: 250 at once, 125 a second; greetings 16 a second
    std::size_t taken = 0;
    for (int i = 0; i < 3000; ++i) {
        const Stranger stranger;
        const Bytes ping = stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1});
        taken += node.dht.handle(public_address(7), ping, world.now) ? 1U : 0U;
        world.run_for(1ms);
    }
    EXPECT_LE(taken, 250U + 3U * 125U + 1U);
    EXPECT_LE(sent[wire::PingRequest::kind], 4U + 3U * 16U + 1U);
    EXPECT_EQ(sent[wire::PingResponse::kind], taken);
    EXPECT_EQ(node.dht.good_nodes(world.now), 0U);
}

TEST_F(Flood, PingsOfNewKeysFromEverywhere) {
    std::size_t taken = 0;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        const Stranger stranger;
        const Bytes ping = stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1});
        taken += node.dht.handle(public_address(i), ping, world.now) ? 1U : 0U;
    }
    EXPECT_LE(taken, 1000U);
    world.run_for(60s);
    EXPECT_LE(sent[wire::PingRequest::kind], 32U);  // the queue of greetings
}

TEST_F(Flood, KnownNodesAreServedMeanwhile) {
    Peer& friendly = world.add_at(*Endpoint::parse("44.0.0.2", 33445));
    friendly.dht.bootstrap(node.node(), world.now);
    world.run_for(2s);
    for (std::uint32_t i = 0; i < 2000; ++i) {
        const Stranger stranger;
        node.dht.handle(public_address(i), stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1}),
                        world.now);
    }
    sent.clear();
    friendly.dht.ask(node.node(), friendly.dht.key(), world.now);
    world.run_for(100ms);
    EXPECT_GE(sent[wire::NodesResponse::kind], 1U);
}

struct Crowd {
    const char* name;
    std::uint32_t addresses;
};

class R26Crowds : public Flood, public testing::WithParamInterface<Crowd> {
  protected:
    // A thousand a second of ever new keys for ten seconds. Somebody honest asks once a second, always with a new key,
    // as who comes anew does; how often he is answered.
    unsigned answered_meanwhile(const std::function<Bytes(const Stranger&)>& hostile) {
        std::size_t answers = 0;
        world.stray = [&](const Endpoint&, const Endpoint& to, ByteView bytes) {
            answers += to == honest && bytes[0] == wire::NodesResponse::kind ? 1U : 0U;
        };
        for (std::uint32_t i = 0; i < 10'000; ++i) {
            node.dht.handle(public_address(i % GetParam().addresses), hostile(Stranger{}), world.now);
            if (i % 1000 == 999) {
                const Stranger newcomer;
                const wire::NodesRequestBody wants{newcomer.keys.public_key.raw(), 1};
                node.dht.handle(honest, newcomer.frame<wire::NodesRequest>(node.dht.key(), wants), world.now);
            }
            world.run_for(1ms);
        }
        world.run_for(1s);
        return static_cast<unsigned>(answers);
    }
    const Endpoint honest = *Endpoint::parse("46.1.2.3", 33445);
};

TEST_P(R26Crowds, PingsLeaveWhoIsHonestServed) {
    const unsigned answers = answered_meanwhile([&](const Stranger& stranger) {
        return stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1});
    });
    EXPECT_GE(answers, 9U) << "of 10";  // the first time nobody can tell him from the flood
}

TEST_P(R26Crowds, DhtRequestsLeaveWhoIsHonestServed) {
    const unsigned answers = answered_meanwhile([&](const Stranger& stranger) {
        wire::DhtRequest request{node.dht.key(), stranger.keys.public_key, Nonce::random(), {}};
        request.box.bytes = Bytes(100, 7);
        return wire::serialise(request);
    });
    EXPECT_GE(answers, 9U) << "of 10";
}

INSTANTIATE_TEST_SUITE_P(Floods, R26Crowds,
                         testing::Values(Crowd{"One", 1}, Crowd{"Hundred", 100}, Crowd{"MadeUp", 1U << 20U}),
                         [](const auto& of) { return std::string(of.param.name); });

TEST_F(Flood, NodesRequestsOfOneSource) {  // R25: 20 a second per source, the burst 40
    const Stranger stranger;
    const Bytes request = stranger.frame<wire::NodesRequest>(node.dht.key(), wire::NodesRequestBody{{1}, 1});
    for (int i = 0; i < 5000; ++i) {
        node.dht.handle(public_address(7), request, world.now);
        world.run_for(2ms);
    }
    EXPECT_LE(sent[wire::NodesResponse::kind], 40U + 10U * 20U + 1U);
}

TEST_F(Flood, AnswersAreHardlyLargerThanQuestions) {  // R25: at most 2.8 times
    Stranger stranger;
    std::size_t in = 0;
    for (std::uint32_t i = 0; i < 10; ++i) {
        const Bytes request = stranger.frame<wire::NodesRequest>(node.dht.key(), wire::NodesRequestBody{{1}, i});
        in += request.size();
        node.dht.handle(public_address(7), request, world.now);
    }
    world.run_for(60s);
    EXPECT_LE(static_cast<double>(out), 2.8 * static_cast<double>(in));
}

TEST_F(Flood, UnaskedAnswersCostNothing) {
    const Stranger stranger;
    const Bytes answer = stranger.frame<wire::NodesResponse>(
        node.dht.key(), wire::NodesResponseBody{{{{DhtKeyPair::generate().public_key, public_address(1)}}}, 1});
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(node.dht.handle(public_address(7), answer, world.now));
    EXPECT_FALSE(node.cache.holds(stranger.keys.public_key.raw()));
    EXPECT_EQ(node.sent, 0U);
}

// A hostile node names ever new nodes that do not exist, the searched one among them.
TEST_F(Flood, NamesWithoutEnd) {
    const Stranger liar;
    const DhtKey wanted = DhtKeyPair::generate().public_key;
    std::uint32_t n = 0;
    world.stray = [&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
        const auto asked = liar.opened<wire::NodesRequest>(bytes, node.dht.key());
        if (!asked) return;
        wire::NodesResponseBody body{{}, asked->id};
        body.named.nodes.push_back({wanted, public_address(++n)});
        for (int i = 0; i < 3; ++i) {
            RawKey near = asked->wanted;
            random_bytes(std::span(near).subspan(8, 8));
            if (const auto key = DhtKey::from(near)) body.named.nodes.push_back({*key, public_address(++n)});
        }
        world.deliver(to, from, liar.frame<wire::NodesResponse>(node.dht.key(), body));
    };
    node.dht.search(wanted, world.now);
    node.dht.bootstrap({liar.keys.public_key, public_address(0)}, world.now);
    world.run_for(300s);
    EXPECT_LE(node.sent, 80U + 1200U);  // 300 s at 40/s would be 12,000
    EXPECT_EQ(node.dht.good_nodes(world.now), 1U);
    EXPECT_LE(node.dht.nodes_to_save(world.now).size(), 1U);
}

// Nodes that do answer, under ever new keys: the tables stay as they are.
TEST_F(Flood, NodesWithoutEnd) {
    const DhtKeyPair& self = node.keys;
    std::map<Endpoint, Stranger> crowd;
    world.stray = [&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
        const Stranger& who = crowd[to];
        if (const auto ping = who.opened<wire::PingRequest>(bytes, self.public_key))
            world.deliver(to, from, who.frame<wire::PingResponse>(self.public_key, wire::PingBody<1>{ping->id}));
        if (const auto asked = who.opened<wire::NodesRequest>(bytes, self.public_key))
            world.deliver(to, from,
                          who.frame<wire::NodesResponse>(self.public_key, wire::NodesResponseBody{{}, asked->id}));
    };
    for (std::uint32_t i = 0; i < 4000; ++i) {
        const Endpoint at = public_address(i);
        node.dht.handle(at, crowd[at].frame<wire::PingRequest>(self.public_key, wire::PingBody<0>{1}), world.now);
        world.run_for(20ms);
    }
    EXPECT_GE(node.dht.good_nodes(world.now), 20U);
    EXPECT_LE(node.dht.good_nodes(world.now), 150U);  // log2(4000) + some buckets of 8, and two walks
    EXPECT_LE(node.dht.nodes_to_save(world.now).size(), 150U);
}

TEST_F(Flood, Noise) {
    std::mt19937_64 dice(1);
    for (int i = 0; i < 20000; ++i) {
        Bytes noise(1 + dice() % 300);
        random_bytes(noise);
        if (i % 2 == 0) noise[0] = static_cast<Byte>(std::array{0, 1, 2, 4, 0x20, 0x21, 0xf0}[dice() % 7]);
        EXPECT_FALSE(node.dht.handle(public_address(static_cast<std::uint32_t>(i)), noise, world.now));
    }
    EXPECT_EQ(node.sent, 0U);
}

}  // namespace
}  // namespace tox::test
