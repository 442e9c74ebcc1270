// SPDX-License-Identifier: GPL-3.0-or-later
// Ways through NATs: who gets through to whom, how soon, and what trying costs.
#include <gtest/gtest.h>

#include "engine/dht/punching.hpp"
#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

using Ports = SmallNat::Ports;
using Filter = SmallNat::Filter;

Endpoint nat_address(Byte number) { return Endpoint::v4({45, number, 0, 1}, 33445); }

class Nats : public testing::Test {
  protected:
    void start(std::size_t nodes) {
        for (Byte i = 1; i <= nodes; ++i) {
            world.add_at(nat_address(i)).dht.set_lan_discovery(false);
            world.peers.back()->dht.bootstrap(world.peers.front()->node(), world.now);
        }
        world.run_for(10s);
    }
    Peer& behind(Byte number, Ports ports, Filter filter) {
        Peer& peer = world.add_at(Endpoint::v4({10, number, 0, 2}, 33445));
        peer.nat = &world.add_nat(nat_address(static_cast<Byte>(200 + number)), ports, filter);
        peer.dht.bootstrap(world.peers.front()->node(), world.now);
        return peer;
    }
    // Until they want each other they never happen to: in a small network every node meets every other.
    void apart(const Peer& a, const Peer& b) {
        world.may_send = [&](const Peer& from, const Endpoint& to) {
            const auto is = [&](const Peer& peer) { return peer.nat->owns(to); };
            return !(&from == &a && is(b)) && !(&from == &b && is(a));
        };
        world.run_for(3s);
    }
    // From the moment the second one searches; the first has searched for a while.
    std::optional<Duration> meet(Peer& a, Peer& b, Duration at_most) {
        a.dht.search(b.dht.key(), world.now);
        world.run_for(5s);
        EXPECT_FALSE(a.found(b.dht.key()) || b.found(a.dht.key()));
        world.may_send = {};
        b.dht.search(a.dht.key(), world.now);
        return world.run_until([&] { return a.found(b.dht.key()) && b.found(a.dht.key()); }, at_most);
    }
    std::size_t kinds(Byte kind, const Endpoint& from, Duration within) {
        std::size_t count = 0;
        world.filter = [&](const Endpoint& source, const Endpoint&, ByteView bytes) {
            count += bytes[0] == kind && source.address == from.address ? 1U : 0U;
            return true;
        };
        world.run_for(within);
        world.filter = {};
        return count;
    }

    World world{500};
};

TEST_F(Nats, RestrictedOnBothSides) {
    start(12);
    Peer& a = behind(1, Ports::one, Filter::by_address);
    Peer& b = behind(2, Ports::one, Filter::by_address);
    apart(a, b);
    const auto met = meet(a, b, 10s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 2s);
}

