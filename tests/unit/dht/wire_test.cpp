// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes of the DHT's packets: golden sizes, round trips, and that nothing but the exact shape is taken.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "tests/unit/dht/world.hpp"

namespace tox::test {
namespace {

Node v4_node(std::uint16_t port) { return {DhtKeyPair::generate().public_key, *Endpoint::parse("192.0.2.7", port)}; }
Node v6_node(std::uint16_t port) { return {DhtKeyPair::generate().public_key, *Endpoint::parse("2001:db8::7", port)}; }

template <class P>
Bytes round_trip(const P& packet) {
    const Bytes bytes = wire::serialise(packet);
    const auto back = wire::parse<P>(bytes);
    EXPECT_TRUE(back);
    EXPECT_TRUE(back == packet);
    return bytes;
}

class Frames : public testing::Test {
  protected:
    template <class Frame, class Content>
    Bytes frame_of(const Content& content) {
        const Bytes bytes = sender.frame<Frame>(receiver.keys.public_key, content);
        const auto frame = wire::parse<Frame>(bytes);
        EXPECT_TRUE(frame);
        EXPECT_EQ(receiver.opened<Frame>(bytes, sender.keys.public_key), content);
        EXPECT_EQ(round_trip(*frame), bytes);
        return bytes;
    }
    Stranger sender, receiver;
};

TEST_F(Frames, Ping) {
    EXPECT_EQ(frame_of<wire::PingRequest>(wire::PingBody<0>{0x0102030405060708}).size(), 82U);
    EXPECT_EQ(frame_of<wire::PingResponse>(wire::PingBody<1>{7}).size(), 82U);
    EXPECT_EQ(wire::serialise(wire::PingBody<1>{0x0102030405060708}), *from_hex("010102030405060708"));
}

TEST_F(Frames, PingWithTheOtherKindInsideIsRefused) {  // trap 8, B54
    Bytes bytes = sender.frame<wire::PingRequest>(receiver.keys.public_key, wire::PingBody<0>{1});
    bytes[0] = wire::PingResponse::kind;
    EXPECT_FALSE(receiver.opened<wire::PingResponse>(bytes, sender.keys.public_key));
}

TEST_F(Frames, NodesRequest) {
    wire::NodesRequestBody body{receiver.keys.public_key.raw(), 99};
    EXPECT_EQ(frame_of<wire::NodesRequest>(body).size(), 113U);
    EXPECT_EQ(wire::serialise(body).size(), 40U);
}

TEST_F(Frames, NodesResponse) {
    wire::NodesResponseBody body;
    for (const std::size_t size : {82U, 121U, 160U, 199U, 238U}) {  // notes 13.7
        EXPECT_EQ(frame_of<wire::NodesResponse>(body).size(), size);
        body.named.nodes.push_back(v4_node(33445));
    }
    body.named.nodes = {v6_node(1), v6_node(2), v6_node(3), v6_node(4)};
    EXPECT_EQ(frame_of<wire::NodesResponse>(body).size(), 286U);
}

TEST_F(Frames, EveryTruncationAndExtensionIsRefused) {  // trap 7, R1
    wire::NodesResponseBody response{{{v4_node(1), v6_node(2)}}, 5};
    const Bytes plain = wire::serialise(response);
    for (std::size_t size = 0; size < plain.size(); ++size)
        EXPECT_FALSE(wire::parse<wire::NodesResponseBody>(ByteView(plain).first(size))) << size;
    Bytes longer = plain;
    longer.push_back(0);
    EXPECT_FALSE(wire::parse<wire::NodesResponseBody>(longer));

    const Bytes ping = sender.frame<wire::PingRequest>(receiver.keys.public_key, wire::PingBody<0>{1});
    for (std::size_t size = 0; size < ping.size(); ++size)
        EXPECT_FALSE(wire::parse<wire::PingRequest>(ByteView(ping).first(size))) << size;
    longer = ping;
    longer.push_back(0);
    EXPECT_FALSE(wire::parse<wire::PingRequest>(longer));
}

TEST(NodesResponse, CountMustMatch) {  // trap 5, B58
    wire::NodesResponseBody body{{{v4_node(1), v4_node(2)}}, 5};
    const Bytes plain = wire::serialise(body);
    for (unsigned count = 0; count < 256; ++count) {
        Bytes wrong = plain;
        wrong[0] = static_cast<Byte>(count);
        EXPECT_EQ(wire::parse<wire::NodesResponseBody>(wrong).has_value(), count == 2) << count;
    }
}

TEST(NodesResponse, ForeignFamiliesMakeItInvalid) {  // trap 6, B59
    wire::NodesResponseBody body{{{v4_node(1), v4_node(2)}}, 5};
    for (const unsigned family : {0U, 1U, 3U, 4U, 130U, 138U, 255U}) {
        Bytes plain = wire::serialise(body);
        plain[1] = static_cast<Byte>(family);
        EXPECT_FALSE(wire::parse<wire::NodesResponseBody>(plain)) << family;
    }
}

TEST(NodesResponse, BadAddressesAndKeysAreLeftOut) {  // B59
    wire::NodesResponseBody body{{{v4_node(0), v4_node(2)}}, 5};
    const auto parsed = wire::parse<wire::NodesResponseBody>(wire::serialise(body));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->named.nodes.size(), 1U);
    body.named.nodes[0] = {DhtKey{}, *Endpoint::parse("192.0.2.7", 5)};  // key 0: small order
    EXPECT_EQ(wire::parse<wire::NodesResponseBody>(wire::serialise(body))->named.nodes.size(), 1U);
}

TEST(DhtRequest, Sizes) {
    Stranger a, b;
    wire::DhtRequest request{b.keys.public_key, a.keys.public_key, Nonce::random(), {}};
    seal(*precompute(b.keys.public_key, a.keys.secret), request.nonce, wire::serialise(wire::NatPing{0, 7}),
         request.box.bytes);
    EXPECT_EQ(round_trip(request).size(), 115U);
    const Bytes bytes = wire::serialise(request);
    for (std::size_t size = 0; size < 106; ++size)
        EXPECT_FALSE(wire::parse<wire::DhtRequest>(ByteView(bytes).first(size)));
}

TEST(NatPing, Shape) {  // B67
    EXPECT_EQ(round_trip(wire::NatPing{1, 0x0102030405060708}), *from_hex("FE010102030405060708"));
    EXPECT_FALSE(wire::parse<wire::NatPing>(*from_hex("FE0001020304050607")));
    EXPECT_FALSE(wire::parse<wire::NatPing>(*from_hex("FE000102030405060708FF")));
}

TEST(LanDiscovery, Shape) {
    Bytes bytes = round_trip(wire::LanDiscovery{DhtKeyPair::generate().public_key});
    EXPECT_EQ(bytes.size(), 33U);
    bytes.push_back(0);
    EXPECT_FALSE(wire::parse<wire::LanDiscovery>(bytes));
}

TEST(Info, Shape) {
    EXPECT_EQ(round_trip(wire::InfoRequest{}).size(), 78U);
    const Bytes hello = round_trip(wire::InfoResponse{0x3b9ad1e2, {{'h', 'i', 0}}});
    EXPECT_EQ(hello, *from_hex("F03B9AD1E2686900"));
    EXPECT_FALSE(wire::parse<wire::InfoRequest>(Bytes(77, 0xf0)));
    EXPECT_FALSE(wire::parse<wire::InfoRequest>(Bytes(79, 0xf0)));
}

}  // namespace
}  // namespace tox::test
