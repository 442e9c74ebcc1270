// SPDX-License-Identifier: GPL-3.0-or-later
// DHT requests between whole nodes: delivered through others, passed on for others, NAT pings answered and used.
#include <gtest/gtest.h>

#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

class Routing : public testing::Test {
  protected:
    Routing() {
        for (int i = 0; i < 6; ++i) world.add().dht.bootstrap(world.peers[2]->node(), world.now);
        a.dht.bootstrap(world.peers[2]->node(), world.now);
        world.run_for(5s);
    }
    // a and b search each other, but nothing passes between them directly.
    void separate() {
        world.filter = [this](const Endpoint& from, const Endpoint& to, ByteView) {
            return !((from == a.address && to == b.address) || (from == b.address && to == a.address));
        };
        a.dht.search(b.dht.key(), world.now);
        b.dht.search(a.dht.key(), world.now);
        b.dht.bootstrap(world.peers[2]->node(), world.now);
    }
    Bytes request(const Stranger& from, const DhtKey& to, ByteView inner) {
        wire::DhtRequest request{to, from.keys.public_key, Nonce::random(), {}};
        seal(*precompute(to, from.keys.secret), request.nonce, inner, request.box.bytes);
        return wire::serialise(request);
    }

    World world{200};
    Peer& a = world.add();
    Peer& b = world.add();
    const Bytes content{0x9c, 1, 2, 3};
    const Endpoint here = *Endpoint::parse("127.0.0.1", 60001);
    Stranger stranger;
};

TEST_F(Routing, ReachesANodeThatCannotBeReachedDirectly) {
    separate();
    world.run_for(10s);
    EXPECT_FALSE(a.found(b.dht.key()));
    EXPECT_FALSE(a.named[b.dht.key()].empty());
    EXPECT_GE(a.dht.route(b.dht.key(), content, world.now), 2U);
    world.run_for(1s);
    ASSERT_GE(b.requests.size(), 2U);
    EXPECT_EQ(b.requests[0].first, a.dht.key());
    EXPECT_EQ(b.requests[0].second, content);
}

TEST_F(Routing, GoesToTheNodeItselfToo) {
    a.dht.search(b.dht.key(), world.now);
    b.dht.bootstrap(a.node(), world.now);
    world.run_for(2s);
    ASSERT_TRUE(a.found(b.dht.key()));
    std::size_t direct = 0;
    world.filter = [&](const Endpoint&, const Endpoint& to, ByteView datagram) {
        direct += to == b.address && datagram[0] == wire::DhtRequest::kind ? 1U : 0U;
        return true;
    };
    EXPECT_GE(a.dht.route(b.dht.key(), content, world.now), 1U);
    EXPECT_EQ(direct, 1U);
}

TEST_F(Routing, UnsearchedNodesGetNothing) {
    EXPECT_EQ(a.dht.route(b.dht.key(), content, world.now), 0U);
    a.dht.search(b.dht.key(), world.now);
    EXPECT_EQ(a.dht.route(b.dht.key(), {}, world.now), 0U);
    EXPECT_EQ(a.dht.route(b.dht.key(), Bytes(2000, 0x9c), world.now), 0U);
}

TEST_F(Routing, OthersRequestsArePassedOnUnaltered) {  // notes 4.7, B66
    Peer& router = *world.peers[2];
    Peer& target = *world.peers[3];
    const Bytes datagram = request(stranger, target.dht.key(), content);
    std::vector<Endpoint> to;
    world.filter = [&](const Endpoint& from, const Endpoint& hop, ByteView bytes) {
        if (from == router.address && Bytes(bytes.begin(), bytes.end()) == datagram) to.push_back(hop);
        return true;
    };
    EXPECT_TRUE(router.dht.handle(here, datagram, world.now));
    EXPECT_EQ(to, std::vector{target.address});
    world.run_for(1s);
    ASSERT_EQ(target.requests.size(), 1U);
    EXPECT_EQ(target.requests[0].first, stranger.keys.public_key);

    EXPECT_FALSE(router.dht.handle(target.address, datagram, world.now));  // never back
    EXPECT_FALSE(router.dht.handle(here, request(stranger, DhtKeyPair::generate().public_key, content), world.now));
    Bytes longest = datagram;
    longest.resize(1040);
    EXPECT_TRUE(router.dht.handle(here, longest, world.now));
    longest.resize(1041);
    EXPECT_FALSE(router.dht.handle(here, longest, world.now));
    const Stranger us{router.keys.clone()};
    EXPECT_FALSE(router.dht.handle(here, request(us, target.dht.key(), content), world.now));
}

