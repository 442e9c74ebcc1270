// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of nodes: as people type them, and as the public list writes them.
#include "plugin/nodes.hpp"

#include <gtest/gtest.h>

#include "plugin/entrances.hpp"

namespace purple_tox {
namespace {

struct Nodes : testing::Test {
    tox::DhtKey key = tox::DhtKeyPair::generate().public_key;
    std::string hex = key.hex();
};

TEST_F(Nodes, NamesAndAddresses) {
    const auto nodes = parse_nodes("node.example.org:33445:" + hex + ", 192.0.2.1:443:" + hex +
                                   ",[2001:db8::1]:1:" + hex + "\n2001:db8::2:65535:" + hex);
    ASSERT_TRUE(nodes) << nodes.error();
    ASSERT_EQ(nodes->size(), 4U);
    EXPECT_EQ((*nodes)[0].hosts, std::vector<std::string>{"node.example.org"});
    EXPECT_EQ((*nodes)[0].port, 33445);
    EXPECT_EQ((*nodes)[0].key, key);
    EXPECT_FALSE((*nodes)[0].relay_ports.empty());
    EXPECT_EQ((*nodes)[1].port, 443);
    EXPECT_EQ((*nodes)[2].hosts, std::vector<std::string>{"2001:db8::1"});
    EXPECT_EQ((*nodes)[3].hosts, std::vector<std::string>{"2001:db8::2"});
    EXPECT_EQ((*nodes)[3].port, 65535);
}

TEST_F(Nodes, NoneAtAll) {
    for (const char* text : {"none", " none "}) {
        const auto nodes = parse_nodes(text);
        ASSERT_TRUE(nodes) << text;
        EXPECT_TRUE(nodes->empty()) << text;
    }
}

TEST_F(Nodes, FaultsAreNamedWithTheEntry) {
    for (const std::string& entry :
         {"host:" + hex, std::string("host"), ":33445:" + hex, "host:0:" + hex, "host:65536:" + hex, "host:12x:" + hex,
          "host:33445:" + hex.substr(2), std::string("host:33445:"), "host:33445:" + std::string(64, '0'),
          std::string("%s%n:::"), std::string(":")}) {
        const auto nodes = parse_nodes("good:1:" + hex + "," + entry);
        ASSERT_FALSE(nodes) << entry;
        EXPECT_NE(nodes.error().find("“" + entry + "”"), std::string::npos) << nodes.error();
    }
}

TEST_F(Nodes, TheBuiltInListIsRight) {  // R45
    const auto list = parse_node_list(public_nodes);
    ASSERT_TRUE(list) << list.error();
    EXPECT_GT(list->nodes.size(), 20U);
    EXPECT_EQ(list->bad, 0U) << list->fault;
    EXPECT_TRUE(std::any_of(list->nodes.begin(), list->nodes.end(), [](const KnownNode& node) {
        return std::find(node.relay_ports.begin(), node.relay_ports.end(), 443) != node.relay_ports.end();
    }));
}

TEST_F(Nodes, BadEntriesOfAListAreLeftOut) {
    const std::string good =
        R"({"ipv4":"192.0.2.1","ipv6":"-","port":33445,"tcp_ports":[443],"public_key":")" + hex + "\"}";
    const auto list = parse_node_list(R"({"nodes":[)" + good + R"(,{"ipv4":"192.0.2.2"},7,{"ipv4":3,"port":"x"}]})");
    ASSERT_TRUE(list) << list.error();
    EXPECT_EQ(list->nodes.size(), 1U);
    EXPECT_EQ(list->bad, 3U);
    EXPECT_FALSE(list->fault.empty());
    for (const char* text : {"", "no json", "[1,2", "{}", "[]", "null"}) {
        const auto nothing = parse_node_list(text);
        EXPECT_TRUE(!nothing || nothing->nodes.empty()) << text;
    }
}

TEST_F(Nodes, WithAProxyNamesAreNotResolvedHere) {
    const KnownNode node{key, {"node.example", "192.0.2.1", "2001:db8::1"}, 33445, {443, 33445}};
    const Entrances open = entrances_of(node, {false, true}, 0);
    EXPECT_EQ(open.names, std::vector<std::string>{"node.example"});
    EXPECT_EQ(open.nodes.size(), 2U);
    EXPECT_EQ(open.relays.size(), 4U);
    const Entrances proxied = entrances_of(node, {true, true}, 0);
    EXPECT_TRUE(proxied.names.empty());
    EXPECT_EQ(proxied.relays.size(), 6U);
    EXPECT_TRUE(std::any_of(proxied.relays.begin(), proxied.relays.end(), [](const tox::StreamAddress& relay) {
        return relay == tox::StreamAddress(tox::HostName{"node.example", 443});
    }));
    EXPECT_EQ(entrances_of(node, {false, false}, 0).nodes.size(), 1U);  // no IPv6
}

TEST_F(Nodes, EachRoundBeginsWithAnotherRelayAddress) {
    const KnownNode node{key, {"192.0.2.1"}, 33445, {443, 3389, 33445}};
    std::set<tox::StreamAddress> first;
    for (unsigned round = 0; round < 3; ++round) first.insert(entrances_of(node, {}, round).relays.at(0));
    EXPECT_EQ(first.size(), 3U);
}

}  // namespace
}  // namespace purple_tox
