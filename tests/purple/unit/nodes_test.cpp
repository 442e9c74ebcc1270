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
    const auto [nodes, faults] = parse_nodes("node.example.org:33445:" + hex + ", 192.0.2.1:443:" + hex +
                                             ",[2001:db8::1]:1:" + hex + "\n2001:db8::2:65535:" + hex);
    EXPECT_TRUE(faults.empty()) << faults.front();
    ASSERT_EQ(nodes.size(), 4U);
    EXPECT_EQ(nodes[0].hosts, std::vector<std::string>{"node.example.org"});
    EXPECT_EQ(nodes[0].port, 33445);
    EXPECT_EQ(nodes[0].key, key);
    EXPECT_FALSE(nodes[0].relay_ports.empty());
    EXPECT_EQ(nodes[1].port, 443);
    EXPECT_EQ(nodes[2].hosts, std::vector<std::string>{"2001:db8::1"});
    EXPECT_EQ(nodes[3].hosts, std::vector<std::string>{"2001:db8::2"});
    EXPECT_EQ(nodes[3].port, 65535);
}

TEST_F(Nodes, NoneAtAll) {
    for (const char* text : {"none", " none "}) {
        const auto [nodes, faults] = parse_nodes(text);
        EXPECT_TRUE(nodes.empty() && faults.empty()) << text;
    }
}

// B25
TEST_F(Nodes, FaultsAreNamedWithTheEntryAndItsNumber) {
    for (const std::string& entry :
         {"host:" + hex, std::string("host"), ":33445:" + hex, "host:0:" + hex, "host:65536:" + hex, "host:12x:" + hex,
          "host:33445:" + hex.substr(2), std::string("host:33445:"), "host:33445:" + std::string(64, '0'),
          std::string("%s%n:::"), std::string(":")}) {
        const auto [nodes, faults] = parse_nodes("good:1:" + hex + "," + entry + " also.good:2:" + hex);
        EXPECT_EQ(nodes.size(), 2U) << entry;
        ASSERT_EQ(faults.size(), 1U) << entry;
        EXPECT_NE(faults[0].find("Bootstrap node 2, “" + entry.substr(0, 60)), std::string::npos) << faults[0];
    }
}

TEST_F(Nodes, OfManyFaultsAFewAreNamed) {
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "bad,";
    EXPECT_EQ(parse_nodes(many).faults.size(), most_faults);
}

std::string why_not(const std::string& json) {
    const auto list = parse_node_list(json);
    return list ? "none" : list.error();
}

// B50
TEST_F(Nodes, AListThatIsTooLongOrTooDeepIsNotParsed) {
    EXPECT_NE(why_not(std::string(50 * 1024 * 1024, ' ')).find("1 MiB"), std::string::npos);
    EXPECT_NE(why_not(std::string(200'000, '[')).find("too deep"), std::string::npos);
    EXPECT_NE(why_not(R"({"nodes":)" + std::string(17, '[') + std::string(17, ']') + "}").find("too deep"),
              std::string::npos);
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
    EXPECT_NE(why_not(objects).find("too deep"), std::string::npos);
    // Brackets hidden behind what a lenient parser takes for a comment or another kind of text.
    for (const char* hidden : {R"(/*"*/)", "//\"\n", "'\"'", "#\"\n"})
        EXPECT_NE(why_not(hidden + std::string(200'000, '[')).find("not valid JSON"), std::string::npos) << hidden;
}

TEST_F(Nodes, BracketsInTextsAreText) {
    const std::string entry =
        R"({"ipv4":"192.0.2.1","port":1,"motd":"\"[[[[[[[[[[[[[[[[[[{{{{\\","public_key":")" + hex + "\"}";
    const auto list = parse_node_list(R"({"nodes":[)" + entry + "]}");
    ASSERT_TRUE(list) << list.error();
    EXPECT_EQ(list->nodes.size(), 1U);
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
