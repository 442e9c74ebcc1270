// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets for those of whom we know only the address that their packets come from.
#pragma once

#include <algorithm>

#include "engine/base/budget.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/crypto/box.hpp"

namespace tox {

struct EndpointHash {  // with a secret per process
    std::size_t operator()(const Endpoint& endpoint) const {
        ByteArray<18> bytes;
        std::copy(endpoint.address.begin(), endpoint.address.end(), bytes.begin());
        bytes[16] = static_cast<Byte>(endpoint.port >> 8U);
        bytes[17] = static_cast<Byte>(endpoint.port);
        return short_hash(bytes);
    }
};

// What counts as one source: an IPv4 address, an IPv6 /64, but on a LAN each port, where a host may run many nodes.
inline Endpoint source_of(const Endpoint& from) {
    if (from.is_lan()) return from;
    Endpoint source = from;
    source.port = 0;
    if (!from.is_v4()) std::fill(source.address.begin() + 8, source.address.end(), Byte{0});
    return source;
}

class AddressBudget {
  public:
    AddressBudget(Rate each, Rate strangers, Rate known) : budget_(each, strangers, known) {}
    AddressBudget(Rate each, Rate strangers) : budget_(each, strangers) {}

    // As Budget::take; the source is what counts as one.
    bool take(const Endpoint& from, Instant now, bool known = false) {
        return budget_.take(source_of(from), now, known);
    }
    std::size_t sources() const { return budget_.sources(); }
    static constexpr std::size_t most_sources = Budget<Endpoint, EndpointHash>::most_sources;

  private:
    Budget<Endpoint, EndpointHash> budget_;
};

}  // namespace tox
