// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/nodes.hpp"

#include <algorithm>
#include <optional>

#include "plugin/i18n.hpp"
#include "plugin/ports.hpp"

namespace purple_tox {
namespace {

// Where relays listen on the public network (nodes.tox.chat): 443 first, firewalls let it through most often.
constexpr std::uint16_t usual_relay_ports[] = {443, 3389, 33445};

tl::unexpected<std::string> complaint(const char* pattern, std::string_view entry) {
    std::string text = pattern;  // not printf: a user's text may hold anything
    const auto place = text.find("%s");
    if (place != std::string::npos) text.replace(place, 2, entry);
    return tl::unexpected<std::string>(std::move(text));
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
        return complaint(_("The bootstrap node “%s” is not written as HOST:PORT:KEY."), entry);
    std::string_view host = entry.substr(0, port_colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = parse_port(entry.substr(port_colon + 1, key_colon - port_colon - 1));
    if (!port) return complaint(_("The bootstrap node “%s” has no port from 1 to 65535."), entry);
    const auto key = tox::DhtKey::from_hex(entry.substr(key_colon + 1));
    if (!key) return complaint(_("The bootstrap node “%s” has no valid key of 64 hexadecimal digits."), entry);
    return KnownNode{*key, {std::string(host)}, *port, likely_relay_ports(*port)};
}

}  // namespace

Checked<std::vector<KnownNode>> parse_nodes(std::string_view text) {
    std::vector<KnownNode> nodes;
    for (const std::string_view entry : words_of(text)) {
        if (entry == "none") continue;
        auto node = parse_node(entry);
        if (!node) return tl::unexpected(node.error());
        nodes.push_back(std::move(*node));
    }
    return nodes;
}

}  // namespace purple_tox
