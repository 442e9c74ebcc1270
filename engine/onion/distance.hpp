// SPDX-License-Identifier: GPL-3.0-or-later
// The DHT's metric: keys XORed, compared as big-endian numbers (spec: DHT, distance).
#pragma once

#include "engine/base/bytes.hpp"

namespace tox {

using Distance = RawKey;

inline Distance distance_between(const RawKey& a, const RawKey& b) {
    Distance out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] ^ b[i];
    return out;
}

}  // namespace tox
