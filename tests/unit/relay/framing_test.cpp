// SPDX-License-Identifier: GPL-3.0-or-later
// The secure stream against a second writing of the same rules: hellos, lengths, nonces, damage at every byte.
#include <gtest/gtest.h>

#include "engine/relay/secure_stream.hpp"
#include "tests/sim/dice.hpp"
#include "tests/unit/relay/fake_stream.hpp"
#include "tests/unit/relay/raw_end.hpp"

namespace tox::test {
namespace {

struct Hearer final : SecureStreamListener {
    void on_secured() override { ++secured; }
    void on_frame(ByteView frame) override { frames.emplace_back(frame.begin(), frame.end()); }
    void on_ended(StreamEnd how) override {
        ++ended;
        end = how;
        if (on_end) on_end();
    }
    int secured = 0;
    int ended = 0;
    StreamEnd end = StreamEnd::unreachable;
    std::vector<Bytes> frames;
    std::function<void()> on_end;
};

// Our client and their relay.
struct ClientSide {
    ClientSide() {
        stream = std::make_unique<SecureStream>(std::make_unique<FakeStream>(wire), own, theirs.public_key, hearer);
        wire.sink->on_open();
    }
    void greet(std::size_t piece = Wire::unlimited) {
        EXPECT_TRUE(relay.take(wire.taken()));
        wire.give(relay.answer(), piece);
    }
    void give(ByteView plain, std::size_t piece = Wire::unlimited) { wire.give(relay.frame(plain), piece); }

