// SPDX-License-Identifier: GPL-3.0-or-later
// Which relays are connected, when, and how many; and when a relay is tried again.
#include <gtest/gtest.h>

#include "engine/relay/known_relays.hpp"
#include "tests/unit/relay/scripted_world.hpp"

namespace tox::test {
namespace {

class Choice : public testing::Test {
  protected:
    ScriptedRelay& known_relay(std::uint16_t port = 33445) {
        ScriptedRelay& relay = world.add_relay(port);
        alice.pool.add(relay.key(), relay.at, world.now);
        return relay;
    }
    void demand(RelayDemand what) { alice.pool.set_demand(what, world.now); }
    void seek_at(const DhtKey& peer, const ScriptedRelay& relay) {
        alice.pool.seek(peer, world.now);
        alice.pool.tie(peer, relay.as_relay(), world.now);
    }
    static DhtKey somebody() { return DhtKeyPair::generate().public_key; }
    std::size_t tried() const {
        return static_cast<std::size_t>(
            std::count_if(world.relays.begin(), world.relays.end(), [](const auto& r) { return !r->tries.empty(); }));
    }
    void expect_no_violations() const {
        for (const auto& relay : world.relays) EXPECT_EQ(relay->violations, std::vector<std::string>{});
    }
    void TearDown() override { expect_no_violations(); }

