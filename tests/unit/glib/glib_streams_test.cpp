// SPDX-License-Identifier: GPL-3.0-or-later
// Streams over the system's TCP, on loopback: opened, refused, flooded and ended; and calls to the LAN.
#include "engine/glib/glib_network.hpp"
#include "tests/unit/glib/stream_rig.hpp"

namespace tox::test {
namespace {

TEST_F(GlibStreamsTest, BytesGoBothWays) {
    open();
    EXPECT_TRUE(ear_.write("hello"));
    EXPECT_TRUE(there().write("world"));
    ASSERT_TRUE(until([&] { return there().text() == "hello" && ear_.text() == "world"; }));
    EXPECT_TRUE(door_.origin.is_loopback());
    EXPECT_GT(dispatched_, 2);
}

TEST_F(GlibStreamsTest, AMegabyteComesWhole) {
    open();
    Bytes sent(1 << 20);
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<Byte>(i * 31 + i / 251);
    std::size_t done = 0;
    ASSERT_TRUE(until([&] {
        done += ear_.stream->write(ByteView(sent).subspan(done));
        return there().bytes.size() == sent.size();
    }));
    EXPECT_EQ(there().bytes, sent);
}

TEST_F(GlibStreamsTest, AReaderWithoutEarFillsTheWriterUp) {
    open();
    there().stream->set_sink(nullptr);
    std::size_t total = 0;
    const Bytes block(64 * 1024, 1);
    for (int i = 0; i < 1000; ++i) {
        const std::size_t taken = ear_.stream->write(block);
        total += taken;
        turn_.all();
        if (taken == 0) break;
    }
    EXPECT_LT(total, 64U << 20U);
    EXPECT_EQ(ear_.stream->write(block), 0U);
    there().stream->set_sink(&there());
    EXPECT_TRUE(until([&] { return there().bytes.size() == total; }));
    EXPECT_GT(ear_.writable, 0);
}

TEST_F(GlibStreamsTest, AClosedPortIsUnreachable) {
    const Endpoint nowhere = here();
    port_.reset();
    ear_.take(streams_.connect(nowhere));
    ASSERT_TRUE(until([&] { return ear_.closed == 1; }));
    EXPECT_EQ(ear_.end, StreamEnd::unreachable);
    EXPECT_EQ(ear_.opened, 0);
}

TEST_F(GlibStreamsTest, ANameIsResolved) {
    ear_.take(streams_.connect(HostName{"localhost", port_->port()}));
    EXPECT_TRUE(until([&] { return ear_.opened == 1; }));
}

TEST_F(GlibStreamsTest, ANameThatIsNoneIsUnreachable) {
    ear_.take(streams_.connect(HostName{"no name at all", 1}));
    ASSERT_TRUE(until([&] { return ear_.closed == 1; }));
    EXPECT_EQ(ear_.end, StreamEnd::unreachable);
}

TEST_F(GlibStreamsTest, TheEndIsToldOnceAfterTheLastBytes) {
    open();
    EXPECT_TRUE(there().write("bye"));
    there().stream.reset();
    ASSERT_TRUE(until([&] { return ear_.closed == 1; }));
    EXPECT_EQ(ear_.text(), "bye");
    EXPECT_EQ(ear_.end, StreamEnd::closed);
    turn_.all();
    EXPECT_EQ(ear_.closed, 1);
    EXPECT_EQ(ear_.stream->write(bytes_of("x")), 0U);
}

TEST_F(GlibStreamsTest, ItMayBeDestroyedInEachOfItsCallbacks) {
    ear_.destroy_on_open = true;
    ear_.take(streams_.connect(here()));
    ASSERT_TRUE(until([&] { return ear_.opened == 1; }));
    for (const bool on_bytes : {true, false}) {
        Ear second;
        second.destroy_on_bytes = on_bytes;
        second.destroy_on_close = !on_bytes;
        const std::size_t before = door_.ears.size();
        second.take(streams_.connect(here()));
        ASSERT_TRUE(until([&] { return second.opened == 1 && door_.ears.size() > before; }));
        if (on_bytes)
            EXPECT_TRUE(door_.ears.back()->write("x"));
        else
            door_.ears.back()->stream.reset();
        ASSERT_TRUE(until([&] { return second.stream == nullptr; }));
    }
    turn_.all();
}

// The engine settles after the events of a dispatch, and may drop the stream then.
TEST_F(GlibStreamsTest, ItMayBeDestroyedWhenTheDispatchEnds) {
    for (const bool when_open : {true, false}) {
        Ear ear;
        GlibStreams streams(setup(), [&] {
            if (when_open ? ear.opened == 1 : !ear.bytes.empty()) ear.stream.reset();
        });
        const std::size_t before = door_.ears.size();
        ear.take(streams.connect(here()));
        ASSERT_TRUE(until([&] { return ear.opened == 1 && door_.ears.size() > before; }));
        if (!when_open) {
            EXPECT_TRUE(door_.ears.back()->write("x"));
            ASSERT_TRUE(until([&] { return ear.stream == nullptr; }));
        }
        turn_.all();
        EXPECT_EQ(ear.stream, nullptr);
    }
}

TEST_F(GlibStreamsTest, NothingIsHeardAfterItIsGone) {
    ear_.take(streams_.connect(here()));
    ear_.stream.reset();  // while it is being opened
    for (int i = 0; i < 50; ++i) turn_.all();
    EXPECT_EQ(ear_.opened + ear_.closed, 0);
}

TEST(GlibLan, WhatIsCalledOnLoopbackIsHeardThere) {
    Turn turn;
    GlibNetwork::Setup setup;
    setup.context = turn.context();
    setup.port_from = setup.port_to = 0;
    setup.loopback_only = true;
    const auto alice = GlibNetwork::open(setup);
    const auto bob = GlibNetwork::open(setup);
    ASSERT_TRUE(alice && bob);
    struct Heard final : NetworkSink {
        void on_datagram(const Endpoint& from, ByteView) override { sender = from; }
        void on_batch_end() override {}
        std::optional<Endpoint> sender;
    } heard;
    (*bob)->set_sink(&heard);
    (*alice)->send_to_lan((*bob)->port(), Bytes{0x21});
    turn.until([&] { return heard.sender.has_value(); });
    ASSERT_TRUE(heard.sender);
    EXPECT_TRUE(heard.sender->is_lan());
    EXPECT_EQ(heard.sender->port, (*alice)->port());
}

}  // namespace
}  // namespace tox::test
