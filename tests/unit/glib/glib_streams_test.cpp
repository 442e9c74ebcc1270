// SPDX-License-Identifier: GPL-3.0-or-later
// Streams over the system's TCP, on loopback: opened, refused, flooded, ended, and through proxies.
#include "engine/glib/glib_streams.hpp"

#include <gtest/gtest.h>

#include "engine/glib/glib_network.hpp"
#include "tests/unit/glib/small_proxy.hpp"
#include "tests/unit/glib/turn.hpp"

namespace tox::test {
namespace {

struct Ear final : StreamSink {
    void on_open() override {
        ++opened;
        if (destroy_on_open) stream.reset();
    }
    void on_bytes(ByteView more) override {
        append(bytes, more);
        if (destroy_on_bytes) stream.reset();
    }
    void on_writable() override { ++writable; }
    void on_closed(StreamEnd how) override {
        ++closed;
        end = how;
        if (destroy_on_close) stream.reset();
    }
    void take(std::unique_ptr<Stream> given) {
        stream = std::move(given);
        stream->set_sink(this);
    }
    std::string text() const { return std::string(bytes.begin(), bytes.end()); }
    bool write(std::string_view text) { return stream->write(bytes_of(text)) == text.size(); }

    std::unique_ptr<Stream> stream;
    int opened = 0, closed = 0, writable = 0;
    std::optional<StreamEnd> end;
    Bytes bytes;
    bool destroy_on_open = false, destroy_on_bytes = false, destroy_on_close = false;
};

struct Door final : StreamAcceptor {
    void on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) override {
        ears.push_back(std::make_unique<Ear>());
        ears.back()->take(std::move(stream));
        origin = from;
    }
    std::vector<std::unique_ptr<Ear>> ears;
    Endpoint origin;
};

class GlibStreamsTest : public testing::Test {
  protected:
    GlibStreams::Setup setup() const { return {turn_.context(), {}, true}; }
    Endpoint here() const { return Endpoint::v4({127, 0, 0, 1}, port_->port()); }
    bool until(const std::function<bool()>& done) {
        turn_.until(done);
        return done();
    }
    void open() {
        ear_.take(streams_.connect(here()));
        ASSERT_TRUE(until([&] { return ear_.opened == 1 && door_.ears.size() == 1; }));
    }
    Ear& there() { return *door_.ears.at(0); }

    Turn turn_;
    int dispatched_ = 0;
    GlibStreams streams_{setup(), [this] { ++dispatched_; }};
    Door door_;
    std::unique_ptr<StreamPort> port_ = streams_.listen(0, door_);
    Ear ear_;
};

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

// ---- proxies -----------------------------------------------------------------------------------------------------

struct Through {
    const char* name;
    Proxy::Kind kind;
    bool with_password;
};

class ProxyTest : public GlibStreamsTest, public testing::WithParamInterface<Through> {
  protected:
    static bool socks() { return GetParam().kind == Proxy::Kind::socks5; }
    static std::string user() { return GetParam().with_password ? "us:er@x" : ""; }
    static std::string password() { return GetParam().with_password ? "pa/ss wörd%" : ""; }
    GlibStreams::Setup through(std::uint16_t port) const {
        auto proxied = setup();
        proxied.proxy = Proxy{GetParam().kind, "127.0.0.1", port, user(), password()};
        proxied.patience = 1s;
        return proxied;
    }
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProxyTest,
                         testing::Values(Through{"socks5", Proxy::Kind::socks5, false},
                                         Through{"socks5_password", Proxy::Kind::socks5, true},
                                         Through{"http", Proxy::Kind::http, false},
                                         Through{"http_password", Proxy::Kind::http, true}),
                         [](const auto& way) { return std::string(way.param.name); });

TEST_P(ProxyTest, NamesReachItUnresolvedAndWhatFollowsItsReplyIsKept) {
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::good, user(), password()});
    GlibStreams streams(through(proxy.port()), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"relay.invalid", 33445}));
    ASSERT_TRUE(until([&] { return ear.opened + ear.closed == 1; }));
    ASSERT_EQ(ear.opened, 1);
    EXPECT_TRUE(ear.write("-echo"));
    EXPECT_TRUE(until([&] { return ear.text() == "glued-echo"; }));
    if (socks()) {
        EXPECT_EQ(proxy.seen().target, "relay.invalid");
        EXPECT_EQ(proxy.seen().port, 33445);
        EXPECT_EQ(proxy.seen().user, user());
        EXPECT_EQ(proxy.seen().password, password());
    } else {
        EXPECT_EQ(proxy.seen().request.rfind("CONNECT relay.invalid:33445 HTTP/1.", 0), 0U);
        EXPECT_EQ(proxy.seen().request.find("Proxy-Authorization: Basic") != std::string::npos,
                  GetParam().with_password);
    }
}

TEST_P(ProxyTest, AddressesReachIt) {
    for (const char* const ip : {"192.0.2.77", "2001:db8::77"}) {
        SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::good, user(), password()});
        GlibStreams streams(through(proxy.port()), [] {});
        Ear ear;
        ear.take(streams.connect(*Endpoint::parse(ip, 443)));
        ASSERT_TRUE(until([&] { return ear.opened + ear.closed == 1; }));
        EXPECT_EQ(ear.opened, 1) << ip;
        const std::string asked = socks() ? proxy.seen().target : proxy.seen().request;
        EXPECT_NE(asked.find(ip), std::string::npos) << asked;
    }
}

TEST_P(ProxyTest, ItsRefusalIsToldAsItsOwn) {
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::refuses, user(), password()});
    GlibStreams streams(through(proxy.port()), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"relay.invalid", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::proxy);
}

TEST_P(ProxyTest, ItsSilenceEnds) {
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::silent, user(), password()});
    GlibStreams streams(through(proxy.port()), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"relay.invalid", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::proxy);
}

TEST_P(ProxyTest, WithoutItThereIsNoOtherWay) {
    const std::uint16_t closed = port_->port();
    port_.reset();
    GlibStreams streams(through(closed), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"localhost", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::proxy);
    EXPECT_EQ(streams.listen(0, door_), nullptr);
}

TEST_P(ProxyTest, DatagramsAreOff) {
    GlibNetwork::Setup all;
    all.context = turn_.context();
    all.proxy = through(9).proxy;
    const auto network = GlibNetwork::open(all);
    ASSERT_TRUE(network);
    EXPECT_EQ((*network)->port(), 0);
    EXPECT_FALSE((*network)->reaches(Endpoint::Family::v4) || (*network)->reaches(Endpoint::Family::v6));
    EXPECT_FALSE((*network)->send(Endpoint::v4({127, 0, 0, 1}, 9), Bytes{1}));
    (*network)->send_to_lan(33445, Bytes{1});
    EXPECT_EQ((*network)->counters().out.packets, 0U);
    EXPECT_FALSE((*network)->source_towards(Endpoint::v4({127, 0, 0, 1}, 9)));
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
