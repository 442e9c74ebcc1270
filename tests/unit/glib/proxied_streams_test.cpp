// SPDX-License-Identifier: GPL-3.0-or-later
// Streams through a proxy, and nothing beside them.
#include <set>

#include "engine/glib/glib_network.hpp"
#include "tests/unit/glib/lying_resolver.hpp"
#include "tests/unit/glib/small_proxy.hpp"
#include "tests/unit/glib/stream_rig.hpp"

namespace tox::test {
namespace {

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
        proxied.proxy = *Proxy::parse({GetParam().kind, "127.0.0.1", port, user(), password()});
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
    using enum ProxyTrouble::What;
    EXPECT_EQ(streams.trouble(), (socks() ? ProxyTrouble{socks_reply, 2} : ProxyTrouble{http_status, 403}));
}

TEST_P(ProxyTest, ItsSilenceEnds) {
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::silent, user(), password()});
    GlibStreams streams(through(proxy.port()), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"relay.invalid", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::proxy);
}

TEST_P(ProxyTest, WithoutItThereIsNoOtherWay) {  // B23
    const std::uint16_t closed = port_->port();
    port_.reset();
    GlibStreams streams(through(closed), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"localhost", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::proxy);
    EXPECT_EQ(streams.trouble(), ProxyTrouble{ProxyTrouble::What::refused});
    EXPECT_EQ(streams.listen(0, door_), nullptr);
}

// The resolver leads the target's name, and the proxy's, straight to an open door, and a proxy for all programs is set:
// neither tempts us. Only the proxy's own name is asked for.
TEST_P(ProxyTest, NothingLeadsPastIt) {  // R22
    LyingResolver resolver;
    g_setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(port_->port())).c_str(), TRUE);
    g_setenv("all_proxy", "direct://", TRUE);
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::good, user(), password()});
    GlibStreams in_digits(through(proxy.port()), [] {});
    Ear ear;
    ear.take(in_digits.connect(HostName{"relay.test", port_->port()}));
    ASSERT_TRUE(until([&] { return ear.opened + ear.closed == 1; }));
    EXPECT_EQ(ear.opened, 1);
    EXPECT_EQ(resolver.asked, std::vector<std::string>());
    SmallProxy second(turn_.context(), {socks(), SmallProxy::Manner::good, user(), password()});
    auto by_name = through(second.port());
    by_name.proxy = *Proxy::parse({GetParam().kind, "proxy.test", second.port(), user(), password()});
    GlibStreams named(by_name, [] {});
    Ear other;
    other.take(named.connect(HostName{"relay.test", port_->port()}));
    ASSERT_TRUE(until([&] { return other.opened + other.closed == 1; }));
    EXPECT_EQ(other.opened, 1);
    EXPECT_EQ(std::set<std::string>(resolver.asked.begin(), resolver.asked.end()), std::set<std::string>{"proxy.test"});
    EXPECT_EQ(door_.ears.size(), 0U);
    g_unsetenv("http_proxy");
    g_unsetenv("all_proxy");
}

TEST_P(ProxyTest, AHostThatIsNoneIsToldAsSuch) {  // B24
    auto nowhere = through(1);
    nowhere.proxy = *Proxy::parse({GetParam().kind, "no-such-host.invalid", 1, user(), password()});
    nowhere.patience = 10s;
    GlibStreams streams(nowhere, [] {});
    Ear ear;
    ear.take(streams.connect(here()));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(streams.trouble(), ProxyTrouble{ProxyTrouble::What::name_unknown});
}

TEST_P(ProxyTest, ANameThatIsNoneNeverReachesIt) {
    SmallProxy proxy(turn_.context(), {socks(), SmallProxy::Manner::good, user(), password()});
    GlibStreams streams(through(proxy.port()), [] {});
    Ear ear;
    ear.take(streams.connect(HostName{"x\r\nX: y", 443}));
    ASSERT_TRUE(until([&] { return ear.closed == 1; }));
    EXPECT_EQ(ear.end, StreamEnd::unreachable);
    EXPECT_FALSE(streams.trouble());
    EXPECT_TRUE(proxy.seen().request.empty() && proxy.seen().target.empty());
}

TEST_P(ProxyTest, DatagramsAreOff) {
    GlibNetwork::Setup all;
    all.context = turn_.context();
    all.proxy = through(9).proxy;
    all.udp = true;
    const auto network = GlibNetwork::open(all);
    ASSERT_TRUE(network);
    EXPECT_EQ((*network)->port(), 0);
    EXPECT_FALSE((*network)->reaches(Endpoint::Family::v4) || (*network)->reaches(Endpoint::Family::v6));
    EXPECT_FALSE((*network)->send(Endpoint::v4({127, 0, 0, 1}, 9), Bytes{1}));
    (*network)->send_to_lan(33445, Bytes{1});
    EXPECT_EQ((*network)->counters().out.packets, 0U);
    EXPECT_FALSE((*network)->source_towards(Endpoint::v4({127, 0, 0, 1}, 9)));
}

}  // namespace
}  // namespace tox::test
