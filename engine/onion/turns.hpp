// SPDX-License-Identifier: GPL-3.0-or-later
// Whose search may send next: the more promising ones first, equals in turn, and nobody is forgotten over that.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "engine/crypto/keys.hpp"

namespace tox {

class Turns {
  public:
    // Each fourth turn is that of who has waited longest: the promising ones may be many, and all absent.
    static constexpr unsigned eldest_each = 4;

    void add(const LongTermKey& who, unsigned rank) {  // lower ranks first; once each
        if (places_.contains(who)) return;
        const Place place{rank, ++last_, who};
        places_.emplace(who, place);
        by_rank_.insert(place);
        by_age_.emplace(place.number, who);
    }
    void remove(const LongTermKey& who) {
        const auto found = places_.find(who);
        if (found == places_.end()) return;
        by_rank_.erase(found->second);
        by_age_.erase(found->second.number);
        places_.erase(found);
    }
    std::optional<LongTermKey> take() {
        if (places_.empty()) return std::nullopt;
        const LongTermKey who = ++taken_ % eldest_each == 0 ? by_age_.begin()->second : by_rank_.begin()->who;
        remove(who);
        return who;
    }
    bool contains(const LongTermKey& who) const { return places_.contains(who); }
    bool empty() const { return places_.empty(); }

  private:
    struct Place {
        unsigned rank;
        std::uint64_t number;  // in the order of coming
        LongTermKey who;
        auto operator<=>(const Place&) const = default;
    };
    std::set<Place> by_rank_;
    std::map<std::uint64_t, LongTermKey> by_age_;
    std::unordered_map<LongTermKey, Place, Hashed> places_;
    std::uint64_t last_ = 0;
    unsigned taken_ = 0;
};

}  // namespace tox
