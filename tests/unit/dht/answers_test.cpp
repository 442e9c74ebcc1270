// SPDX-License-Identifier: GPL-3.0-or-later
// One DHT node and what a stranger on the wire sees of it: whom it answers with what, and what it does not take.
#include <gtest/gtest.h>

#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

struct Caught {
    Endpoint from, to;
    Bytes bytes;
};

class Answers : public testing::Test {
  protected:
    Answers() {
        world.stray = [this](const Endpoint& from, const Endpoint& to, ByteView bytes) {
            caught.push_back({from, to, Bytes(bytes.begin(), bytes.end())});
        };
    }
    // Hands a datagram to the node; true if it was taken.
    bool give(const Endpoint& from, const Bytes& datagram) { return node.dht.handle(from, datagram, world.now); }
    template <class Frame, class Content>
    bool give(const Stranger& from, const Content& content) {
        return give(here, from.frame<Frame>(node.dht.key(), content));
    }
    // All datagrams of a kind that came out since.
    std::vector<Caught> out(Byte kind, Duration within = 50ms) {
        world.run_for(within);
        std::vector<Caught> found;
        for (const Caught& c : std::exchange(caught, {}))
            if (c.bytes[0] == kind) found.push_back(c);
        return found;
    }
    // Lets the stranger become a node that is known to ours.
    void introduce(const Stranger& who, const Endpoint& at) {
        node.dht.bootstrap({who.keys.public_key, at}, world.now);
        for (const Caught& c : out(wire::NodesRequest::kind)) {
            const auto asked = who.opened<wire::NodesRequest>(c.bytes, node.dht.key());
            if (asked) give(at, who.frame<wire::NodesResponse>(node.dht.key(), wire::NodesResponseBody{{}, asked->id}));
        }
        ASSERT_FALSE(node.dht.closest(who.keys.public_key.raw(), 1, Scope::host, world.now).empty());
    }

    World world{100};
    Peer& node = world.add();
    Stranger stranger;
    Endpoint here = *Endpoint::parse("127.0.0.1", 60001);
    std::vector<Caught> caught;
};

TEST_F(Answers, Ping) {
    ASSERT_TRUE(give<wire::PingRequest>(stranger, wire::PingBody<0>{77}));
    const auto pongs = out(wire::PingResponse::kind);
    ASSERT_EQ(pongs.size(), 1U);
    EXPECT_EQ(pongs[0].to, here);
    EXPECT_EQ(stranger.opened<wire::PingResponse>(pongs[0].bytes, node.dht.key())->id, 77U);
}

TEST_F(Answers, NodesNeverEmpty) {  // trap 1
    ASSERT_TRUE(give<wire::NodesRequest>(stranger, wire::NodesRequestBody{{9}, 5}));
    const auto answers = out(wire::NodesResponse::kind);
    ASSERT_EQ(answers.size(), 1U);
    const auto answer = stranger.opened<wire::NodesResponse>(answers[0].bytes, node.dht.key());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 5U);
    ASSERT_EQ(answer->named.nodes.size(), 1U);
    EXPECT_EQ(answer->named.nodes[0], (Node{stranger.keys.public_key, here}));
}

TEST_F(Answers, WhoAsksForItselfIsToldItsAddress) {
    std::vector<Stranger> others(6);
    for (std::uint16_t i = 0; i < 6; ++i)
        introduce(others[i], *Endpoint::parse("127.0.0.1", static_cast<std::uint16_t>(61000 + i)));
    give<wire::NodesRequest>(stranger, wire::NodesRequestBody{stranger.keys.public_key.raw(), 5});
    const auto answers = out(wire::NodesResponse::kind);
    ASSERT_EQ(answers.size(), 1U);
    const auto answer = stranger.opened<wire::NodesResponse>(answers[0].bytes, node.dht.key());
    EXPECT_EQ(answer->named.nodes.size(), 4U);
    EXPECT_EQ(answer->named.nodes[0], (Node{stranger.keys.public_key, here}));
}

TEST_F(Answers, LanAddressesOnlyToLanAskers) {
    Stranger other;
    introduce(other, *Endpoint::parse("192.168.1.5", 33445));
    const Endpoint afar = *Endpoint::parse("203.0.113.9", 33445);
    give(afar,
         stranger.frame<wire::NodesRequest>(node.dht.key(), wire::NodesRequestBody{other.keys.public_key.raw(), 1}));
    const auto answers = out(wire::NodesResponse::kind);
    ASSERT_EQ(answers.size(), 1U);
    const auto answer = stranger.opened<wire::NodesResponse>(answers[0].bytes, node.dht.key());
    ASSERT_EQ(answer->named.nodes.size(), 1U);
    EXPECT_EQ(answer->named.nodes[0].key, stranger.keys.public_key);
}

