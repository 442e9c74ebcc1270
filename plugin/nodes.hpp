// SPDX-License-Identifier: GPL-3.0-or-later
// Where one may enter the Tox network: as the user types it, and as nodes.tox.chat/json lists it. Pure: asks nobody,
// resolves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "engine/crypto/keys.hpp"

namespace purple_tox {

// Errors are sentences for people, already translated.
template <class T>
using Checked = tl::expected<T, std::string>;

struct KnownNode {
    tox::DhtKey key;
    std::vector<std::string> hosts;          // names, IPv4 addresses, or IPv6 addresses without brackets
    std::uint16_t port = 0;                  // UDP; 0: none
    std::vector<std::uint16_t> relay_ports;  // TCP, in the order in which they are worth trying
};

struct TypedNodes {
    std::vector<KnownNode> nodes;
    std::vector<std::string> faults;  // a sentence for each entry that was left out, with its number; a few at most
};
inline constexpr std::size_t most_faults = 3;  // more would not be read

// "HOST:PORT:KEY" or "[IPV6]:PORT:KEY", separated by commas, blanks or new lines. The word "none" is an empty list.
// Nobody says there on which ports such a node is a relay: its own and the usual ones are tried.
TypedNodes parse_nodes(std::string_view text);

struct NodeList {
    std::vector<KnownNode> nodes;
    unsigned bad = 0;   // entries that were left out
    std::string fault;  // what is wrong with the first of them
};
inline constexpr std::size_t most_listed = 512;           // the public list has some fifty
inline constexpr std::size_t largest_list = 1024 * 1024;  // bytes
inline constexpr unsigned deepest_list = 16;              // brackets in brackets; the format needs 4

// The format of nodes.tox.chat/json. An error only if it is none at all.
Checked<NodeList> parse_node_list(std::string_view json);

extern const char* const public_nodes;  // the list that comes with the program, in the same format

}  // namespace purple_tox
