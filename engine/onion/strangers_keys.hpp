// SPDX-License-Identifier: GPL-3.0-or-later
// Shared keys with whoever asks something of us as a node. Deriving one costs a hundred times what opening a packet
// does, and anybody can make us do it with a fresh key per packet: so many per second and no more (R26).
#pragma once

#include "engine/base/token_bucket.hpp"
#include "engine/crypto/box.hpp"

namespace tox {

class StrangersKeys {
  public:
    // Relay and store each; with what the DHT allows itself this stays near the 500 per second of R26.
    static constexpr unsigned per_second = 200, burst = 400;

    explicit StrangersKeys(KeyCache& cache) : cache_(cache) {}  // outlives this

    // nullptr: no key, or no more of them for now. Valid until the next call.
    const SharedKey* with(const RawKey& peer, Instant now) {
        if (!cache_.holds(peer) && !derivations_.take(now)) return nullptr;
        return cache_.with(peer);
    }

  private:
    KeyCache& cache_;
    TokenBucket derivations_{per_second, burst};
};

}  // namespace tox
