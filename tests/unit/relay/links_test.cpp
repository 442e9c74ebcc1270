// SPDX-License-Identifier: GPL-3.0-or-later
// One relay as its client sees it: slots, notifications, out of band, pings; and relays that lie. The scripted relay
// cuts the connection for whatever c-toxcore's relay would cut it for.
#include <gtest/gtest.h>

#include "engine/relay/relay_connection.hpp"
#include "tests/sim/dice.hpp"
#include "tests/unit/relay/scripted_world.hpp"

namespace tox::test {
namespace {

class Links : public testing::Test {
  protected:
    void SetUp() override {
        for (Client* client : {&alice, &bob}) {
            client->pool.add(relay.key(), relay.at, world.now);
            client->pool.set_demand(RelayDemand::reserve, world.now);
        }
        world.run_for(1s);
        ASSERT_EQ(alice.pool.usable(), 1U);
        ASSERT_EQ(bob.pool.usable(), 1U);
    }
    void TearDown() override { EXPECT_EQ(relay.violations, std::vector<std::string>{}); }

    void seek_each_other() {
        alice.pool.seek(bob.key(), world.now);
        bob.pool.seek(alice.key(), world.now);
        world.run_for(1s);
    }
    bool send(Client& from, Client& to, Bytes packet) {
        const bool sent = from.pool.send(to.key(), relay.key(), packet, world.now);
        from.settle();
        return sent;
    }
    Visit& visit(Client& client) { return *relay.visit_of(client.key()); }

