// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/nat.hpp"

#include <algorithm>

namespace tox::sim {

std::optional<Endpoint> Nat::leave(const Endpoint& from, const Endpoint& to, Instant now) {
    const auto mine = [&](const auto& entry) { return entry.second.inner == from && now < entry.second.until; };
    auto found = std::find_if(by_port_.begin(), by_port_.end(), mine);
    if (found == by_port_.end()) {
        const std::uint16_t port = next_port_++;
        found = by_port_.insert_or_assign(port, Mapping{from, port, now, {}}).first;
    }
    Mapping& mapping = found->second;
    mapping.until = now + life_;
    mapping.opened[to] = now + life_;
    Endpoint outer = public_;
    outer.port = mapping.outer_port;
    return outer;
}

bool Nat::admits(const Mapping& mapping, const Endpoint& from, Instant now) const {
    if (filter_ == Filter::none) return true;
    return std::any_of(mapping.opened.begin(), mapping.opened.end(), [&](const auto& entry) {
        const auto& [peer, until] = entry;
        return now < until && peer.address == from.address && (filter_ == Filter::address || peer.port == from.port);
    });
}

std::optional<Endpoint> Nat::enter(const Endpoint& to, const Endpoint& from, Instant now) {
    const auto found = by_port_.find(to.port);
    if (found == by_port_.end() || now >= found->second.until || !admits(found->second, from, now)) return std::nullopt;
    return found->second.inner;
}

}  // namespace tox::sim
