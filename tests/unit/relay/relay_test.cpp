// SPDX-License-Identifier: GPL-3.0-or-later
// Pools and servers together: links, packets out of band, and relays that die or are not needed.
#include "engine/crypto/random.hpp"
#include "tests/unit/relay/joined_world.hpp"

namespace tox::test::joined {
namespace {

TEST_F(RelayWorld, TwoWhoSeekEachOtherAreLinked) {
    introduce();
    EXPECT_EQ(a.opened, 1);
    EXPECT_EQ(b.opened, 1);
    ASSERT_EQ(a.pool.links(b.keys.public_key), std::vector{host.relay().key});
    const Bytes packet(1400, 0x1b);
    EXPECT_TRUE(send(a, b, packet));
    settle();
    ASSERT_EQ(b.packets.size(), 1U);
    EXPECT_EQ(b.packets[0].peer, a.keys.public_key);
    EXPECT_EQ(b.packets[0].relay, host.relay().key);
    EXPECT_EQ(b.packets[0].bytes, packet);
}

TEST_F(RelayWorld, OneByteAtATimeIsEnough) {
    wire.piece = 1;
    introduce();
    EXPECT_TRUE(send(a, b, Bytes(1400, 1)));
    settle();
    EXPECT_EQ(b.packets.size(), 1U);
}

TEST_F(RelayWorld, T36_OutOfBandOnlyWhatFits) {
    for (User* user : {&a, &b}) {
        user->pool.add(host.relay().key, host.relay().endpoint, clock.now());
        user->pool.set_demand(RelayDemand::reserve, clock.now());
    }
    settle();
    EXPECT_TRUE(send(a, b, Bytes(RelayPool::most_out_of_band, 0x18)));
    EXPECT_FALSE(send(a, b, Bytes(RelayPool::most_out_of_band + 1, 0x18)));
    EXPECT_FALSE(send(a, b, {}));  // T36b
    settle();
    ASSERT_EQ(b.packets.size(), 1U);
    EXPECT_EQ(b.packets[0].peer, a.keys.public_key);
}

TEST_F(RelayWorld, APeerThatLeavesClosesTheLinkAndOpensItAgain) {
    introduce();
    b.pool.forget(a.keys.public_key, clock.now());
    settle();
    EXPECT_EQ(a.closed, 1);
    EXPECT_TRUE(a.pool.links(b.keys.public_key).empty());
    b.pool.seek(a.keys.public_key, clock.now());
    settle();
    EXPECT_EQ(a.opened, 2);  // without a's asking again
    EXPECT_EQ(a.pool.usable(), 1U);
}

TEST_F(RelayWorld, ATiedRelayIsUsedAtOnce) {
    b.pool.add(host.relay().key, host.relay().endpoint, clock.now());
    b.pool.set_demand(RelayDemand::reserve, clock.now());
    a.pool.seek(b.keys.public_key, clock.now());
    a.pool.tie(b.keys.public_key, host.relay(), clock.now());
    settle();
    EXPECT_EQ(a.usable, 1);
    EXPECT_EQ(a.pool.tied(b.keys.public_key), std::vector{host.relay().key});
    EXPECT_TRUE(send(a, b, Bytes{0x18}));
    settle();
    EXPECT_EQ(b.packets.size(), 1U);
}

TEST_F(RelayWorld, ADeadRelayIsNoticedAndAnotherTakesItsPlace) {
    introduce();
    for (User* user : {&a, &b}) user->pool.add(second.relay().key, second.relay().endpoint, clock.now());
    settle();
    EXPECT_EQ(a.pool.links(b.keys.public_key).size(), 2U);
    hosts = {&second};  // the first one answers nothing any more
    for (int i = 0; i < 2; ++i) wire.pipe(static_cast<std::size_t>(i)).break_off(StreamEnd::closed);
    settle();
    EXPECT_EQ(a.pool.links(b.keys.public_key), std::vector{second.relay().key});
}

TEST_F(RelayWorld, R8_SilenceEndsAConnection) {
    introduce();
    wire.pipe(0).set_room(0);
    wire.pipe(1).set_room(0);
    wire.mute = true;
    pass(45s);
    EXPECT_EQ(a.pool.usable(), 0U);
    EXPECT_EQ(a.closed, 1);
}

TEST_F(RelayWorld, R8_TriesAreNeverCloserThanASecondAndGrowRare) {
    a.pool.add(DhtKeyPair::generate().public_key, Endpoint::v4({192, 0, 2, 99}, 443), clock.now());
    a.pool.set_demand(RelayDemand::lifeline, clock.now());
    settle();
    EXPECT_EQ(wire.connects, 1U);
    pass(500ms, 100ms);
    EXPECT_EQ(wire.connects, 1U);
    pass(60s);
    EXPECT_GE(wire.connects, 4U);
    EXPECT_LE(wire.connects, 8U);
}

TEST_F(RelayWorld, NobodyIsConnectedWithoutNeed) {
    a.pool.add(host.relay().key, host.relay().endpoint, clock.now());
    settle();
    EXPECT_EQ(wire.connects, 0U);
    a.pool.set_demand(RelayDemand::reserve, clock.now());
    settle();
    EXPECT_EQ(a.pool.usable(), 1U);
    a.pool.set_demand(RelayDemand::none, clock.now());
    pass(15s);
    EXPECT_EQ(a.pool.usable(), 0U);
    EXPECT_EQ(host.server.clients(), 0U);
}

TEST_F(RelayWorld, ARelaySleepsWhileThePeerIsReachedDirectly) {
    introduce();
    for (User* user : {&a, &b}) user->pool.set_demand(RelayDemand::none, clock.now());
    pass(20s);
    EXPECT_EQ(a.pool.usable(), 1U);  // the peer is met there
    a.pool.set_direct(b.keys.public_key, true, clock.now());
    pass(20s);
    EXPECT_EQ(a.pool.usable(), 0U);
}

TEST_F(RelayWorld, ALotOfPeersShareOneConnection) {
    introduce();
    for (int i = 0; i < 300; ++i) a.pool.seek(DhtKeyPair::generate().public_key, clock.now());
    settle();
    EXPECT_EQ(a.pool.usable(), 1U);
    EXPECT_TRUE(send(a, b, Bytes{0x1b}));
    settle();
    EXPECT_EQ(b.packets.size(), 1U);
}

TEST_F(RelayWorld, AfterAMoveConnectionsMustAnswerSoon) {
    introduce();
    wire.pipe(0).set_room(0);
    wire.mute = true;
    a.pool.network_changed(clock.now());
    pass(3s);
    EXPECT_EQ(a.pool.usable(), 0U);
    wire.mute = false;
    pass(3s);
    EXPECT_EQ(a.pool.links(b.keys.public_key).size(), 1U);
}

TEST_F(RelayWorld, OnionRequestsGoThereAndBack) {
    introduce();
    const Bytes request(300, 7);
    const auto relay = a.pool.onion_relay(clock.now());
    ASSERT_TRUE(relay);
    EXPECT_TRUE(a.pool.send_onion(*relay, request, clock.now()));
    settle();
    EXPECT_EQ(host.asked, request);
    EXPECT_EQ(a.onion, (Bytes{0x84, 1, 2}));
}

}  // namespace
}  // namespace tox::test::joined