// B60, R34: what is said of places that the teller cannot know is not believed; our own host is no part of the LAN.
TEST_F(Answers, B60PlacesOutOfTheTellersReachAreNotAsked) {
    const Endpoint world_place = *Endpoint::parse("203.0.113.77", 33445);
    const Endpoint lan_place = *Endpoint::parse("192.168.1.77", 33445);
    const Endpoint own_host = *Endpoint::parse("127.0.0.77", 33445);
    const auto asked_after = [&](const char* teller) {
        World other(101);
        Peer& asker = other.add();
        std::set<Endpoint> asked;
        const Stranger who;
        const Endpoint at = *Endpoint::parse(teller, 33445);
        other.stray = [&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
            asked.insert(to);
            const auto request = who.opened<wire::NodesRequest>(bytes, asker.dht.key());
            if (!request) return;
            wire::NodesResponseBody body{{}, request->id};
            for (const Endpoint& place : {world_place, lan_place, own_host})
                body.named.nodes.push_back({DhtKeyPair::generate().public_key, place});
            other.deliver(to, from, who.frame<wire::NodesResponse>(asker.dht.key(), body));
        };
        asker.dht.bootstrap({who.keys.public_key, at}, other.now);
        other.run_for(10s);
        asked.erase(at);
        return asked;
    };
    EXPECT_EQ(asked_after("203.0.113.9"), (std::set{world_place}));
    EXPECT_EQ(asked_after("192.168.1.9"), (std::set{world_place, lan_place}));
    EXPECT_EQ(asked_after("127.0.0.9"), (std::set{world_place, lan_place, own_host}));
}

// Neighbours on our LAN, another account on our host among them, are told to nobody elsewhere and are no hops of paths
// that others take part in; where there is nobody else, they are all there is.
TEST_F(Answers, NeighboursAreNobodysBusinessElsewhere) {
    const Stranger neighbour, other_account, afar;
    introduce(neighbour, *Endpoint::parse("192.168.1.5", 33445));
    introduce(other_account, *Endpoint::parse("127.0.0.1", 33446));
    EXPECT_EQ(node.dht.scope(world.now), Scope::lan);
    const auto hops = node.dht.random_nodes(8, world.now);
    ASSERT_EQ(hops.size(), 1U);
    EXPECT_EQ(hops[0].key, neighbour.keys.public_key);
    introduce(afar, *Endpoint::parse("203.0.113.9", 33445));
    EXPECT_EQ(node.dht.scope(world.now), Scope::internet);
    const auto told = node.dht.closest({}, 8, node.dht.scope(world.now), world.now);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].key, afar.keys.public_key);
    EXPECT_EQ(node.dht.random_nodes(8, world.now), told);
    EXPECT_EQ(node.dht.closest({}, 8, Scope::host, world.now).size(), 3U);
}

TEST_F(Answers, StrangerIsPingedOnceAfterAMoment) {
    for (int i = 0; i < 5; ++i) give<wire::PingRequest>(stranger, wire::PingBody<0>{1});
    EXPECT_TRUE(out(wire::PingRequest::kind, 90ms).empty());
    EXPECT_EQ(out(wire::PingRequest::kind, 300ms).size(), 1U);
}

TEST_F(Answers, WantedStrangerIsAskedAtOnce) {
    node.dht.search(stranger.keys.public_key, world.now);
    give<wire::PingRequest>(stranger, wire::PingBody<0>{1});
    EXPECT_EQ(out(wire::NodesRequest::kind).size(), 1U);
}

TEST_F(Answers, EmptyAnswerIsProofOfLife) {  // trap 2, B57
    introduce(stranger, here);
    EXPECT_EQ(node.dht.good_nodes(world.now), 1U);
}

TEST_F(Answers, OwnKeyIsIgnored) {  // B55
    const Stranger us{node.keys.clone()};
    EXPECT_FALSE(give<wire::PingRequest>(us, wire::PingBody<0>{1}));
    EXPECT_FALSE(give(here, wire::serialise(wire::LanDiscovery{node.dht.key()})));
    EXPECT_TRUE(out(wire::PingResponse::kind).empty());
}

TEST_F(Answers, AnswersMustMatchIdKeyAddressAndTime) {  // R34, R43, B56
    const auto ask = [&]() -> std::uint64_t {
        node.dht.ask({stranger.keys.public_key, here}, stranger.keys.public_key, world.now);
        const auto asked = out(wire::NodesRequest::kind);
        return stranger.opened<wire::NodesRequest>(asked.at(0).bytes, node.dht.key())->id;
    };
    const auto answer = [&](const Stranger& who, const Endpoint& from, std::uint64_t id) {
        return give(from, who.frame<wire::NodesResponse>(node.dht.key(), wire::NodesResponseBody{{}, id}));
    };
    const Endpoint elsewhere = *Endpoint::parse("127.0.0.1", 60002);
    const Stranger other;
    const std::uint64_t id = ask();
    EXPECT_FALSE(answer(stranger, here, id + 1));
    EXPECT_FALSE(answer(stranger, elsewhere, id));
    EXPECT_FALSE(answer(other, here, id));
    EXPECT_FALSE(give(here, stranger.frame<wire::PingResponse>(node.dht.key(), wire::PingBody<1>{id})));
    EXPECT_EQ(node.dht.good_nodes(world.now), 0U);
    EXPECT_TRUE(answer(stranger, here, id));
    EXPECT_FALSE(answer(stranger, here, id));  // once
    world.run_for(2s);
    const std::uint64_t late = ask();
    world.run_for(5s);
    EXPECT_FALSE(answer(stranger, here, late));
}

