// SPDX-License-Identifier: GPL-3.0-or-later
// The options of an account, as people type them.
#include "plugin/settings.hpp"

#include <gtest/gtest.h>

#include "plugin/public_nodes.hpp"

namespace purple_tox {
namespace {

struct Nodes : testing::Test {
    tox::DhtKey key = tox::KeyPair<struct tox::DhtTag>::generate().public_key;
    std::string hex = key.hex();
};

TEST_F(Nodes, NamesAndAddresses) {
    const auto nodes = parse_nodes("node.example.org:33445:" + hex + ", 192.0.2.1:443:" + hex +
                                   ",[2001:db8::1]:1:" + hex + "\n2001:db8::2:65535:" + hex);
    ASSERT_TRUE(nodes) << nodes.error();
    ASSERT_EQ(nodes->size(), 4U);
    EXPECT_EQ((*nodes)[0].host, "node.example.org");
    EXPECT_EQ((*nodes)[0].port, 33445);
    EXPECT_EQ((*nodes)[0].key, key);
    EXPECT_EQ((*nodes)[1].port, 443);
    EXPECT_EQ((*nodes)[2].host, "2001:db8::1");
    EXPECT_EQ((*nodes)[3].host, "2001:db8::2");
    EXPECT_EQ((*nodes)[3].port, 65535);
}

TEST_F(Nodes, NoneAtAll) {
    for (const char* text : {"", " , ", "none", " none "}) {
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

TEST_F(Nodes, TheBuiltInListIsRight) {
    const auto nodes = parse_nodes(public_nodes);
    ASSERT_TRUE(nodes) << nodes.error();
    EXPECT_GT(nodes->size(), 20U);
}

TEST(Ports, Range) {
    const auto usual = parse_ports(33445, 33545);
    ASSERT_TRUE(usual);
    EXPECT_EQ(usual->from, 33445);
    EXPECT_EQ(usual->to, 33545);
    EXPECT_TRUE(parse_ports(1, 65535));
    EXPECT_TRUE(parse_ports(5, 5));
    EXPECT_FALSE(parse_ports(0, 5));
    EXPECT_FALSE(parse_ports(6, 5));
    EXPECT_FALSE(parse_ports(5, 65536));
    EXPECT_FALSE(parse_ports(-5, 5));
}

}  // namespace
}  // namespace purple_tox
