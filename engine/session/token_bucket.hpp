// SPDX-License-Identifier: GPL-3.0-or-later
// A rate limit: so many per second, and so many at once after a pause.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class TokenBucket {
  public:
    constexpr TokenBucket(double per_second, double burst) : per_second_(per_second), burst_(burst), tokens_(burst) {}

    bool take(Instant now) {
        refill(now);
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

  private:
    void refill(Instant now) {
        if (now <= refilled_) return;
        tokens_ = std::min(burst_, tokens_ + per_second_ * std::chrono::duration<double>(now - refilled_).count());
        refilled_ = now;
    }

    double per_second_;
    double burst_;
    double tokens_;
    Instant refilled_{};
};

}  // namespace tox
