// SPDX-License-Identifier: GPL-3.0-or-later
// Shared keys with whoever asks something of us as a node. Deriving one costs a hundred times what opening a packet
// does, and anybody can make us do it with a fresh key per packet: so many per second for each address, and for all,
// and no more (R26).
#pragma once

#include "engine/crypto/box.hpp"
#include "engine/host/address_budget.hpp"

namespace tox {

class StrangersKeys {
  public:
    // One who comes has one key, a whole house behind one address has some, and a path has one for each hop: who needs
    // many for long is told from them, even if a hundred addresses are his.
    static constexpr Rate each{4, 20};
    // A node we know passes on what many others send.
    static constexpr Rate each_known{50, 200};

    // For the onion relay and the announce store each: with those of the DHT this stays near R26's 500 a second.
    static constexpr Rate onion{200, 400};

    // All strangers together, and all known nodes. The cache outlives this.
    StrangersKeys(KeyCache& cache, Rate all) : cache_(cache), strangers_(each, all), known_(each_known, all) {}

    struct From {
        Endpoint address;
        bool known;  // a node of ours
    };
    // nullptr: no key, or no more of them for now. Valid until the next call.
    const SharedKey* with(const RawKey& peer, const From& from, Instant now) {
        AddressBudget& budget = from.known ? known_ : strangers_;
        if (!cache_.holds(peer) && !budget.take(from.address, now)) return nullptr;
        return cache_.with(peer);
    }

  private:
    KeyCache& cache_;
    AddressBudget strangers_;
    AddressBudget known_;
};

}  // namespace tox
