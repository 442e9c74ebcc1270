// SPDX-License-Identifier: GPL-3.0-or-later
// The server against clients that are not ours, and a client against a server that lies.
#include "engine/relay/secure_stream.hpp"
#include "tests/unit/relay/joined_world.hpp"

namespace tox::test::joined {
namespace {

struct Raw final : SecureStreamListener {  // a client that says whatever a test wants
    Raw(Wire& on, const Relay& relay) : plug(on, 13), stream(plug.connect(relay.endpoint), keys, relay.key, *this) {}
    void on_secured() override { secured = true; }
    void on_frame(ByteView frame) override { frames.emplace_back(frame.begin(), frame.end()); }
    void on_ended(StreamEnd) override { ended = true; }
    void say(const Bytes& frame) {
        EXPECT_TRUE(stream.send(frame));
        stream.flush();
    }
    DhtKeyPair keys = DhtKeyPair::generate();
    Wire::Plug plug;
    bool secured = false, ended = false;
    std::vector<Bytes> frames;
    SecureStream stream;
};

TEST_F(RelayWorld, ViolationsEndTheConnection) {
    const DhtKey peer = DhtKeyPair::generate().public_key;
    const std::vector<Bytes> wrong{
        {1, 0},
        {0},
        {2},
        {3, 5},
        {4, 0, 0, 0, 0, 0, 0, 0, 0},
        {5, 0, 0, 0, 0, 0, 0, 0, 0},
        {7},
        {9, 1},
        {11, 1},
        {12},
        Bytes(159, 8),
        wire::serialise(wire::OutOfBandSend{peer, {Bytes(wire::most_out_of_band + 1, 1)}}),
    };
    for (const Bytes& frame : wrong) {
        Raw raw(wire, host.relay());
        settle();
        ASSERT_TRUE(raw.secured);
        raw.say(frame);
        settle();
        pass(1s);
        settle();
        EXPECT_TRUE(raw.ended) << int(frame[0]);
    }
    EXPECT_EQ(host.server.clients(), 0U);
}

TEST_F(RelayWorld, T38_FreeingASlotNeverGivenHarmsNobody) {
    introduce();
    Raw raw(wire, host.relay());
    settle();
    raw.say({3, 16});
    raw.say({200, 1, 2, 3});  // nor does data for one
    settle();
    pass(1s);
    EXPECT_FALSE(raw.ended);
    EXPECT_TRUE(send(a, b, Bytes{0x1b}));
    settle();
    EXPECT_EQ(b.packets.size(), 1U);
}

TEST_F(RelayWorld, T35_OneselfIsRefused) {
    Raw raw(wire, host.relay());
    settle();
    raw.say(wire::serialise(wire::RoutingRequest{raw.keys.public_key}));
    settle();
    ASSERT_EQ(raw.frames.size(), 1U);
    EXPECT_EQ(raw.frames[0][0], 1);
    EXPECT_EQ(raw.frames[0][1], 0);
}

TEST_F(RelayWorld, T37_TheNewerConnectionOfAKeyCounts) {
    Raw older(wire, host.relay());
    settle();
    older.say({4, 0, 0, 0, 0, 0, 0, 0, 1});
    settle();
    struct Twin final : SecureStreamListener {
        void on_secured() override { secured = true; }
        void on_frame(ByteView) override {}
        void on_ended(StreamEnd) override {}
        bool secured = false;
    } twin;
    SecureStream newer(older.plug.connect(host.relay().endpoint), older.keys, host.relay().key, twin);
    settle();
    pass(6s);
    EXPECT_TRUE(twin.secured);
    EXPECT_FALSE(older.ended) << "a hello may be a recorded one: it proves no key";
    newer.send(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1});
    newer.flush();
    settle();
    pass(6s);
    EXPECT_TRUE(older.ended);
    EXPECT_EQ(host.server.clients(), 1U);
}

TEST_F(RelayWorld, R8_WhoSaysNothingIsForgotten) {
    std::vector<std::unique_ptr<Stream>> silent;
    Wire::Plug plug(wire, 14);
    for (int i = 0; i < 40; ++i) silent.push_back(plug.connect(host.relay().endpoint));
    settle();
    introduce();  // others are served meanwhile
    EXPECT_EQ(host.server.clients(), 2U);
    pass(20s);
    for (const auto& stream : silent) EXPECT_EQ(stream->write(Bytes{1}), 1U);
    settle();
    EXPECT_EQ(host.server.clients(), 2U);
}

// Who has a network of IPv6 has as many addresses as it likes.
TEST_F(RelayWorld, ANetworkOfIPv6HoldsNoMoreConnectionsThanAnAddress) {
    std::vector<std::unique_ptr<Raw>> crowd;
    const auto secured = [&] {
        return std::count_if(crowd.begin(), crowd.end(), [](const auto& one) { return one->secured; });
    };
    const auto come_from = [&](const char* network, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            wire.origin = *Endpoint::parse(network + std::to_string(i % 9000 + 1), 1);
            crowd.push_back(std::make_unique<Raw>(wire, host.relay()));
            settle();
        }
    };
    constexpr std::size_t most = RelayServer::most_per_address;
    come_from("2001:db8:0:1::", most + 10);
    EXPECT_EQ(secured(), static_cast<std::ptrdiff_t>(most));
    come_from("2001:db8:0:2::", 1);
    EXPECT_EQ(secured(), static_cast<std::ptrdiff_t>(most + 1));
}

