// SPDX-License-Identifier: GPL-3.0-or-later
// One way on which a contact's packets come and ours go.
#pragma once

#include <variant>

#include "engine/base/endpoint.hpp"
#include "engine/crypto/keys.hpp"

namespace tox {

struct ViaRelay {
    DhtKey relay;
    auto operator<=>(const ViaRelay&) const = default;
};
using Route = std::variant<Endpoint, ViaRelay>;  // directly by datagram, or through a relay

inline bool is_direct(const Route& route) { return std::holds_alternative<Endpoint>(route); }

}  // namespace tox
