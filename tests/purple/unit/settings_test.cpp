// SPDX-License-Identifier: GPL-3.0-or-later
// The options of an account, as people choose them, and what follows for the network.
#include "plugin/settings.hpp"

#include <gtest/gtest.h>

#include "plugin/ports.hpp"

namespace purple_tox {
namespace {

Choices usual() {
    Choices choices;
    choices.port_from = 33445;
    choices.port_to = 33545;
    choices.contact_route = "any";
    return choices;
}

ProxyChoice proxy(ProxyType type, std::string host = "proxy.example", int port = 1080) {
    return {type, std::move(host), port, "user", "secret"};
}

TEST(Settings, WithoutChoicesEverythingIsOn) {
    const auto settings = decide(usual());
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_TRUE(settings->setup.udp && settings->setup.ipv6 && settings->lan_discovery && settings->hole_punching);
    EXPECT_TRUE(settings->map_port);
    EXPECT_FALSE(settings->proxied());
    EXPECT_EQ(settings->contact_route, tox::ContactRoute::any);
    EXPECT_EQ(settings->setup.port_from, 33445);
    EXPECT_EQ(settings->setup.port_to, 33545);
    EXPECT_TRUE(settings->nodes.empty());  // whoever calls takes the list that comes with the program then
}

TEST(Settings, EachChoiceHasItsEffect) {
    Choices choices = usual();
    choices.ipv6 = choices.lan_discovery = choices.hole_punching = choices.map_port = false;
    choices.relay_ports = "443, 3389";
    choices.contact_route = "relay";
    choices.nodes = "none";
    const auto settings = decide(choices);
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_FALSE(settings->setup.ipv6 || settings->lan_discovery || settings->hole_punching || settings->map_port);
    EXPECT_EQ(settings->relay_ports, (std::vector<std::uint16_t>{443, 3389}));
    EXPECT_EQ(settings->contact_route, tox::ContactRoute::relay_only);
    EXPECT_TRUE(settings->nodes.empty());
    choices.contact_route = "direct";
    EXPECT_EQ(decide(choices)->contact_route, tox::ContactRoute::direct_only);
}

TEST(Settings, WithoutUdpNothingIsDoneThatNeedsIt) {
    Choices choices = usual();
    choices.udp = false;
    const auto settings = decide(choices);
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->setup.udp || settings->lan_discovery || settings->hole_punching || settings->map_port);
    choices.contact_route = "direct";
    EXPECT_FALSE(decide(choices));
}

TEST(Settings, WithAProxyNothingLeavesByAnotherWay) {  // R21
    for (const ProxyType type : {ProxyType::http, ProxyType::socks5}) {
        Choices choices = usual();
        choices.relay_ports = "443";
        choices.proxy = proxy(type);
        const auto settings = decide(choices);
        ASSERT_TRUE(settings) << settings.error();
        ASSERT_TRUE(settings->proxied());
        EXPECT_EQ(settings->setup.proxy->kind(),
                  type == ProxyType::http ? tox::Proxy::Kind::http : tox::Proxy::Kind::socks5);
        EXPECT_EQ(settings->setup.proxy->host(), "proxy.example");
        EXPECT_EQ(settings->setup.proxy->port(), 1080);
        EXPECT_EQ(settings->setup.proxy->user(), "user");
        EXPECT_EQ(settings->setup.proxy->password(), "secret");
        EXPECT_FALSE(settings->setup.udp || settings->lan_discovery || settings->hole_punching || settings->map_port);
        EXPECT_TRUE(settings->relay_ports.empty());
    }
}

TEST(Settings, AnUnusableProxyIsASentenceAndNeverAFallback) {
    for (const ProxyChoice& choice :
         {proxy(ProxyType::socks4), proxy(ProxyType::unknown), proxy(ProxyType::socks5, ""),
          proxy(ProxyType::http, "host", 0), proxy(ProxyType::http, "host", 65536),
          proxy(ProxyType::socks5, "host", -1), ProxyChoice{ProxyType::socks5, "host", 1080, std::string(256, 'u'), ""},
          ProxyChoice{ProxyType::socks5, "host", 1080, "u", std::string(256, 'p')},
          ProxyChoice{ProxyType::socks5, "host", 1080, "", "p"}, proxy(ProxyType::other_variable),
          proxy(ProxyType::socks5, "127.0.0.1:9050"), proxy(ProxyType::http, "[::1]:8080"),
          proxy(ProxyType::http, "http://proxy"), proxy(ProxyType::socks5, "user@proxy"),
          proxy(ProxyType::socks5, "a proxy"), proxy(ProxyType::socks5, std::string(300, 'a')),
          proxy(ProxyType::http, "127.1")}) {
        Choices choices = usual();
        choices.proxy = choice;
        const auto settings = decide(choices);
        ASSERT_FALSE(settings);
        EXPECT_EQ(settings.error().back(), '.') << settings.error();
    }
}

TEST(Settings, WrongPortsAreASentence) {  // B20
    for (const auto& [from, to] : {std::pair{0, 5}, {6, 5}, {5, 65536}, {-5, 5}}) {
        Choices choices = usual();
        choices.port_from = from;
        choices.port_to = to;
        EXPECT_FALSE(decide(choices)) << from << " " << to;
        choices.udp = false;
        EXPECT_TRUE(decide(choices)) << "without UDP no UDP port matters";
    }
    for (const char* text : {"0", "65536", "44x", "443 -1", "1 2 3 4 5 6 7 8 9"})
        EXPECT_FALSE(parse_relay_ports(text)) << text;
    EXPECT_EQ(*parse_relay_ports(" 443,3389; 443 "), (std::vector<std::uint16_t>{443, 3389}));
    EXPECT_TRUE(parse_relay_ports("")->empty());
}

// B25
TEST(Settings, ABadBootstrapNodeDoesNotStandInTheWayOfTheOthers) {
    Choices choices = usual();
    choices.nodes = "bad, node.example:33445:" + tox::DhtKeyPair::generate().public_key.hex();
    const auto settings = decide(choices);
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->nodes.size(), 1U);
    ASSERT_EQ(settings->remarks.size(), 1U);
    EXPECT_NE(settings->remarks[0].find("Bootstrap node 1, “bad”"), std::string::npos) << settings->remarks[0];
    choices.nodes = "bad, worse";
    EXPECT_FALSE(decide(choices)) << "there would be no way into the network";
}

TEST(Settings, WithoutDatagramsNothingIsLeftThatNeedsThem) {
    auto settings = decide(usual());
    ASSERT_TRUE(settings);
    drop_datagrams(*settings);
    EXPECT_FALSE(settings->setup.udp || settings->lan_discovery || settings->hole_punching || settings->map_port);
}

}  // namespace
}  // namespace purple_tox