TEST_F(RelayWorld, ASlowReaderHarmsNobodyElse) {
    introduce();
    Raw slow(wire, host.relay());
    const std::size_t its_pipe = wire.connects - 1;
    settle();
    slow.say(wire::serialise(wire::RoutingRequest{a.keys.public_key}));
    a.pool.seek(slow.keys.public_key, clock.now());
    settle();
    wire.pipe(its_pipe).set_room(2000);
    for (int i = 0; i < 2000; ++i) {
        a.pool.send(slow.keys.public_key, host.relay().key, Bytes(1300, 1), clock.now());
        ASSERT_TRUE(send(a, b, Bytes{0x1b, Byte(i)})) << i << " " << a.closed << a.pool.usable();
        a.pool.flush();
        if (i % 10 == 0) settle();  // no more than a relay may have unread
    }
    settle();
    EXPECT_EQ(b.packets.size(), 2000U);
    EXPECT_EQ(host.server.clients(), 3U);
}

TEST_F(RelayWorld, WhoNeverPongsIsCutOff) {
    Raw raw(wire, host.relay());
    settle();
    raw.say({4, 0, 0, 0, 0, 0, 0, 0, 1});
    pass(60s);
    EXPECT_TRUE(raw.ended);
}

TEST_F(RelayWorld, AMaliciousRelayIsLeft) {
    // It gives one slot to two peers.
    struct Liar final : StreamAcceptor, SecureStreamListener {
        void on_accepted(std::unique_ptr<Stream> stream, const Endpoint&) override {
            secure = std::make_unique<SecureStream>(std::move(stream), keys, *this);
        }
        void on_secured() override {}
        void on_frame(ByteView frame) override {
            if (const auto request = wire::parse<wire::RoutingRequest>(frame)) {
                secure->send_control(wire::serialise(wire::RoutingResponse{16, request->peer}));
                secure->send_control(Bytes{2, 16});
            }
        }
        void on_ended(StreamEnd) override {}
        DhtKeyPair keys = DhtKeyPair::generate();
        std::unique_ptr<SecureStream> secure;
    } liar;
    Wire::Plug plug(wire, 50);
    const auto port = plug.listen(443, liar);
    a.pool.add(liar.keys.public_key, plug.address(443), clock.now());
    a.pool.set_demand(RelayDemand::reserve, clock.now());
    for (int i = 0; i < 2; ++i) a.pool.seek(DhtKeyPair::generate().public_key, clock.now());
    settle();
    liar.secure->flush();
    settle();
    EXPECT_EQ(a.pool.usable(), 0U);
}

}  // namespace
}  // namespace tox::test::joined
