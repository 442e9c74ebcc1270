// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/entrances.hpp"

#include <algorithm>

namespace purple_tox {
namespace {

void add_address(Entrances& found, const KnownNode& node, tox::Endpoint address, const WayOut& way) {
    if (!address.is_v4() && !way.ipv6) return;
    for (const std::uint16_t port : node.relay_ports) {
        address.port = port;
        found.relays.emplace_back(address);
    }
    address.port = node.port;
    if (node.port != 0) found.nodes.push_back({node.key, address});
}

// The proxy resolves it.
void add_name(Entrances& found, const KnownNode& node, const std::string& name) {
    for (const std::uint16_t port : node.relay_ports) found.relays.emplace_back(tox::HostName{name, port});
}

}  // namespace

Entrances entrances_of(const KnownNode& node, const WayOut& way, unsigned round) {
    Entrances found;
    for (const std::string& host : node.hosts) {
        if (const auto address = tox::Endpoint::parse(host, node.port))
            add_address(found, node, *address, way);
        else if (way.proxied)
            add_name(found, node, host);
        else
            found.names.push_back(host);
    }
    // Port by port, as they are worth trying, and within one port address by address.
    std::ranges::stable_sort(found.relays, {}, [&](const tox::StreamAddress& relay) {
        const std::uint16_t port = std::visit([](const auto& to) { return to.port; }, relay);
        return std::ranges::find(node.relay_ports, port) - node.relay_ports.begin();
    });
    if (!found.relays.empty())
        std::ranges::rotate(found.relays, found.relays.begin() + static_cast<long>(round % found.relays.size()));
    return found;
}

Entrances entrances_at(const KnownNode& node, const tox::Endpoint& address, const WayOut& way) {
    Entrances found;
    add_address(found, node, address, way);
    return found;
}

}  // namespace purple_tox
