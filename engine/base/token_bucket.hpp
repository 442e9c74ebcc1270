// SPDX-License-Identifier: GPL-3.0-or-later
// A rate limit: so many per second, and so many at once after a pause.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class TokenBucket {
  public:
    constexpr TokenBucket(double per_second, double burst) : rate_(per_second), burst_(burst), tokens_(burst) {}

    // One token, unless that would leave fewer than `reserve`.
    bool take(Instant now, double reserve = 0) {
        if (!ready(now, reserve)) return false;
        tokens_ -= 1;
        return true;
    }
    // One token even if there is none: whoever comes next waits longer.
    void spend(Instant now) {
        fill(now);
        tokens_ -= 1;
    }
    bool ready(Instant now, double reserve = 0) {
        fill(now);
        return tokens_ >= 1 + reserve;
    }
    // When take() will succeed; later than `now` if it would not succeed now.
    Instant next(Instant now, double reserve = 0) {
        if (ready(now, reserve)) return now;
        const double seconds = (1 + reserve - tokens_) / rate_;
        return now + Duration(static_cast<Duration::rep>(seconds * 1e6)) + 1ms;
    }

  private:
    void fill(Instant now) {
        if (now <= filled_) return;
        const double seconds = std::chrono::duration<double>(now - filled_).count();
        tokens_ = std::min(burst_, tokens_ + seconds * rate_);
        filled_ = now;
    }

    double rate_;
    double burst_;
    double tokens_;
    Instant filled_{};
};

}  // namespace tox