    ScriptedWorld world;
    ScriptedRelay& relay = world.add_relay();
    Client& alice = world.add_client();
    Client& bob = world.add_client();
};

TEST_F(Links, TheFirstFrameIsAPingAndItIsTimed) {
    ASSERT_FALSE(visit(alice).heard.empty());
    EXPECT_EQ(visit(alice).heard.front().front(), wire::RelayPing::kind);
    ASSERT_TRUE(alice.pool.round_trip(relay.key()));
    EXPECT_LE(*alice.pool.round_trip(relay.key()), 2 * world.latency);
    EXPECT_GT(*alice.pool.round_trip(relay.key()), Duration(0));
}

TEST_F(Links, TwoWhoSeekEachOtherAreLinked) {
    alice.pool.seek(bob.key(), world.now);
    world.run_for(1s);
    EXPECT_TRUE(alice.links.empty()) << "only one has asked";
    bob.pool.seek(alice.key(), world.now);
    world.run_for(1s);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
    EXPECT_EQ(bob.links, (std::vector<std::tuple<DhtKey, DhtKey, bool>>{{alice.key(), relay.key(), true}}));
    EXPECT_TRUE(send(alice, bob, Bytes(1400, 1)));
    world.run_for(1s);
    EXPECT_EQ(bob.packets, (std::vector<std::pair<DhtKey, Bytes>>{{alice.key(), Bytes(1400, 1)}}));
}

TEST_F(Links, T34_SlotsDifferOnBothSides) {
    bob.pool.seek(DhtKeyPair::generate().public_key, world.now);  // takes bob's first slot
    world.run_for(1s);
    seek_each_other();
    ASSERT_NE(visit(alice).slots[bob.key()], visit(bob).slots[alice.key()]);
    EXPECT_TRUE(send(alice, bob, {1, 2, 3}));
    EXPECT_TRUE(send(bob, alice, {4, 5}));
    world.run_for(1s);
    EXPECT_EQ(bob.packets, (std::vector<std::pair<DhtKey, Bytes>>{{alice.key(), {1, 2, 3}}}));
    EXPECT_EQ(alice.packets, (std::vector<std::pair<DhtKey, Bytes>>{{bob.key(), {4, 5}}}));
}

TEST_F(Links, T36_WhatDoesNotFitOutOfBandWaitsForALink) {
    alice.pool.seek(bob.key(), world.now);
    EXPECT_TRUE(send(alice, bob, Bytes(1024, 0x18)));
    EXPECT_FALSE(send(alice, bob, Bytes(1025, 0x18)));
    world.run_for(1s);
    EXPECT_EQ(bob.packets, (std::vector<std::pair<DhtKey, Bytes>>{{alice.key(), Bytes(1024, 0x18)}}));
    seek_each_other();
    EXPECT_TRUE(send(alice, bob, Bytes(2031, 1)));
    EXPECT_FALSE(send(alice, bob, Bytes(2032, 1))) << "no frame is as long";
}

TEST_F(Links, T36b_NothingEmptyIsSentAndItIsHarmlessToReceive) {
    seek_each_other();
    EXPECT_FALSE(send(alice, bob, {}));
    relay.say(visit(alice), Bytes{visit(alice).slots[bob.key()]});
    relay.say(visit(alice), {});
    world.run_for(1s);
    EXPECT_TRUE(alice.packets.empty());
    EXPECT_TRUE(send(alice, bob, {1}));
    EXPECT_EQ(alice.pool.usable(), 1U);
}

// Released and sought again before the relay has answered, in all orders: never data or a disconnect for a slot that we
// do not have.
TEST_F(Links, T33_SlotChangesAreSerialised) {
    sim::Dice dice(7);
    std::vector<DhtKey> others;
    for (int i = 0; i < 2; ++i) others.push_back(DhtKeyPair::generate().public_key);
    others.push_back(bob.key());
    bob.pool.seek(alice.key(), world.now);
    for (int i = 0; i < 600; ++i) {
        const DhtKey& peer = others[dice.below(others.size())];
        dice.chance(0.5) ? alice.pool.seek(peer, world.now) : alice.pool.forget(peer, world.now);
        if (dice.chance(0.5)) alice.pool.send(bob.key(), relay.key(), Bytes{1, 2}, world.now);
        if (dice.chance(0.4)) alice.settle();
        if (dice.chance(0.3)) world.run_for(Duration(dice.below(60'000)));
    }
    for (const DhtKey& peer : others) alice.pool.forget(peer, world.now);
    world.run_for(1s);
    EXPECT_TRUE(visit(alice).slots.empty()) << "every slot is given back";
    alice.pool.seek(bob.key(), world.now);
    world.run_for(1s);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
}

TEST_F(Links, T33_ASlotThatIsNoLongerWantedWhenItComesIsGivenBackOnce) {
    for (const int turns : {1, 2, 3}) {
        for (int i = 0; i < turns; ++i) {
            alice.pool.seek(bob.key(), world.now);
            alice.settle();
            alice.pool.forget(bob.key(), world.now);
            alice.settle();
        }
        world.run_for(1s);
        EXPECT_TRUE(visit(alice).slots.empty());
    }
    EXPECT_EQ(relay.heard(wire::RoutingRequest::kind), 3U) << "one at a time";
    EXPECT_EQ(relay.heard(wire::DisconnectNotification::kind), 3U);
}

TEST_F(Links, T35_ARefusalIsNoSlotAndNotRepeatedForAMinute) {
    relay.temper.refuses_links = true;
    alice.pool.seek(bob.key(), world.now);
    world.run_for(59s);
    EXPECT_EQ(relay.heard(wire::RoutingRequest::kind), 1U);
    relay.temper.refuses_links = false;
    bob.pool.seek(alice.key(), world.now);
    world.run_for(3s);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
}

TEST_F(Links, T35_NumbersBelow16AreNoSlotsEither) {
    relay.temper.mute = true;
    alice.pool.seek(bob.key(), world.now);
    world.run_for(100ms);
    relay.temper.mute = false;
    relay.tell(visit(alice), wire::RoutingResponse{15, bob.key()});
    relay.tell(visit(alice), wire::ConnectNotification{15});
    relay.tell(visit(alice), wire::RoutingResponse{16, bob.key()});  // nobody has asked again
    relay.tell(visit(alice), wire::ConnectNotification{16});
    world.run_for(100ms);
    EXPECT_TRUE(alice.links.empty());
    EXPECT_EQ(alice.pool.usable(), 1U);
    alice.pool.forget(bob.key(), world.now);
    world.run_for(100ms);
    EXPECT_EQ(relay.heard(wire::DisconnectNotification::kind), 0U);
}

TEST_F(Links, T38_AfterASurprisingDisconnectTheRouteIsAskedForAgain) {
    seek_each_other();
    world.run_for(2s);
    const auto asked = relay.heard(wire::RoutingRequest::kind);
    relay.tell(visit(alice), wire::DisconnectNotification{visit(alice).slots[bob.key()]});
    world.run_for(500ms);
    EXPECT_EQ(relay.heard(wire::RoutingRequest::kind), asked + 1);
    EXPECT_FALSE(alice.linked(bob.key(), relay));
    EXPECT_EQ(alice.links.back(), (std::tuple{bob.key(), relay.key(), false}));
    for (int i = 0; i < 100; ++i) {  // not as often as it likes
        relay.tell(visit(alice), wire::ConnectNotification{visit(alice).slots[bob.key()]});
        relay.tell(visit(alice), wire::DisconnectNotification{visit(alice).slots[bob.key()]});
    }
    world.run_for(500ms);
    EXPECT_EQ(relay.heard(wire::RoutingRequest::kind), asked + 1);
}

TEST_F(Links, APeerThatGoesAndComesBackIsLinkedAgain) {
    seek_each_other();
    bob.pool.forget(alice.key(), world.now);
    world.run_for(1s);
    EXPECT_FALSE(alice.linked(bob.key(), relay));
    bob.pool.seek(alice.key(), world.now);
    world.run_for(1s);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
}

TEST_F(Links, B98_ResponsesThatNobodyAskedFor) {
    seek_each_other();
    const DhtKey stranger = DhtKeyPair::generate().public_key;
    for (const Byte slot : {Byte{0}, Byte{1}, Byte{15}, Byte{16}, Byte{200}})
        relay.tell(visit(alice), wire::RoutingResponse{slot, stranger});
    relay.say(visit(alice), Bytes(34, 1));  // a key that is none
    world.run_for(1s);
    EXPECT_EQ(relay.heard(wire::DisconnectNotification::kind), 0U);
    EXPECT_TRUE(alice.linked(bob.key(), relay));
}

TEST_F(Links, B98_OneSlotForTwoEndsIt) {
    relay.temper.mute = true;
    alice.pool.seek(bob.key(), world.now);
    alice.pool.seek(relay.key(), world.now);
    world.run_for(100ms);
    relay.temper.mute = false;
    Visit& there = visit(alice);
    relay.tell(there, wire::RoutingResponse{20, bob.key()});
    relay.tell(there, wire::RoutingResponse{20, relay.key()});
    world.run_for(100ms);
    EXPECT_FALSE(there.alive());
}

TEST_F(Links, B99_UnknownSlotsAndOddPacketsAreIgnored) {
    for (const Byte slot : {Byte{0}, Byte{15}, Byte{16}, Byte{255}}) {
        relay.tell(visit(alice), wire::ConnectNotification{slot});
        relay.tell(visit(alice), wire::DisconnectNotification{slot});
        relay.say(visit(alice), Bytes{slot, 1, 2, 3});
    }
    relay.tell(visit(alice), wire::OutOfBandReceived{bob.key(), {Bytes(1025, 1)}});
    relay.tell(visit(alice), wire::OutOfBandReceived{alice.key(), {Bytes(5, 1)}});
    Bytes nobody(1 + 32, 0);  // from a key of low order
    nobody[0] = wire::OutOfBandReceived::kind;
    nobody.push_back(1);
    relay.say(visit(alice), nobody);
    for (Byte kind = 0; kind < 16; ++kind) {
        relay.say(visit(alice), Bytes{kind});
        relay.say(visit(alice), Bytes{kind, 77});
    }
    world.run_for(1s);
    EXPECT_TRUE(alice.packets.empty());
    EXPECT_TRUE(alice.links.empty());
    EXPECT_EQ(alice.pool.usable(), 1U);
    EXPECT_EQ(relay.tries.size(), 2U) << "nobody was cut off";
}

TEST_F(Links, B100_PingsAreAnsweredButNotAThousandAtOnce) {
    relay.tell(visit(alice), wire::RelayPing{0x0102030405060708});
    world.run_for(100ms);
    EXPECT_EQ(visit(alice).heard.back(), wire::serialise(wire::RelayPong{0x0102030405060708}));
    relay.tell(visit(alice), wire::RelayPing{0});
    relay.tell(visit(alice), wire::RelayPong{0});
    relay.tell(visit(alice), wire::RelayPong{99});
    world.run_for(5s);
    const auto before = relay.heard(wire::RelayPong::kind);
    for (std::uint64_t id = 1; id <= 1000; ++id) relay.tell(visit(alice), wire::RelayPing{id});
    world.run_for(900ms);
    EXPECT_GE(relay.heard(wire::RelayPong::kind), before + 10);
    EXPECT_LE(relay.heard(wire::RelayPong::kind), before + 20);
    EXPECT_EQ(alice.pool.usable(), 1U);
}

TEST_F(Links, R8_ARelayThatFallsSilentIsNoticedWithin40Seconds) {  // B102
    relay.temper.mute = true;
    world.run_for(41s);
    EXPECT_EQ(alice.pool.usable(), 0U);
    EXPECT_TRUE(relay.visits.front()->wire.closed);
}

// What we have sent and nobody says anything to: the relay may sleep with it unread.
TEST_F(Links, DataWithoutAnEchoIsFollowedByAPing) {
    world.run_for(5s);
    const auto pings = relay.heard(wire::RelayPing::kind);
    seek_each_other();
    const auto quiet = relay.heard(wire::RelayPing::kind);
    EXPECT_EQ(quiet, pings);
    EXPECT_TRUE(send(alice, bob, {1, 2, 3}));
    world.run_for(1500ms);
    EXPECT_EQ(relay.heard(wire::RelayPing::kind), quiet + 1);
    world.run_for(5s);
    EXPECT_EQ(relay.heard(wire::RelayPing::kind), quiet + 1);
}

TEST_F(Links, T32_NoMoreUnreadThanACToxcoreRelayCanTake) {
    seek_each_other();
    relay.temper.answers_pings = false;  // it does not read, either
    std::size_t taken = 0;
    for (int i = 0; i < 200; ++i)
        if (send(alice, bob, Bytes(1400, 1))) taken += 1400;
    EXPECT_GT(taken, 40U * 1024);
    EXPECT_LE(taken, 48U * 1024);
    EXPECT_FALSE(send(alice, bob, Bytes(1400, 1))) << "not now";
    EXPECT_TRUE(send(alice, bob, {1})) << "what keeps a session alive does not wait behind bulk";
    for (int i = 0; i < 10'000; ++i) taken += send(alice, bob, Bytes(64, 1)) ? 64U : 0U;
    EXPECT_LE(taken, 60U * 1024);
    relay.temper.answers_pings = true;
    alice.pool.network_changed(world.now);  // the next ping
    alice.settle();
    world.run_for(200ms);
    EXPECT_TRUE(send(alice, bob, {1}));
}

TEST_F(Links, OnionRequestsGoOutAndResponsesComeBack) {
    EXPECT_EQ(alice.pool.onion_relay(world.now), relay.key());
    EXPECT_FALSE(alice.pool.send_onion(relay.key(), Bytes(158, 1), world.now)) << "the relay would cut us off";
    EXPECT_TRUE(alice.pool.send_onion(relay.key(), Bytes(159, 1), world.now));
    EXPECT_FALSE(alice.pool.send_onion(bob.key(), Bytes(159, 1), world.now));
    alice.settle();
    world.run_for(100ms);
    EXPECT_EQ(relay.heard(wire::OnionRequestFrame::kind), 1U);
    relay.tell(visit(alice), wire::OnionResponseFrame{{Bytes{0x84, 1, 2}}});
    world.run_for(100ms);
    EXPECT_EQ(alice.onion, (std::vector<Bytes>{{0x84, 1, 2}}));
}

TEST_F(Links, AListenerMaySeekAndForgetWhileItIsTold) {
    seek_each_other();
    int calls = 0;
    bob.on_packet = [&] {
        ++calls % 2 == 1 ? bob.pool.forget(alice.key(), world.now) : bob.pool.seek(alice.key(), world.now);
        bob.pool.tie(alice.key(), relay.as_relay(), world.now);
        bob.pool.send(alice.key(), relay.key(), Bytes{9}, world.now);
    };
    for (int i = 0; i < 20; ++i) {
        send(alice, bob, Bytes(10, 1));
        world.run_for(30ms);
    }
    EXPECT_GT(calls, 1);
}

}  // namespace
}  // namespace tox::test
