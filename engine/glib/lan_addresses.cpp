// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/lan_addresses.hpp"

#include <ifaddrs.h>
#include <net/if.h>

#include <memory>

#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

constexpr std::size_t most_per_family = 16;  // as c-toxcore

const Endpoint loopback = Endpoint::v4({127, 0, 0, 1}, 0);

struct InterfacesGone {
    void operator()(ifaddrs* first) const { freeifaddrs(first); }
};

std::optional<Endpoint> broadcast_of(const ifaddrs& entry) {
    SocketAddress address{};
    if (!entry.ifa_addr || entry.ifa_addr->sa_family != AF_INET) return std::nullopt;
    if ((entry.ifa_flags & IFF_LOOPBACK) != 0) return loopback;
    if ((entry.ifa_flags & IFF_BROADCAST) == 0 || !entry.ifa_broadaddr) return std::nullopt;
    address.v4 = *reinterpret_cast<const sockaddr_in*>(entry.ifa_broadaddr);
    auto endpoint = from_socket_address(address);
    if (endpoint) endpoint->port = 0;
    return endpoint;
}

bool has_multicast(const ifaddrs& entry) {
    constexpr unsigned wanted = IFF_MULTICAST | IFF_UP;
    return entry.ifa_addr && entry.ifa_addr->sa_family == AF_INET6 && (entry.ifa_flags & wanted) == wanted;
}

}  // namespace

std::vector<LanAddress> lan_addresses(bool loopback_only) {
    if (loopback_only) return {{loopback, 0}};
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) return {};
    const std::unique_ptr<ifaddrs, InterfacesGone> interfaces(first);
    const Endpoint all_nodes = *Endpoint::parse("ff02::1", 0);
    std::vector<LanAddress> v4{{Endpoint::v4({255, 255, 255, 255}, 0), 0}};
    std::vector<LanAddress> v6;
    for (const ifaddrs* entry = first; entry; entry = entry->ifa_next) {
        if (const auto everybody = broadcast_of(*entry); everybody && v4.size() <= most_per_family)
            v4.push_back({*everybody, 0});
        if (!has_multicast(*entry) || v6.size() == most_per_family) continue;
        const unsigned interface = if_nametoindex(entry->ifa_name);
        if (v6.empty() || v6.back().interface != interface) v6.push_back({all_nodes, interface});
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    return v4;
}

}  // namespace tox
