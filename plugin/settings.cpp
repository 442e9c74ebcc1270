// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/settings.hpp"

#include <algorithm>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"
#include "plugin/ports.hpp"

namespace purple_tox {
namespace {

template <class... Text>
tl::unexpected<std::string> wrong(Text&&... text) {
    return tl::unexpected<std::string>(std::forward<Text>(text)...);
}

Checked<void> set_ports(tox::GlibNetwork::Setup& setup, const Choices& choices) {
    if (choices.port_from < 1 || choices.port_to > highest_port || choices.port_from > choices.port_to)
        return wrong(_("The UDP ports must be from 1 to 65535, the first not above the last."));
    setup.port_from = static_cast<std::uint16_t>(choices.port_from);
    setup.port_to = static_cast<std::uint16_t>(choices.port_to);
    return {};
}

// With datagrams or without them, never through a proxy with them.
Checked<tox::GlibNetwork::Setup> decide_setup(const Choices& choices) {
    tox::GlibNetwork::Setup setup;
    auto proxy = usable_proxy(choices.proxy);
    if (!proxy) return tl::unexpected(proxy.error());
    setup.proxy = std::move(*proxy);
    setup.udp = choices.udp && !setup.proxy;
    if (auto ports = set_ports(setup, choices); !ports && setup.udp) return tl::unexpected(ports.error());
    setup.ipv6 = choices.ipv6;
    setup.loopback_only = choices.loopback_only;
    return setup;
}

Checked<tox::ContactRoute> decide_route(const std::string& chosen, const tox::GlibNetwork::Setup& setup) {
    if (chosen == "relay") return tox::ContactRoute::relay_only;
    if (chosen != "direct") return tox::ContactRoute::any;
    if (setup.proxy)
        return wrong(
            _("Contacts are to be reached directly only, but with a proxy there is no direct way. Allow relays, or "
              "choose “No Proxy” for this account."));
    if (!setup.udp)
        return wrong(_("Contacts are to be reached directly only, but UDP is off. Allow relays, or switch UDP on."));
    return tox::ContactRoute::direct_only;
}

// The good ones of those that were typed: without any there would be no way into the network.
Checked<TypedNodes> usable_nodes(const std::string& typed) {
    TypedNodes nodes = parse_nodes(typed);
    if (nodes.nodes.empty() && !nodes.faults.empty()) return wrong(nodes.faults.front());
    return nodes;
}

}  // namespace

void drop_datagrams(NetworkSettings& settings) {
    settings.setup.udp = settings.lan_discovery = settings.hole_punching = settings.map_port = false;
}

Checked<std::vector<std::uint16_t>> parse_relay_ports(std::string_view text) {
    std::vector<std::uint16_t> ports;
    for (const std::string_view word : words_of(text)) {
        const auto port = parse_port(word);
        if (!port) return wrong(_("The ports to serve as a relay on must be numbers from 1 to 65535."));
        if (std::ranges::find(ports, *port) == ports.end()) ports.push_back(*port);
    }
    if (ports.size() > most_relay_ports)
        return wrong(format(_("A relay may serve on at most %u ports."), static_cast<unsigned>(most_relay_ports)));
    return ports;
}

Checked<NetworkSettings> decide(const Choices& choices) {
    NetworkSettings settings;
    auto setup = decide_setup(choices);
    if (!setup) return tl::unexpected(setup.error());
    auto route = decide_route(choices.contact_route, *setup);
    if (!route) return tl::unexpected(route.error());
    auto relay_ports = parse_relay_ports(choices.relay_ports);
    if (!relay_ports) return tl::unexpected(relay_ports.error());
    auto nodes = usable_nodes(choices.nodes);
    if (!nodes) return tl::unexpected(nodes.error());
    settings.setup = std::move(*setup);
    settings.contact_route = *route;
    settings.nodes = std::move(nodes->nodes);
    settings.remarks = std::move(nodes->faults);
    settings.lan_discovery = choices.lan_discovery;
    settings.hole_punching = choices.hole_punching;
    settings.map_port = choices.map_port && !choices.loopback_only;
    if (!settings.setup.udp) drop_datagrams(settings);
    if (!settings.proxied()) settings.relay_ports = std::move(*relay_ports);  // an open port would show our address
    return settings;
}

}  // namespace purple_tox
