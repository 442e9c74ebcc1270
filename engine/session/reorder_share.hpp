// SPDX-License-Identifier: GPL-3.0-or-later
// R29: the memory of an account in which packets wait behind a hole, and each session's share of it.
#pragma once

#include <algorithm>

#include "engine/base/bytes.hpp"

namespace tox {

class ReorderMemory {  // of one account
  public:
    static constexpr std::size_t most = 32U << 20U;

    // What one session may hold: a quarter of what is free, so that a few never take all of it; and always this much,
    // for what those before have taken cannot be had back before they end.
    static constexpr std::size_t least = 32U << 10U;
    std::size_t fair_share() const { return used_ < most ? std::max(least, (most - used_) / 4) : least; }
    std::size_t used() const { return used_; }

  private:
    friend class ReorderShare;
    std::size_t used_ = 0;
};

class ReorderShare {  // of one session; gives back what it holds when it ends
  public:
    static constexpr std::size_t most = 4U << 20U;

    explicit ReorderShare(ReorderMemory* account = nullptr) : account_(account) {}  // outlives this; nullptr: alone
    ~ReorderShare() { give_back(held_); }
    ReorderShare(const ReorderShare&) = delete;
    ReorderShare& operator=(const ReorderShare&) = delete;

    std::size_t held() const { return held_; }
    std::size_t limit() const { return account_ ? std::min(most, account_->fair_share()) : most; }
    bool take(std::size_t bytes) {
        if (held_ + bytes > limit()) return false;
        held_ += bytes;
        if (account_) account_->used_ += bytes;
        return true;
    }
    void give_back(std::size_t bytes) {
        held_ -= bytes;
        if (account_) account_->used_ -= bytes;
    }

  private:
    ReorderMemory* account_;
    std::size_t held_ = 0;
};

}  // namespace tox
