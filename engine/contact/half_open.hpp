// SPDX-License-Identifier: GPL-3.0-or-later
// R24: sessions of one account that somebody else has begun and that no packet has confirmed yet. Each costs keys,
// memory and an answer; so many at once are more than a list that comes online together needs.
#pragma once

#include <utility>

#include "engine/base/token_bucket.hpp"

namespace tox {

class HalfOpenSessions {  // of one account
  public:
    static constexpr unsigned most = 64;
    static constexpr double per_second = 20;

  private:
    friend class HalfOpenPlace;
    unsigned open_ = 0;
    TokenBucket begun_{per_second, most};
};

class HalfOpenPlace {  // of one contact; given back when it is let go
  public:
    explicit HalfOpenPlace(HalfOpenSessions& account) : account_(account) {}  // outlives this
    ~HalfOpenPlace() { leave(); }
    HalfOpenPlace(const HalfOpenPlace&) = delete;
    HalfOpenPlace& operator=(const HalfOpenPlace&) = delete;

    bool may_enter(Instant now) const {  // false: no room, or too many lately; they will try again
        return account_.begun_.ready(now) && (held_ || account_.open_ < HalfOpenSessions::most);
    }
    void enter(Instant now) {
        account_.begun_.spend(now);
        if (!std::exchange(held_, true)) ++account_.open_;
    }
    void leave() {
        if (std::exchange(held_, false)) --account_.open_;
    }

  private:
    HalfOpenSessions& account_;
    bool held_ = false;
};

}  // namespace tox
