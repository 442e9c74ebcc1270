// SPDX-License-Identifier: GPL-3.0-or-later
// Distance between keys (notes 1.5) and hashes of what DHT tables are keyed with. Knows nothing of nodes' states.
#pragma once

#include <bit>
#include <compare>

#include "engine/host/address_budget.hpp"
#include "engine/wire/nodes.hpp"

namespace tox::dht {

// Compares as a big-endian number: a key of ordered containers, nearest first.
using Distance = RawKey;

inline Distance distance_between(const RawKey& a, const RawKey& b) {
    Distance out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] ^ b[i];
    return out;
}

// Whether `a` is nearer to `target` than `b`: XOR compared as big-endian numbers.
inline bool closer(const RawKey& target, const RawKey& a, const RawKey& b) {
    for (std::size_t i = 0; i < target.size(); ++i)
        if (a[i] != b[i]) return (a[i] ^ target[i]) < (b[i] ^ target[i]);
    return false;
}

// Leading bits that two keys share; 256 for equal keys.
inline unsigned common_bits(const RawKey& a, const RawKey& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto differing = static_cast<Byte>(a[i] ^ b[i]);
        if (differing != 0) return static_cast<unsigned>(8 * i) + static_cast<unsigned>(std::countl_zero(differing));
    }
    return 256;
}

struct NodeHash {
    std::size_t operator()(const Node& node) const {
        return Hashed{}(node.key) ^ (EndpointHash{}(node.endpoint) * 0x9e3779b97f4a7c15U);
    }
};

}  // namespace tox::dht
