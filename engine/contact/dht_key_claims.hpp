// SPDX-License-Identifier: GPL-3.0-or-later
// Which contacts say that a DHT key is theirs. A DHT key in a packet is a claim: a contact can name another's. So
// several may claim one key until one of them proves it, and what is sought for a key goes on while anybody claims it.
#pragma once

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "engine/crypto/keys.hpp"

namespace tox {

class DhtKeyClaims {
  public:
    void add(const DhtKey& key, const LongTermKey& who) { claims_.emplace(key, who); }
    void remove(const DhtKey& key, const LongTermKey& who) {
        const auto [first, last] = claims_.equal_range(key);
        for (auto claim = first; claim != last; ++claim)
            if (claim->second == who) return void(claims_.erase(claim));
    }
    bool any(const DhtKey& key) const { return claims_.contains(key); }
    bool others(const DhtKey& key, const LongTermKey& but) const {
        const auto [first, last] = claims_.equal_range(key);
        return std::any_of(first, last, [&](const auto& claim) { return claim.second != but; });
    }
    std::vector<LongTermKey> of(const DhtKey& key) const {
        std::vector<LongTermKey> who;
        const auto [first, last] = claims_.equal_range(key);
        for (auto claim = first; claim != last; ++claim) who.push_back(claim->second);
        return who;
    }

  private:
    std::unordered_multimap<DhtKey, LongTermKey, Hashed> claims_;
};

}  // namespace tox
