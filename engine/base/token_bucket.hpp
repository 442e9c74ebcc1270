// SPDX-License-Identifier: GPL-3.0-or-later
// A rate limit: so many per second, and so many at once after a pause.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class TokenBucket {
  public:
    TokenBucket(double per_second, double burst) : interval_(tokens(1, per_second)), full_(tokens(burst, per_second)) {}

    // When there will be a token besides `reserve` others that are to stay.
    Instant next(unsigned reserve = 0) const { return refilled_ + (reserve + 1) * interval_ - full_; }
    bool ready(Instant now, unsigned reserve = 0) const { return next(reserve) <= now; }
    // False: none to be had, and nothing has changed.
    bool take(Instant now, unsigned reserve = 0) {
        if (!ready(now, reserve)) return false;
        spend(now);
        return true;
    }
    void spend(Instant now) {
        refilled_ = std::max(refilled_, now) + interval_;
    }  // may go into debt: others wait longer

  private:
    static Duration tokens(double count, double per_second) {
        return Duration(static_cast<Duration::rep>(count * 1e6 / per_second));
    }

    Duration interval_;   // in which one token grows
    Duration full_;       // in which an empty bucket fills
    Instant refilled_{};  // when it is full again
};

}  // namespace tox