    ScriptedWorld world;
    Client& alice = world.add_client();
};

TEST_F(Choice, NoneIsOpenedUnlessNeeded) {
    known_relay();
    world.run_for(1h);
    EXPECT_EQ(tried(), 0U);
    EXPECT_EQ(alice.ticks, 1U);
    EXPECT_EQ(alice.pool.known(), 1U);
}

TEST_F(Choice, ThreeInReserveAndTheyStay) {
    for (int i = 0; i < 10; ++i) known_relay();
    demand(RelayDemand::reserve);
    world.run_for(10min);
    EXPECT_EQ(tried(), 3U);
    EXPECT_EQ(alice.pool.usable(), 3U);
    EXPECT_EQ(alice.pool.connected().size(), 3U);
    EXPECT_EQ(alice.pool.worth_saving().size(), 3U);
    demand(RelayDemand::none);
    world.run_for(11s);
    EXPECT_EQ(alice.pool.usable(), 0U);
    EXPECT_EQ(alice.pool.worth_saving().size(), 3U);
}

TEST_F(Choice, TheFirstUsableComesWithinOneRoundTripOfSeveral) {
    const std::vector<std::uint16_t> ports{33445, 33445, 33445, 443, 443, 443, 3389, 3389};
    for (const std::uint16_t port : ports) known_relay(port);
    for (auto& relay : world.relays)
        if (std::get<Endpoint>(relay->at).port != 3389) relay->temper.door = Temper::Door::silent;
    demand(RelayDemand::lifeline);
    const auto time = world.run_until([&] { return alice.pool.usable() > 0; }, 10s);
    ASSERT_TRUE(time);
    EXPECT_LE(*time, 5 * world.latency) << "ports that firewalls treat differently are tried side by side";
}

TEST_F(Choice, SilentOnesAreNotWaitedFor) {
    for (int i = 0; i < 9; ++i) known_relay(443).temper.door = Temper::Door::silent;
    known_relay(33445).temper.door = Temper::Door::silent;
    ScriptedRelay& good = known_relay(8080);
    demand(RelayDemand::lifeline);
    const auto time = world.run_until([&] { return good.visitors() > 0; }, 30s);
    ASSERT_TRUE(time);
    EXPECT_LE(*time, 4s);
    world.run_for(30s);
    EXPECT_LE(alice.most_sockets, RelayPool::most_connections);
}

TEST_F(Choice, ReplacementBeforeNeed) {
    for (int i = 0; i < 5; ++i) known_relay();
    demand(RelayDemand::reserve);
    world.run_for(1min);
    for (auto& relay : world.relays)
        if (relay->visitors() > 0) {
            relay->temper.door = Temper::Door::refuses;
            relay->hang_up();
            break;
        }
    EXPECT_EQ(alice.pool.usable(), 2U);
    EXPECT_TRUE(world.run_until([&] { return alice.pool.usable() == 3; }, 5 * world.latency));
}

TEST_F(Choice, ATiedRelayIsOpenedAtOnceThoughNoneIsInDemand) {
    ScriptedRelay& relay = world.add_relay();
    const DhtKey peer = somebody();
    seek_at(peer, relay);
    alice.settle();
    EXPECT_EQ(relay.tries.size(), 1U);
    world.run_for(1s);
    EXPECT_EQ(alice.usable, (std::vector<std::pair<DhtKey, DhtKey>>{{peer, relay.key()}}));
    EXPECT_EQ(alice.pool.tied(peer), std::vector<DhtKey>{relay.key()});
    world.run_for(1h);
    EXPECT_EQ(relay.tries.size(), 1U) << "and stays";
    alice.pool.forget(peer, world.now);
    world.run_for(11s);
    EXPECT_EQ(relay.visitors(), 0U);
}

TEST_F(Choice, OneConnectionForAllPeers) {
    ScriptedRelay& relay = world.add_relay();
    for (int i = 0; i < 100; ++i) seek_at(somebody(), relay);
    world.run_for(1s);
    EXPECT_EQ(relay.tries.size(), 1U);
    EXPECT_EQ(relay.heard(wire::RoutingRequest::kind), 100U);
}

TEST_F(Choice, ForReachedDirectlyTheySleepAndWake) {
    ScriptedRelay& relay = world.add_relay();
    Client& bob = world.add_client();
    seek_at(bob.key(), relay);
    bob.pool.seek(alice.key(), world.now);
    bob.pool.tie(alice.key(), relay.as_relay(), world.now);
    world.run_for(1s);
    ASSERT_TRUE(alice.linked(bob.key(), relay));
    alice.pool.set_direct(bob.key(), true, world.now);
    world.run_for(9s);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
    world.run_for(2s);
    EXPECT_EQ(alice.sockets, 0U);
    EXPECT_EQ(alice.links.back(), (std::tuple{bob.key(), relay.key(), false})) << "whoever used the link is told";
    alice.pool.set_direct(bob.key(), false, world.now);
    ASSERT_TRUE(world.run_until([&] { return alice.linked(bob.key(), relay); }, 1500ms));
}

TEST_F(Choice, NoMoreSocketsThanAllowedAndEveryPeerHasItsTurn) {
    std::vector<DhtKey> people;
    for (int i = 0; i < 12; ++i) {
        people.push_back(somebody());
        for (std::size_t n = 0; n < 5; ++n) seek_at(people.back(), world.add_relay());
    }
    world.run_for(2s);
    EXPECT_EQ(alice.sockets, RelayPool::most_connections);
    for (const DhtKey& peer : people) EXPECT_GE(alice.pool.tied(peer).size(), 1U) << "a relay each before two for one";
    world.run_for(10min);
    EXPECT_LE(alice.most_sockets, RelayPool::most_connections);
    EXPECT_GT(tried(), 40U) << "where nobody is met, others get the socket";
}

TEST_F(Choice, PeersTakePrecedenceOverReserves) {
    for (std::size_t i = 0; i < 20; ++i) known_relay().temper.door = Temper::Door::silent;
    demand(RelayDemand::lifeline);
    world.run_for(6s);
    ASSERT_EQ(alice.sockets, RelayPool::most_connections);
    ScriptedRelay& relay = world.add_relay();
    seek_at(somebody(), relay);
    alice.settle();
    EXPECT_EQ(relay.tries.size(), 1U);
    EXPECT_EQ(alice.most_sockets, RelayPool::most_connections);
}

// B60: contacts that name hundreds of relays displace none of ours, and make us try only a few.
TEST_F(Choice, WhatPeersNameLeavesOurOwnAlone) {
    for (int i = 0; i < 20; ++i) known_relay();
    demand(RelayDemand::reserve);
    world.run_for(5s);
    const auto own = alice.pool.connected();
    ASSERT_EQ(own.size(), RelayPool::reserve_relays);
    for (int hostile = 0; hostile < 6; ++hostile) {
        const DhtKey peer = somebody();
        for (int i = 0; i < 38; ++i) seek_at(peer, world.add_relay());
    }
    world.run_for(5min);
    const auto among = [](const std::vector<Relay>& relays, const DhtKey& key) {
        return std::any_of(relays.begin(), relays.end(), [&](const Relay& one) { return one.key == key; });
    };
    for (const Relay& relay : own) EXPECT_TRUE(among(alice.pool.connected(), relay.key));
    EXPECT_LE(tried(), 20U + 6 * 2 * RelayPool::most_per_peer);
    const auto saved = alice.pool.worth_saving();
    for (std::size_t i = 20; i < world.relays.size(); ++i) EXPECT_FALSE(among(saved, world.relays[i]->key()));
    const auto is_ours = [&](const DhtKey& key) {
        return std::any_of(world.relays.begin(), world.relays.begin() + 20,
                           [&](const auto& relay) { return relay->key() == key; });
    };
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(is_ours(alice.pool.onion_relay(world.now).value()));
}

// Somebody who hides behind relays connects to none that a contact chose: it would see our address.
TEST_F(Choice, KeptToOurOwn) {
    alice.pool.keep_to_own();
    const DhtKey peer = somebody();
    ScriptedRelay& theirs = world.add_relay();
    ScriptedRelay& ours = known_relay();
    seek_at(peer, theirs);
    seek_at(peer, ours);
    world.run_for(1min);
    EXPECT_TRUE(theirs.tries.empty());
    EXPECT_EQ(alice.pool.tied(peer), std::vector<DhtKey>{ours.key()});
}

TEST_F(Choice, AtMostSixPerPeerAndTheUselessMakeRoom) {
    const DhtKey peer = somebody();
    for (int i = 0; i < 6; ++i) {
        ScriptedRelay& dead = world.add_relay();
        dead.temper.door = Temper::Door::refuses;
        seek_at(peer, dead);
    }
    world.run_for(1s);
    ScriptedRelay& good = world.add_relay();
    seek_at(peer, good);
    world.run_for(1s);
    EXPECT_EQ(alice.pool.tied(peer), std::vector<DhtKey>{good.key()});
    for (int i = 0; i < 30; ++i) seek_at(peer, world.add_relay());
    world.run_for(10s);
    EXPECT_LE(alice.pool.tied(peer).size(), RelayPool::most_per_peer);
}

TEST_F(Choice, R8_TriesAreAtLeastASecondApartAndGrowRare) {
    ScriptedRelay& dead = known_relay();
    dead.temper.door = Temper::Door::refuses;
    demand(RelayDemand::lifeline);
    world.run_for(1h);
    for (std::size_t i = 1; i < dead.tries.size(); ++i) EXPECT_GE(dead.tries[i] - dead.tries[i - 1], 1s);
    EXPECT_GE(dead.tries.size(), 15U);
    EXPECT_LE(dead.tries.size(), 26U);
    EXPECT_LE(dead.tries.back() - dead.tries[dead.tries.size() - 2], 6min + 1s);
    for (int i = 0; i < 50; ++i) {
        alice.pool.network_changed(world.now);
        world.run_for(100ms);
    }
    const auto recent = static_cast<std::size_t>(
        std::count_if(dead.tries.begin(), dead.tries.end(), [&](Instant at) { return at >= world.now - 5s; }));
    EXPECT_LE(recent, 6U);
}

TEST_F(Choice, ARestartedRelayIsBackWithinThreeSeconds) {
    ScriptedRelay& relay = known_relay();
    seek_at(somebody(), relay);
    world.run_for(1min);
    relay.temper.door = Temper::Door::refuses;
    relay.hang_up();
    world.run_for(5min);
    relay.temper.door = Temper::Door::open;
    EXPECT_TRUE(world.run_until([&] { return alice.pool.usable() == 1; }, 3s + 5 * world.latency));
}

TEST_F(Choice, OneThatTakesUsAndDropsUsGrowsRareToo) {
    ScriptedRelay& liar = known_relay();
    demand(RelayDemand::lifeline);
    for (int i = 0; i < 36'000; ++i) {
        world.run_for(100ms);
        if (alice.pool.usable() > 0) liar.hang_up();
    }
    EXPECT_LE(liar.tries.size(), 26U);
}

TEST_F(Choice, AfterAMoveConnectionsAnswerSoonOrAreReplaced) {
    ScriptedRelay& old = known_relay();
    demand(RelayDemand::reserve);
    world.run_for(1min);
    ScriptedRelay& fresh = known_relay();
    old.temper.mute = true;
    alice.pool.network_changed(world.now);
    ASSERT_TRUE(world.run_until([&] { return fresh.visitors() == 1; }, 1s)) << "beside those in doubt";
    ASSERT_TRUE(world.run_until([&] { return old.visits.front()->wire.closed; }, 2s));
    EXPECT_EQ(alice.pool.usable(), 1U);
}

TEST_F(Choice, WhenTheNetworkIsBackAllAreTriedAnew) {
    for (int i = 0; i < 5; ++i) known_relay().temper.door = Temper::Door::refuses;
    demand(RelayDemand::lifeline);
    world.run_for(2h);
    for (auto& relay : world.relays) relay->temper.door = Temper::Door::open;
    ASSERT_TRUE(world.run_until([&] { return alice.pool.usable() > 0; }, 6min));
    EXPECT_TRUE(world.run_until([&] { return alice.pool.usable() == 3; }, 2s)) << "the others did not deserve it";
}

TEST_F(Choice, LinksAreOrderedByRoundTrip) {
    ScriptedRelay& near = known_relay();
    ScriptedRelay& far = known_relay();
    Client& bob = world.add_client();
    far.temper.answers_pings = false;  // no round trip is known
    for (auto* relay : {&near, &far}) {
        seek_at(bob.key(), *relay);
        bob.pool.seek(alice.key(), world.now);
        bob.pool.tie(alice.key(), relay->as_relay(), world.now);
    }
    world.run_for(2s);
    EXPECT_EQ(alice.pool.links(bob.key()), (std::vector<DhtKey>{near.key(), far.key()}));
}

TEST_F(Choice, IdleConnectionsWakeUsRarely) {
    for (int i = 0; i < 3; ++i) known_relay();
    demand(RelayDemand::reserve);
    world.run_for(1min);
    const auto before = alice.ticks;
    world.run_for(10min);
    EXPECT_LE(alice.ticks - before, 50U) << "pings of all on one beat";
}

TEST_F(Choice, OurselvesAreNoRelay) {
    alice.pool.add(alice.key(), Endpoint::v4({192, 0, 2, 200}, 443), world.now);
    EXPECT_EQ(alice.pool.known(), 0U);
}

// ---- what is known -----------------------------------------------------------------------------------------------

const Instant start{1h};

Endpoint place(unsigned number, std::uint16_t port = 33445) {
    return Endpoint::v4({10, 0, static_cast<Byte>(number / 256), static_cast<Byte>(number % 256)}, port);
}

TEST(KnownRelays, BoundedAndConnectedOnesStay) {
    KnownRelays known;
    const DhtKey mine = DhtKeyPair::generate().public_key;
    known.add(mine, place(0), start);
    known.tried(mine, start);
    known.connected(mine, start);
    for (unsigned i = 1; i < 500; ++i) known.add(DhtKeyPair::generate().public_key, place(i), start);
    EXPECT_EQ(known.size(), KnownRelays::capacity);
    EXPECT_NE(known.find(mine), nullptr);
}

TEST(KnownRelays, AllAddressesHaveTheirTurnAndTheOneThatWorkedStaysInFront) {
    KnownRelays known;
    const DhtKey relay = DhtKeyPair::generate().public_key;
    const StreamAddress name = HostName{"relay.example", 443};
    known.add(relay, name, start);
    known.add(relay, place(1), start);
    known.failed(relay, start);
    EXPECT_EQ(known.find(relay)->address(), StreamAddress(place(1)));
    known.connected(relay, start);
    known.failed(relay, start + 1h);
    for (unsigned i = 2; i < 20; ++i) known.add(relay, place(i), start + 1h);  // lies of a contact
    EXPECT_EQ(known.find(relay)->addresses.size(), KnownRelays::most_addresses);
    EXPECT_EQ(known.find(relay)->addresses.front(), StreamAddress(place(1)));
    EXPECT_EQ(endpoint_of(*known.find(relay)), place(1));
}

TEST(KnownRelays, ANewAddressIsTriedBeforeThePauseEndsButNotWithinASecond) {
    KnownRelays known;
    const DhtKey relay = DhtKeyPair::generate().public_key;
    known.add(relay, place(1), start);
    for (int i = 0; i < 9; ++i) {
        known.tried(relay, start);
        known.failed(relay, start);
    }
    EXPECT_FALSE(known.may_try(relay, start + 30s));
    known.add(relay, place(2), start);
    EXPECT_FALSE(known.may_try(relay, start + 999ms));
    EXPECT_TRUE(known.may_try(relay, start + 1s));
    EXPECT_EQ(known.find(relay)->address(), StreamAddress(place(2)));
}

TEST(KnownRelays, ProvenOnesFirstThenPortsByTurnsThenFailedOnes) {
    KnownRelays known;
    std::vector<DhtKey> keys;
    const std::vector<std::uint16_t> ports{33445, 33445, 443, 443, 3389, 33445, 443};
    for (unsigned i = 0; i < ports.size(); ++i) {
        keys.push_back(DhtKeyPair::generate().public_key);
        known.add(keys.back(), place(i, ports[i]), start);
    }
    known.connected(keys[0], start);
    known.rested(keys[0], start, start);
    known.failed(keys[6], start);
    const auto order = known.candidates(start + 1h);
    ASSERT_EQ(order.size(), ports.size());
    EXPECT_EQ(order.front(), keys[0]);
    EXPECT_EQ(order.back(), keys[6]);
    std::set<std::uint16_t> first_three;
    for (std::size_t i = 1; i < 4; ++i) first_three.insert(std::get<Endpoint>(known.find(order[i])->address()).port);
    EXPECT_EQ(first_three, (std::set<std::uint16_t>{443, 3389, 33445}));
}

TEST(KnownRelays, WorthSavingAreThoseThatWorkedBestFirst) {
    KnownRelays known;
    std::vector<DhtKey> keys;
    for (unsigned i = 0; i < 4; ++i) {
        keys.push_back(DhtKeyPair::generate().public_key);
        known.add(keys.back(), place(i), start);
    }
    known.connected(keys[0], start);
    known.connected(keys[1], start + 1s);
    known.rested(keys[1], start + 2s, start + 2s);
    known.failed(keys[2], start);
    const auto saved = known.worth_saving();
    ASSERT_EQ(saved.size(), 2U);
    EXPECT_EQ(saved[0].key, keys[0]);
    EXPECT_EQ(saved[1].key, keys[1]);
}

}  // namespace
}  // namespace tox::test
