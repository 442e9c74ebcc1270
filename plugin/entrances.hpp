// SPDX-License-Identifier: GPL-3.0-or-later
// What is given to the engine for each known node: addresses to ask by datagram, relays to connect to, and names that
// must be resolved first. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"
#include "plugin/settings.hpp"

namespace purple_tox {

struct WayOut {  // of this account
    bool proxied = false;
    bool ipv6 = true;
};

struct Entrances {
    std::vector<tox::Node> nodes;
    std::vector<tox::StreamAddress> relays;  // of the one node asked about, the next to try first
    std::vector<std::string> names;          // to be resolved by us; there are none with a proxy
};

// `round` counts how often the node was offered: the engine tries one address of a relay at a time, so each round
// begins with another one.
Entrances entrances_of(const KnownNode& node, const WayOut& way, unsigned round);
// The same for an address that one of the names was resolved to.
Entrances entrances_at(const KnownNode& node, const tox::Endpoint& address, const WayOut& way);

}  // namespace purple_tox
