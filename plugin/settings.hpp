// SPDX-License-Identifier: GPL-3.0-or-later
// What the user may set for an account, checked. Pure: knows neither libpurple's accounts nor the engine's facade.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "engine/crypto/keys.hpp"

namespace purple_tox {

struct NodeAddress {
    std::string host;  // a name, an IPv4 address, or an IPv6 address without brackets
    std::uint16_t port = 0;
    tox::DhtKey key;
};

struct PortRange {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
};

// Errors are sentences for people, already translated.
template <class T>
using Checked = tl::expected<T, std::string>;

// "HOST:PORT:KEY" or "[IPV6]:PORT:KEY", separated by commas, blanks or new lines. The word "none" is an empty list.
Checked<std::vector<NodeAddress>> parse_nodes(std::string_view text);
Checked<PortRange> parse_ports(int from, int to);

}  // namespace purple_tox
