// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers under which the harness knows contacts; reused as libtoxcore does, the lowest free one first.
#pragma once

#include <set>
#include <unordered_map>

#include "engine/crypto/keys.hpp"

namespace tox_peer {

using FriendNumber = std::uint32_t;

class Friends {
  public:
    FriendNumber add(const tox::LongTermKey& key) {  // the one it has, if it has one
        if (const auto known = number(key)) return *known;
        const auto taken = free_.empty() ? static_cast<FriendNumber>(keys_.size()) : *free_.begin();
        if (taken == keys_.size()) keys_.emplace_back();
        free_.erase(taken);
        keys_[taken] = key;
        numbers_[key] = taken;
        return taken;
    }
    void remove(FriendNumber number) {
        if (number >= keys_.size() || !keys_[number]) return;
        numbers_.erase(*keys_[number]);
        keys_[number].reset();
        free_.insert(number);
    }
    std::optional<FriendNumber> number(const tox::LongTermKey& key) const {
        const auto at = numbers_.find(key);
        return at == numbers_.end() ? std::nullopt : std::optional(at->second);
    }
    std::optional<tox::LongTermKey> key(std::uint64_t number) const {
        return number < keys_.size() ? keys_[number] : std::nullopt;
    }
    std::size_t count() const { return numbers_.size(); }
    FriendNumber end() const { return static_cast<FriendNumber>(keys_.size()); }  // above all numbers

  private:
    std::vector<std::optional<tox::LongTermKey>> keys_;
    std::unordered_map<tox::LongTermKey, FriendNumber, tox::Hashed> numbers_;
    std::set<FriendNumber> free_;
};

}  // namespace tox_peer
