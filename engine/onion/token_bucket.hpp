// SPDX-License-Identifier: GPL-3.0-or-later
// A rate limit with a burst.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class TokenBucket {
  public:
    TokenBucket(unsigned per_second, unsigned burst)
        : interval_(Duration(1s) / per_second), allowance_(interval_ * burst) {}

    bool ready(Instant now) const { return next() <= now; }
    void take(Instant now) { due_ = std::max(due_, now) + interval_; }  // may go into debt: later takers wait longer
    Instant next() const { return due_ + interval_ - allowance_; }

  private:
    Duration interval_;
    Duration allowance_;
    Instant due_{};  // when the bucket is full again
};

}  // namespace tox