    DhtKeyPair own = DhtKeyPair::generate(), theirs = DhtKeyPair::generate();
    Wire wire;
    Hearer hearer;
    RawEnd relay{RawEnd::Role::relay, theirs};
    std::unique_ptr<SecureStream> stream;
};

// Our relay and their client.
struct RelaySide {
    RelaySide() { stream = std::make_unique<SecureStream>(std::make_unique<FakeStream>(wire), own, hearer); }
    DhtKeyPair own = DhtKeyPair::generate(), theirs = DhtKeyPair::generate();
    Wire wire;
    Hearer hearer;
    RawEnd client{RawEnd::Role::client, theirs};
    std::unique_ptr<SecureStream> stream;
};

TEST(Framing, AsAClientUnderstoodByAnotherImplementation) {
    ClientSide side;
    EXPECT_EQ(side.wire.written.size(), 128U);
    EXPECT_TRUE(std::equal(side.wire.written.begin(), side.wire.written.begin() + 32,
                           side.own.public_key.raw().begin()));  // T37: the key we have now
    side.greet();
    EXPECT_EQ(side.hearer.secured, 1);
    EXPECT_EQ(side.relay.peer(), side.own.public_key);
    ASSERT_TRUE(side.stream->send(Bytes{20, 1, 2}));
    side.stream->send_control(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1});
    side.stream->flush();
    ASSERT_TRUE(side.relay.take(side.wire.taken()));
    EXPECT_EQ(side.relay.frames(), (std::vector<Bytes>{{20, 1, 2}, {4, 0, 0, 0, 0, 0, 0, 0, 1}}));
}

TEST(Framing, AsARelayUnderstoodByAnotherImplementation) {
    RelaySide side;
    EXPECT_TRUE(side.wire.written.empty()) << "a relay waits for the client's hello";
    side.wire.give(side.client.client_hello(side.own.public_key), 5);
    EXPECT_EQ(side.wire.written.size(), 96U);
    ASSERT_TRUE(side.client.take(side.wire.taken()));
    EXPECT_EQ(side.hearer.secured, 1);
    EXPECT_EQ(side.stream->peer(), side.theirs.public_key);
    side.wire.give(side.client.frame(Bytes{4, 9}), 1);
    EXPECT_EQ(side.hearer.frames, (std::vector<Bytes>{{4, 9}}));
    EXPECT_TRUE(side.stream->send(Bytes(wire::most_frame, 17)));
    side.stream->flush();
    ASSERT_TRUE(side.client.take(side.wire.taken()));
    EXPECT_EQ(side.client.frames(), std::vector<Bytes>{Bytes(wire::most_frame, 17)});
}

TEST(Framing, T31_TheSameFramesForEverySegmentation) {
    for (std::size_t piece = 1; piece < 300; piece += 1 + piece / 7) {
        ClientSide side;
        side.greet(piece);
        Bytes all;
        std::vector<Bytes> sent;
        for (std::size_t size = 1; size <= 2032; size = size * 3 + 5) {
            sent.emplace_back(size, static_cast<Byte>(size));
            append(all, side.relay.frame(sent.back()));
            append(all, Bytes{0, 0});  // a length of zero between
        }
        side.wire.give(all, piece);
        EXPECT_EQ(side.hearer.frames, sent) << piece;
        EXPECT_EQ(side.hearer.ended, 0);
        EXPECT_LE(side.stream->memory(), 16U * 1024) << "what was read is let go";
    }
}

TEST(Framing, AnEmptyFrameIsIgnoredAndCountsAsOne) {
    ClientSide side;
    side.greet();
    side.give({});
    side.give(Bytes{16});  // T36b: only the slot; passed on, for whoever is above to ignore
    side.give(Bytes{7, 7});
    EXPECT_EQ(side.hearer.ended, 0);
    EXPECT_EQ(side.hearer.frames, (std::vector<Bytes>{{16}, {7, 7}}));
}

TEST(Framing, AForgedEmptyFrameEndsIt) {
    ClientSide side;
    side.greet();
    Bytes frame = side.relay.frame({});
    frame.back() ^= 1;
    side.wire.give(frame);
    EXPECT_EQ(side.hearer.ended, 1);
}

TEST(Framing, DamageAtEveryByteEndsIt) {
    for (std::size_t at = 0; at < 2 + 16 + 5; ++at) {
        ClientSide side;
        side.greet();
        Bytes frame = side.relay.frame(Bytes{17, 1, 2, 3, 4});
        frame[at] ^= 0x10;
        append(frame, side.relay.frame(Bytes{17, 5}));
        append(frame, Bytes(4096, 3));  // for a length that became longer
        side.wire.give(frame, 3);
        EXPECT_EQ(side.hearer.ended, 1) << at;
        EXPECT_TRUE(side.hearer.frames.empty());
        EXPECT_FALSE(side.stream->send(Bytes{1}));
        EXPECT_EQ(side.wire.sink, nullptr) << "nothing more is read";
    }
}

TEST(Framing, RepeatedAndExchangedFramesEndIt) {
    ClientSide side;
    side.greet();
    const Bytes first = side.relay.frame(Bytes{17, 1});
    side.wire.give(first);
    side.wire.give(first);
    EXPECT_EQ(side.hearer.frames.size(), 1U);
    EXPECT_EQ(side.hearer.ended, 1);
}

TEST(Framing, B96_HellosThatAreNone) {
    for (std::size_t at = 24; at < 96; at += 7) {  // damaged
        ClientSide side;
        ASSERT_TRUE(side.relay.take(side.wire.taken()));
        Bytes hello = side.relay.answer();
        hello[at] ^= 1;
        side.wire.give(hello);
        EXPECT_EQ(side.hearer.secured, 0);
        EXPECT_EQ(side.hearer.ended, 1);
    }
    ClientSide small;  // a temporary key of low order: everybody would know the session key
    small.relay.temporary.public_key = SessionKey();
    ASSERT_TRUE(small.relay.take(small.wire.taken()));
    small.wire.give(small.relay.answer());
    EXPECT_EQ(small.hearer.secured, 0);
    EXPECT_EQ(small.hearer.ended, 1);
    RelaySide other;  // for another relay
    other.wire.give(other.client.client_hello(DhtKeyPair::generate().public_key));
    EXPECT_EQ(other.hearer.ended, 1);
    EXPECT_TRUE(other.wire.written.empty()) << "nothing is said to a stranger";
    RelaySide own;  // from ourselves
    RawEnd self(RawEnd::Role::client, own.own);
    own.wire.give(self.client_hello(own.own.public_key));
    EXPECT_EQ(own.hearer.ended, 1);
}

TEST(Framing, NoncesCarryOverAllBytes) {
    ClientSide side;
    side.relay.sending.bytes.fill(0xff);
    side.greet();
    for (Byte i = 0; i < 5; ++i) side.give(Bytes{30, i});
    EXPECT_EQ(side.hearer.frames.size(), 5U);
    EXPECT_EQ(side.hearer.ended, 0);
}

TEST(Framing, WhoHearsOfTheEndMayDestroyIt) {
    for (const int way : {0, 1, 2}) {
        ClientSide side;
        side.greet();
        side.hearer.on_end = [&] { side.stream.reset(); };
        Bytes bad = side.relay.frame(Bytes{20, 1});
        bad.back() ^= 1;
        if (way == 0) side.wire.sink->on_closed(StreamEnd::proxy);
        if (way == 1) side.wire.give(bad);
        if (way == 2) side.wire.give(Bytes{0, 3, 1, 2});
        EXPECT_EQ(side.hearer.ended, 1);
        EXPECT_EQ(side.hearer.end, way == 0 ? StreamEnd::proxy : StreamEnd::closed);
        EXPECT_TRUE(side.wire.closed);
    }
}

TEST(Framing, OneWriteForManyFrames) {
    ClientSide side;
    side.greet();
    side.wire.writes = 0;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(side.stream->send(Bytes(1000, 20)));
    EXPECT_EQ(side.wire.writes, 0U);
    side.stream->flush();
    EXPECT_EQ(side.wire.writes, 1U);
    EXPECT_TRUE(side.relay.take(side.wire.taken()));
    EXPECT_EQ(side.relay.frames().size(), 10U);
}

// Whatever is refused or taken byte by byte: what goes out is a stream that the other side understands, in order, and
// what was refused is not in it.
TEST(Framing, WritesOfAnySizeAndRefusals) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        sim::seed_engines(seed);
        sim::Dice dice(seed);
        ClientSide side;
        side.greet();
        std::vector<Bytes> expected;
        std::size_t refused = 0;
        for (int i = 0; i < 400; ++i) {
            side.wire.room = dice.chance(0.3) ? 0 : dice.below(3000);
            if (dice.chance(0.5)) side.wire.sink->on_writable();
            Bytes frame(1 + dice.below(1500), static_cast<Byte>(20 + i % 200));
            if (dice.chance(0.1)) {
                frame.resize(9);
                side.stream->send_control(frame);
                expected.push_back(frame);
            } else if (side.stream->send(frame)) {
                expected.push_back(frame);
            } else {
                ++refused;
            }
            if (dice.chance(0.7)) side.stream->flush();
            ASSERT_FALSE(side.stream->ended());
            ASSERT_LT(side.stream->memory(), 64U * 1024);
        }
        side.wire.room = Wire::unlimited;
        side.wire.sink->on_writable();
        side.stream->flush();
        ASSERT_TRUE(side.relay.take(side.wire.taken()));
        EXPECT_EQ(side.relay.frames(), expected) << seed;
        EXPECT_GT(refused, 0U);
    }
}

}  // namespace
}  // namespace tox::test
