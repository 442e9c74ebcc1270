// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses at which everybody on the links of this computer hears us (notes 5.1).
#pragma once

#include <vector>

#include "engine/base/endpoint.hpp"

namespace tox {

struct LanAddress {
    Endpoint everybody;      // without a port: directed broadcast (IPv4), or all nodes of a link (FF02::1)
    unsigned interface = 0;  // for the latter
};

// At most 33: two for each of the first 16 interfaces, and 255.255.255.255. With `loopback_only`: 127.0.0.1.
std::vector<LanAddress> lan_addresses(bool loopback_only);

}  // namespace tox
