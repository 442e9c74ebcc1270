// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/settings.hpp"

#include <charconv>
#include <optional>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

tl::unexpected<std::string> complaint(const char* pattern, std::string_view entry) {
    std::string text = pattern;  // not printf: a user's text may hold anything
    const auto place = text.find("%s");
    if (place != std::string::npos) text.replace(place, 2, entry);
    return tl::unexpected<std::string>(std::move(text));
}

// The host may contain colons, so key and port are taken from the end.
Checked<NodeAddress> parse_node(std::string_view entry) {
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
    return NodeAddress{std::string(host), *port, *key};
}

}  // namespace

Checked<std::vector<NodeAddress>> parse_nodes(std::string_view text) {
    constexpr std::string_view separators = ", ;\t\r\n";
    std::vector<NodeAddress> nodes;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
        const std::string_view entry = text.substr(at, text.find_first_of(separators, at) - at);
        at += entry.size();
        if (entry == "none") continue;
        auto node = parse_node(entry);
        if (!node) return tl::unexpected(node.error());
        nodes.push_back(std::move(*node));
    }
    return nodes;
}

Checked<PortRange> parse_ports(int from, int to) {
    constexpr int highest = 65535;
    if (from < 1 || to > highest || from > to)
        return tl::unexpected<std::string>(_("The UDP ports must be from 1 to 65535, the first not above the last."));
    return PortRange{static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)};
}

}  // namespace purple_tox
