// SPDX-License-Identifier: GPL-3.0-or-later
// What the user has chosen for an account's network, checked, and what follows from it. Pure: does not know where
// libpurple keeps it.
#pragma once

#include <optional>

#include "engine/engine.hpp"
#include "engine/glib/glib_network.hpp"
#include "plugin/nodes.hpp"
#include "plugin/proxy.hpp"

namespace purple_tox {

// As chosen, nothing checked yet.
struct Choices {
    bool udp = true;
    bool ipv6 = true;
    bool lan_discovery = true;
    bool hole_punching = true;
    bool map_port = true;
    bool loopback_only = false;  // networks that live on one machine, as tests and demonstrations have
    int port_from = 0;
    int port_to = 0;
    std::string contact_route;  // "any", "direct" or "relay"
    std::string relay_ports;    // serve as a relay on these; empty: not
    std::string nodes;          // as parse_nodes() reads them; empty: whoever calls decide() knows others
    ProxyChoice proxy;
};

struct NetworkSettings {
    tox::GlibNetwork::Setup setup;
    bool lan_discovery = true;
    bool hole_punching = true;
    bool map_port = true;
    tox::ContactRoute contact_route = tox::ContactRoute::any;
    std::vector<std::uint16_t> relay_ports;
    std::vector<KnownNode> nodes;
    std::vector<std::string> remarks;  // sentences on what was left out, though the account can work without

    bool proxied() const { return setup.proxy.has_value(); }
};

inline constexpr std::size_t most_relay_ports = 8;  // public nodes listen on three

// With a proxy nothing leaves by another way: no datagrams, no LAN, no open port, no question to a name server. What
// cannot be done as chosen is an error, never something else instead.
Checked<NetworkSettings> decide(const Choices& choices);
void drop_datagrams(NetworkSettings& settings);  // no UDP, and nothing that needs it
Checked<std::vector<std::uint16_t>> parse_relay_ports(std::string_view text);

}  // namespace purple_tox