TEST_F(Answers, TruncatedExtendedAndChangedPacketsDoNothing) {  // trap 7, R1, B54
    const std::vector<Bytes> packets{
        stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1}),
        stranger.frame<wire::NodesRequest>(node.dht.key(), wire::NodesRequestBody{{1}, 1}),
        wire::serialise(wire::LanDiscovery{stranger.keys.public_key}),
    };
    for (const Bytes& packet : packets) {
        for (std::size_t size = 0; size < packet.size(); ++size)
            EXPECT_FALSE(give(here, Bytes(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size))));
        Bytes longer = packet;
        longer.push_back(0);
        EXPECT_FALSE(give(here, longer));
    }
    Bytes forged = packets[0];
    forged.back() ^= 1U;
    EXPECT_FALSE(give(here, forged));
    world.run_for(1s);
    EXPECT_EQ(node.sent, 0U);
}

TEST_F(Answers, ForeignKindsAreNotTaken) {
    for (unsigned kind = 0; kind < 256; ++kind) EXPECT_FALSE(give(here, Bytes(120, static_cast<Byte>(kind)))) << kind;
    EXPECT_FALSE(give(here, {}));
    EXPECT_EQ(node.sent, 0U);
}

TEST_F(Answers, UnusableSourcesAreNotAnswered) {
    const Bytes ping = stranger.frame<wire::PingRequest>(node.dht.key(), wire::PingBody<0>{1});
    for (const char* address : {"0.0.0.0", "224.0.0.1", "255.255.255.255"})
        EXPECT_FALSE(give(*Endpoint::parse(address, 33445), ping));
    EXPECT_FALSE(give(*Endpoint::parse("127.0.0.1", 0), ping));
}

TEST_F(Answers, LanDiscovery) {  // R21, B74
    const Bytes hello = wire::serialise(wire::LanDiscovery{stranger.keys.public_key});
    EXPECT_FALSE(give(*Endpoint::parse("203.0.113.9", 33445), hello));
    EXPECT_TRUE(give(here, hello));
    EXPECT_FALSE(give(here, hello));  // once a minute
    EXPECT_EQ(out(wire::NodesRequest::kind).size(), 1U);
}

TEST_F(Answers, InfoOnlyFromBootstrapNodes) {
    const Bytes request = wire::serialise(wire::InfoRequest{});
    EXPECT_FALSE(give(here, request));
    Peer& hub = world.add("hello");
    Bytes longer = request;
    longer.push_back(0);
    EXPECT_FALSE(hub.dht.handle(here, longer, world.now));
    EXPECT_TRUE(hub.dht.handle(here, request, world.now));
    const auto infos = out(wire::InfoResponse::kind);
    ASSERT_EQ(infos.size(), 1U);
    EXPECT_EQ(wire::parse<wire::InfoResponse>(infos[0].bytes)->motd.bytes, (Bytes{'h', 'e', 'l', 'l', 'o', 0}));
    Peer& talker = world.add(std::string(1000, 'x'));
    talker.dht.handle(here, request, world.now);
    EXPECT_EQ(out(wire::InfoResponse::kind).at(0).bytes.size(), 5U + 256U);
}

TEST_F(Answers, SecondKeyOnAnAddressReplacesTheFirst) {  // trap 23
    introduce(stranger, here);
    const Stranger again;
    introduce(again, here);
    const auto nodes = node.dht.closest({}, 8, Scope::host, world.now);
    ASSERT_EQ(nodes.size(), 1U);
    EXPECT_EQ(nodes[0].key, again.keys.public_key);
}

TEST_F(Answers, LanAddressDoesNotReplaceAPublicOne) {
    const Endpoint afar = *Endpoint::parse("203.0.113.9", 33445);
    introduce(stranger, afar);
    introduce(stranger, here);
    EXPECT_EQ(node.dht.closest({}, 1, Scope::host, world.now).at(0).endpoint, afar);
    const Stranger other;
    introduce(other, *Endpoint::parse("127.0.0.1", 60009));
    introduce(other, *Endpoint::parse("203.0.113.10", 33445));
    EXPECT_EQ(node.dht.closest(other.keys.public_key.raw(), 1, Scope::host, world.now).at(0).endpoint,
              *Endpoint::parse("203.0.113.10", 33445));
}

}  // namespace
}  // namespace tox::test
