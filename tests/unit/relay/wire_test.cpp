// SPDX-License-Identifier: GPL-3.0-or-later
// Relay packets: every one survives the wire, and nothing that is cut or too long is taken for one.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "engine/wire/relay.hpp"

namespace tox::test {
namespace {

using namespace wire;

template <class Packet>
void expect_exact(const Packet& packet) {
    const Bytes bytes = serialise(packet);
    const auto back = parse<Packet>(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, packet);
    for (std::size_t size = 0; size < size_of<Packet>; ++size)
        EXPECT_FALSE(parse<Packet>(ByteView(bytes).first(size))) << size;
    if constexpr (!is_open<Packet>) {
        Bytes longer = bytes;
        longer.push_back(0);
        EXPECT_FALSE(parse<Packet>(longer));
    }
}

TEST(RelayWire, EveryPacketSurvives) {
    const DhtKey key = DhtKeyPair::generate().public_key;
    expect_exact(RelayHello{key, Nonce::random(), {Bytes(72, 1)}});
    expect_exact(RelayWelcome{Nonce::random(), {Bytes(72, 1)}});
    expect_exact(RoutingRequest{key});
    expect_exact(RoutingResponse{200, key});
    expect_exact(ConnectNotification{16});
    expect_exact(DisconnectNotification{255});
    expect_exact(RelayPing{random_u64()});
    expect_exact(RelayPong{random_u64()});
    expect_exact(OutOfBandSend{key, {Bytes(most_out_of_band, 7)}});
    expect_exact(OutOfBandReceived{key, {Bytes(1, 7)}});
    expect_exact(OnionRequestFrame{{Bytes(159, 7)}});
    expect_exact(OnionResponseFrame{{Bytes(300, 7)}});
}

TEST(RelayWire, KindsAreThoseOfTheSpec) {
    EXPECT_EQ(serialise(RoutingRequest{DhtKeyPair::generate().public_key})[0], 0);
    EXPECT_EQ(serialise(ConnectNotification{16}), (Bytes{2, 16}));
    EXPECT_EQ(serialise(DisconnectNotification{16}), (Bytes{3, 16}));
    EXPECT_EQ(serialise(RelayPing{1}), (Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(serialise(RelayPong{1})[0], 5);
}

}  // namespace
}  // namespace tox::test
