// SPDX-License-Identifier: GPL-3.0-or-later
// The encrypted stream: any fragmentation, any damage, and a reader who does not read.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "engine/relay/secure_stream.hpp"
#include "tests/unit/relay/pipes.hpp"

namespace tox::test {
namespace {

struct Ear final : SecureStreamListener {
    void on_secured() override { ++secured; }
    void on_frame(ByteView frame) override { frames.emplace_back(frame.begin(), frame.end()); }
    void on_ended(StreamEnd how) override {
        ++ended;
        end = how;
    }
    int secured = 0, ended = 0;
    StreamEnd end = StreamEnd::unreachable;
    std::vector<Bytes> frames;
};

struct Joined {
    explicit Joined(std::optional<DhtKey> expected = std::nullopt)
        : client(std::move(pipe.first), client_keys, expected.value_or(relay_keys.public_key), client_ear),
          relay(std::move(pipe.second), relay_keys, relay_ear) {
        pipe.open();
    }
    void carry(std::size_t piece = SIZE_MAX) {
        do {
            client.flush();
            relay.flush();
        } while (pipe.carry(piece));
    }

    DhtKeyPair client_keys = DhtKeyPair::generate(), relay_keys = DhtKeyPair::generate();
    Pipe pipe;
    Ear client_ear, relay_ear;
    SecureStream client, relay;
};

TEST(SecureStream, BothSidesKnowEachOther) {
    Joined pair;
    pair.carry();
    EXPECT_EQ(pair.client_ear.secured, 1);
    EXPECT_EQ(pair.relay_ear.secured, 1);
    EXPECT_EQ(pair.relay.peer(), pair.client_keys.public_key);
}

TEST(SecureStream, T31_FramesSurviveAnyFragmentation) {
    for (const std::size_t piece : {1U, 2U, 3U, 17U, 100U, 2049U, 65536U}) {
        Joined pair;
        pair.carry(piece);
        std::vector<Bytes> sent;
        for (std::size_t size = 1; size <= wire::most_frame; size += 1 + size / 3) sent.emplace_back(size, Byte(size));
        sent.emplace_back(wire::most_frame, 9);
        for (const Bytes& frame : sent) {
            EXPECT_TRUE(pair.client.send(frame));
            EXPECT_TRUE(pair.relay.send(frame));
        }
        pair.carry(piece);
        EXPECT_EQ(pair.relay_ear.frames, sent) << piece;
        EXPECT_EQ(pair.client_ear.frames, sent) << piece;
        EXPECT_EQ(pair.client_ear.ended + pair.relay_ear.ended, 0);
    }
}

TEST(SecureStream, WhatIsTooLongIsNotSent) {
    Joined pair;
    pair.carry();
    EXPECT_FALSE(pair.client.send(Bytes(wire::most_frame + 1, 1)));
    EXPECT_FALSE(pair.client.send({}));
}

TEST(SecureStream, AnotherRelayThanExpectedIsRefused) {
    Joined pair(DhtKeyPair::generate().public_key);
    pair.carry();
    EXPECT_EQ(pair.client_ear.secured, 0);
    EXPECT_EQ(pair.relay_ear.ended, 1);  // the hello does not open
}

TEST(SecureStream, AFlippedBitEndsIt) {
    for (int i = 0; i < 50; ++i) {
        Joined pair;
        pair.carry();
        Bytes garbage(2 + 40);
        random_bytes(garbage);
        garbage[0] = 0;
        garbage[1] = 40;
        pair.pipe.inject_to_first(garbage);
        EXPECT_EQ(pair.client_ear.ended, 1);
        EXPECT_TRUE(pair.client_ear.frames.empty());
        EXPECT_FALSE(pair.client.send(Bytes{1}));
    }
}

TEST(SecureStream, ImpossibleLengthsEndIt) {  // B97
    for (const Bytes& head : {Bytes{0, 1}, Bytes{0, 15}, Bytes{8, 1}, Bytes{255, 255}}) {
        Joined pair;
        pair.carry();
        pair.pipe.inject_to_second(head);
        EXPECT_EQ(pair.relay_ear.ended, 1);
    }
}

TEST(SecureStream, ALengthOfZeroIsSkipped) {
    Joined pair;
    pair.carry();
    pair.pipe.inject_to_second(Bytes{0, 0, 0, 0});
    EXPECT_TRUE(pair.client.send(Bytes{4, 2}));
    pair.carry();
    EXPECT_EQ(pair.relay_ear.frames, (std::vector<Bytes>{{4, 2}}));
    EXPECT_EQ(pair.relay_ear.ended, 0);
}

// Data is refused while something waits, control frames wait in order; nothing is lost or sealed twice.
TEST(SecureStream, T32_AReaderWhoStopsCostsOneBatch) {
    Joined pair;
    pair.carry();
    pair.pipe.set_room(100);
    std::vector<Bytes> taken;
    for (int i = 0; i < 1000; ++i) {
        Bytes frame(1000, static_cast<Byte>(i));
        if (pair.client.send(frame)) taken.push_back(std::move(frame));
        pair.client.flush();
    }
    EXPECT_EQ(taken.size(), 1U);
    const Bytes control{4, 1};
    pair.client.send_control(control);
    taken.push_back(control);
    EXPECT_LT(pair.client.memory(), 3 * SecureStream::batch);
    for (int i = 0; i < 100; ++i) pair.carry();
    EXPECT_EQ(pair.relay_ear.frames, taken);
    pair.pipe.set_room(SIZE_MAX);
    EXPECT_TRUE(pair.client.send(Bytes{16, 1}));
}

TEST(SecureStream, TooManyControlFramesWaitingEndIt) {
    Joined pair;
    pair.carry();
    pair.pipe.set_room(0);
    for (int i = 0; i < 5000 && !pair.client.ended(); ++i) {
        pair.client.send_control(Bytes(34, 0));
        pair.client.flush();
    }
    EXPECT_TRUE(pair.client.ended());
    EXPECT_LT(pair.client.memory(), 4 * SecureStream::batch);
}

TEST(SecureStream, EveryEndIsToldOnce) {
    Joined pair;
    pair.carry();
    pair.pipe.break_off(StreamEnd::closed);
    EXPECT_EQ(pair.client_ear.ended, 1);
    EXPECT_EQ(pair.relay_ear.ended, 1);
    EXPECT_EQ(pair.client_ear.end, StreamEnd::closed);
}

TEST(SecureStream, RandomBytesNeverSecureAnything) {
    for (int i = 0; i < 200; ++i) {
        Pipe pipe;
        Ear ear;
        const DhtKeyPair keys = DhtKeyPair::generate();
        SecureStream relay(std::move(pipe.second), keys, ear);
        Bytes noise(1 + random_below(300));
        random_bytes(noise);
        pipe.inject_to_second(noise);
        EXPECT_EQ(ear.secured, 0);
        EXPECT_EQ(ear.ended, noise.size() >= 128 ? 1 : 0);
    }
}

}  // namespace
}  // namespace tox::test