TEST_F(Nats, PortRestrictedOnBothSides) {
    start(12);
    Peer& a = behind(1, Ports::one, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    apart(a, b);
    const auto met = meet(a, b, 10s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 2s);
    std::printf("port-restricted, port-restricted: %d ms\n", static_cast<int>(*met / 1ms));
}

TEST_F(Nats, PortRestrictedOnBothSidesInANetworkOfOneNode) {
    start(1);
    Peer& a = behind(1, Ports::one, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    apart(a, b);
    const auto met = meet(a, b, 10s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 3s);
}

TEST_F(Nats, PortRestrictedOnBothSidesWithLoss) {
    start(12);
    world.loss = 0.2;
    Peer& a = behind(1, Ports::one, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    apart(a, b);
    EXPECT_TRUE(meet(a, b, 15s));
}

TEST_F(Nats, SymmetricAgainstRestricted) {
    start(12);
    Peer& a = behind(1, Ports::next_for_each, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_address);
    apart(a, b);
    const auto met = meet(a, b, 10s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 3s);
}

TEST_F(Nats, SymmetricAgainstPortRestrictedByGuessingThePort) {
    start(12);
    Peer& a = behind(1, Ports::next_for_each, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    apart(a, b);
    const auto met = meet(a, b, 20s);
    ASSERT_TRUE(met);
    EXPECT_LT(*met, 5s);
    std::printf("symmetric, port-restricted: %d ms\n", static_cast<int>(*met / 1ms));
}

TEST_F(Nats, SwitchedOffNobodyIsAskedOrAnsweredOrGuessedAt) {
    start(12);
    Peer& a = behind(1, Ports::next_for_each, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    a.dht.set_hole_punching(false);
    b.dht.set_hole_punching(false);
    apart(a, b);
    std::size_t routed = 0, pings = 0;
    world.filter = [&](const Endpoint& from, const Endpoint&, ByteView bytes) {
        if (from.address[1] < 200) return true;
        routed += bytes[0] == wire::DhtRequest::kind ? 1U : 0U;
        pings += bytes[0] == wire::PingRequest::kind ? 1U : 0U;
        return true;
    };
    EXPECT_FALSE(meet(a, b, 30s));
    EXPECT_EQ(routed, 0U);
    EXPECT_LE(pings, 40U);  // greetings only
}

// Two symmetric NATs are not opened by anybody: then trying must become rare, on both sides.
TEST_F(Nats, WhatCannotBeOpenedIsTriedForAMinute) {
    start(12);
    Peer& a = behind(1, Ports::next_for_each, Filter::by_endpoint);
    Peer& b = behind(2, Ports::next_for_each, Filter::by_endpoint);
    apart(a, b);
    std::size_t pings = 0;
    const Endpoint one = nat_address(201), other = nat_address(202);
    world.filter = [&](const Endpoint& from, const Endpoint& to, ByteView bytes) {
        const bool between = (from.address == one.address && to.address == other.address) ||
                             (from.address == other.address && to.address == one.address);
        pings += between && bytes[0] == wire::PingRequest::kind ? 1U : 0U;
        return !between;
    };
    EXPECT_FALSE(meet(a, b, 120s));
    EXPECT_GE(pings, 500U);                      // it was tried in earnest
    EXPECT_LE(pings, 2U * (120U + 120U * 24U));  // and within the bounds
    EXPECT_LE(kinds(wire::DhtRequest::kind, one, 10min), 10U * 5U * 9U);
    EXPECT_LE(kinds(wire::PingRequest::kind, one, 10min), 10U * 60U);
}

TEST_F(Nats, APeerAtCToxcoresPaceIsAnsweredAskedAndPunched) {  // notes 4.9
    start(12);
    Peer& a = behind(1, Ports::one, Filter::by_endpoint);
    Peer& b = behind(2, Ports::one, Filter::by_endpoint);
    apart(a, b);
    // c-toxcore hears our request at most 6 s before it punches: while we look for it, ours must come that often.
    std::vector<Instant> heard;
    world.filter = [&](const Endpoint&, const Endpoint& to, ByteView bytes) {
        if (to.address == nat_address(202).address && bytes[0] == wire::DhtRequest::kind)
            if (heard.empty() || world.now > heard.back() + 100ms) heard.push_back(world.now);
        return true;
    };
    a.dht.search(b.dht.key(), world.now);
    world.run_for(30s);
    EXPECT_FALSE(a.found(b.dht.key()));
    ASSERT_GE(heard.size(), 7U);
    for (std::size_t i = 1; i < heard.size(); ++i) EXPECT_LT(heard[i] - heard[i - 1], 6s);
}

}  // namespace
}  // namespace tox::test

namespace tox::dht {
namespace {

const Instant beginning{std::chrono::hours(1)};

TEST(Punching, AtFirstInQuickSuccession) {
    Punching nat;
    EXPECT_EQ(nat.next(), never);
    nat.heard(beginning);
    std::vector<Duration> punches;
    for (Instant now = beginning; now < beginning + 9s; now += 100ms)
        if (nat.punch_due(now)) {
            punches.push_back(now - beginning);
            nat.punched(now);
        }
    EXPECT_EQ(punches, (std::vector<Duration>{0s, 300ms, 1s, 3s, 7s}));
}

TEST(Punching, EndsWhenTheyLookNoMore) {
    Punching nat;
    nat.heard(beginning);
    nat.requested(beginning);
    nat.punched(beginning);
    EXPECT_FALSE(nat.punch_due(beginning + Punching::looking_time));
    EXPECT_TRUE(nat.request_due(beginning + Punching::looking_time));
}

TEST(Punching, TwoThatUrgeEachOtherOnDoNotSoForEver) {
    Punching nat;
    unsigned requests = 0;
    for (Instant now = beginning; now < beginning + 30min; now += 100ms) {
        nat.heard(now);  // without a pause
        if (nat.request_due(now)) {
            nat.requested(now);
            ++requests;
        }
        if (nat.punch_due(now)) nat.punched(now);
    }
    EXPECT_LE(requests, 20U + 30U * 3U);
    EXPECT_GE(requests, 60U);
    EXPECT_FALSE(nat.worth_guessing());
}

TEST(Punching, AnswersOnceASecond) {
    Punching nat;
    EXPECT_TRUE(nat.may_answer(beginning));
    EXPECT_FALSE(nat.may_answer(beginning + 900ms));
    nat.reset();
    EXPECT_FALSE(nat.may_answer(beginning + 900ms));
    EXPECT_TRUE(nat.may_answer(beginning + 1s));
}

TEST(PortsNear, NearestFirstUpwardsFirstEachOnce) {
    using List = std::vector<std::uint16_t>;
    EXPECT_EQ(ports_near({5000}, 0, 5), (List{5000, 5001, 4999, 5002, 4998}));
    EXPECT_EQ(ports_near({5000}, 3, 2), (List{5002, 4998}));
    EXPECT_EQ(ports_near({5000, 5001, 5002}, 3, 4), (List{4999, 5003, 4998, 5004}));
    EXPECT_EQ(ports_near({1, 65535}, 0, 4), (List{1, 65535, 2, 65534}));
    EXPECT_TRUE(ports_near({}, 0, 48).empty());
    const auto many = ports_near({6000, 5000, 5007}, 0, 500);
    EXPECT_EQ(std::set<std::uint16_t>(many.begin(), many.end()).size(), 500U);
}

}  // namespace
}  // namespace tox::dht
