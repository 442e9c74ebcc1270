// SPDX-License-Identifier: GPL-3.0-or-later
// What a run has learnt of the onion that the next one can begin with (notes 12.4, 13.4). Nothing in it is needed.
#pragma once

#include <vector>

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

struct NodesNear {                          // a long-term key: where its announcement is stored, or would be
    static constexpr std::size_t most = 4;  // half of what a first round asks at once: they may all be gone

    LongTermKey key;
    std::vector<Node> nodes;  // those that stored it first, nearest first
    Instant heard{};          // of any of them, the last time
};

struct ProvenHop {
    Node node;
    Instant worked{};  // as a relay of one of our paths, the last time
};

struct OnionMemory {
    static constexpr std::size_t most_hops = 32;  // notes 12.4
    static constexpr Duration lasts = 24h * 7;    // most nodes have restarted by then, under other keys

    std::vector<ProvenHop> hops;  // latest first
    std::vector<NodesNear> near;
};

}  // namespace tox
