// SPDX-License-Identifier: GPL-3.0-or-later
// How far an address is of use: on its own host, on its own LAN, or everywhere. What is of use to few is told to those
// few, and believed of them, only (B60, R34).
#pragma once

#include "engine/base/endpoint.hpp"

namespace tox {

// Whether somebody at `teller` can know of this place, or reach it.
inline bool within_reach(const Endpoint& teller, const Endpoint& place) { return scope_of(place) >= scope_of(teller); }

}  // namespace tox
