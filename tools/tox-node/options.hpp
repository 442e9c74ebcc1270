// SPDX-License-Identifier: GPL-3.0-or-later
// What tox-node was asked to do: the command line, checked.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "engine/crypto/keys.hpp"

namespace tox_node {

struct BootstrapNode {
    std::string host;
    std::uint16_t port = 0;
    tox::DhtKey key;
};

struct NodeOptions {
    std::uint16_t port_from = 33445;  // the range every Tox program uses (spec: DHT, ports)
    std::uint16_t port_to = 33545;
    bool ipv6 = true;
    bool loopback = false;
    std::string keys_file;  // empty: a new DHT key at each start
    std::string motd;
    std::vector<BootstrapNode> bootstrap;
    std::string echo;     // name of the echo contact; empty: none
    std::string profile;  // directory; empty: the echo contact is somebody else at each start
    std::vector<tox::LongTermKey> add;
    std::vector<std::uint16_t> relay_ports;
    bool print = false;
    bool show_version = false;
};

// The error is one sentence for people. `--help` is answered in place: it ends the program.
tl::expected<NodeOptions, std::string> parse_options(int argc, char** argv);

// "192.0.2.1:33445:KEY", "[2001:db8::1]:33445:KEY", "node.example:33445:KEY"
std::optional<BootstrapNode> parse_bootstrap_node(std::string_view text);
// "33445" or "33445-33545"
bool parse_port_range(std::string_view text, NodeOptions& options);

}  // namespace tox_node