TEST_F(Routing, OwnRequestsUpToTheLimit) {
    EXPECT_TRUE(a.dht.handle(here, request(stranger, a.dht.key(), Bytes(1024 - 105, 0x9c)), world.now));
    EXPECT_FALSE(a.dht.handle(here, request(stranger, a.dht.key(), Bytes(1024 - 104, 0x9c)), world.now));
    Bytes forged = request(stranger, a.dht.key(), content);
    forged.back() ^= 1U;
    EXPECT_FALSE(a.dht.handle(here, forged, world.now));
    EXPECT_EQ(a.requests.size(), 1U);
}

TEST_F(Routing, NatPingsOfStrangersAreDropped) {  // trap 40, B67
    const Bytes ping = request(stranger, a.dht.key(), wire::serialise(wire::NatPing{0, 7}));
    EXPECT_FALSE(a.dht.handle(here, ping, world.now));
    EXPECT_TRUE(a.requests.empty());
}

TEST_F(Routing, NatPingIsAnsweredThroughARouter) {  // notes 4.9
    a.dht.search(stranger.keys.public_key, world.now);
    world.run_for(2s);
    // Some node names the stranger to a: it has become known there.
    Peer& router = *world.peers[2];
    std::vector<Bytes> arrived;
    world.stray = [&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
        if (to != here) return;
        if (bytes[0] == wire::DhtRequest::kind) arrived.emplace_back(bytes.begin(), bytes.end());
        const auto asked = stranger.opened<wire::NodesRequest>(bytes, router.dht.key());
        if (!asked || from != router.address) return;
        world.deliver(here, router.address,
                      stranger.frame<wire::NodesResponse>(router.dht.key(), wire::NodesResponseBody{{}, asked->id}));
    };
    router.dht.bootstrap({stranger.keys.public_key, here}, world.now);
    ASSERT_TRUE(world.run_until([&] { return !a.named[stranger.keys.public_key].empty(); }, 60s));
    const Bytes ping = request(stranger, a.dht.key(), wire::serialise(wire::NatPing{0, 0x1122334455667788}));
    arrived.clear();
    EXPECT_TRUE(a.dht.handle(router.address, ping, world.now));
    EXPECT_TRUE(a.dht.handle(router.address, ping, world.now));  // a copy by another way
    world.run_for(200ms);
    std::size_t answers = 0;
    for (const Bytes& bytes : arrived) {
        const auto got = wire::parse<wire::DhtRequest>(bytes);
        const auto plain = open(*precompute(a.dht.key(), stranger.keys.secret), got->nonce, got->box.bytes);
        ASSERT_TRUE(plain);
        answers += *plain == wire::serialise(wire::NatPing{1, 0x1122334455667788}) ? 1U : 0U;
    }
    EXPECT_EQ(answers, 1U);
}

// Both behind NATs that let in only what answers something sent to that very address: both must send.
struct BehindNats : Routing {
    BehindNats() {
        world.filter = [this](const Endpoint& from, const Endpoint& to, ByteView datagram) {
            opened[{from, to}] = world.now;
            if (datagram[0] == wire::DhtRequest::kind) ++routed;
            const bool behind = to == a.address || to == b.address;
            const auto hole = opened.find({to, from});
            return !behind || (hole != opened.end() && world.now - hole->second < 30s);
        };
        b.dht.bootstrap(world.peers[2]->node(), world.now);
        world.run_for(5s);
    }
    std::optional<Duration> search_each_other() {
        a.dht.search(b.dht.key(), world.now);
        world.run_for(3s);
        b.dht.search(a.dht.key(), world.now);
        return world.run_until([&] { return a.found(b.dht.key()) && b.found(a.dht.key()); }, 60s);
    }
    std::map<std::pair<Endpoint, Endpoint>, Instant> opened;
    std::size_t routed = 0;
};

TEST_F(BehindNats, HolesArePunchedOnBothSides) {
    const auto met = search_each_other();
    ASSERT_TRUE(met);
    std::printf("two port-restricted NATs: %d ms\n", static_cast<int>(*met / 1ms));
    EXPECT_LT(*met, 10s);
}

TEST_F(BehindNats, SwitchedOffNobodyIsToldToOpen) {
    a.dht.set_hole_punching(false);
    b.dht.set_hole_punching(false);
    search_each_other();
    EXPECT_EQ(routed, 0U);
}

}  // namespace
}  // namespace tox::test
