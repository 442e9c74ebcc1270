// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/nodes.hpp"

#include <algorithm>
#include <optional>

#include "plugin/i18n.hpp"
#include "plugin/ports.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

// Where relays listen on the public network (nodes.tox.chat): 443 first, firewalls let it through most often.
constexpr std::uint16_t usual_relay_ports[] = {443, 3389, 33445};

tl::unexpected<std::string> because(const char* why) { return tl::unexpected<std::string>(why); }

std::string fault_of(unsigned number, std::string_view entry, const std::string& why) {
    constexpr std::size_t enough_to_know = 60;
    return format(_("Bootstrap node %u, “%s”, is left out: %s."), number, one_line(entry, enough_to_know).c_str(),
                  why.c_str());
}

std::vector<std::uint16_t> likely_relay_ports(std::uint16_t port) {
    std::vector<std::uint16_t> ports{port};
    for (const std::uint16_t usual : usual_relay_ports)
        if (usual != port) ports.push_back(usual);
    return ports;
}

// The host may contain colons, so key and port are taken from the end.
Checked<KnownNode> parse_node(std::string_view entry) {
    const auto key_colon = entry.rfind(':');
    const auto port_colon =
        key_colon == std::string_view::npos || key_colon == 0 ? key_colon : entry.rfind(':', key_colon - 1);
    if (port_colon == std::string_view::npos || port_colon == 0)
        return because(_("it is not written as HOST:PORT:KEY"));
    std::string_view host = entry.substr(0, port_colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = parse_port(entry.substr(port_colon + 1, key_colon - port_colon - 1));
    if (!port) return because(_("it has no port from 1 to 65535"));
    const auto key = tox::DhtKey::from_hex(entry.substr(key_colon + 1));
    if (!key) return because(_("it has no valid key of 64 hexadecimal digits"));
    return KnownNode{*key, {std::string(host)}, *port, likely_relay_ports(*port)};
}

}  // namespace

TypedNodes parse_nodes(std::string_view text) {
    TypedNodes typed;
    unsigned number = 0;
    for (const std::string_view entry : words_of(text)) {
        ++number;
        if (entry == "none") continue;
        auto node = parse_node(entry);
        if (node)
            typed.nodes.push_back(std::move(*node));
        else if (typed.faults.size() < most_faults)
            typed.faults.push_back(fault_of(number, entry, node.error()));
    }
    return typed;
}

}  // namespace purple_tox
