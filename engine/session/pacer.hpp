// SPDX-License-Identifier: GPL-3.0-or-later
// Spreads packets over time, in bursts that a timer of a millisecond can follow.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class Pacer {
  public:
    static constexpr double least_burst = 32;      // the first window goes out at once: a greeting must not wait
    static constexpr Duration burst_length = 4ms;  // of a fast stream
    static constexpr Duration timer_step = 1ms;    // wake-ups closer than this cost more than they give

    void set_rate(double per_second, Instant now) {
        refill(now);
        rate_ = std::max(per_second, 1.0);
    }
    bool take(Instant now) {
        refill(now);
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }
    // When to come back after take() said no: later than that moment, and fixed from then on.
    Instant ready_at(Instant now) const {
        if (tokens_ >= 1) return now;
        const auto wait = std::chrono::duration<double>((1 - tokens_) / rate_);
        return refilled_ + std::max(std::chrono::ceil<Duration>(wait), timer_step);
    }

  private:
    void refill(Instant now) {
        if (now <= refilled_) return;
        const double gained = rate_ * std::chrono::duration<double>(now - refilled_).count();
        const double burst = std::max(least_burst, rate_ * std::chrono::duration<double>(burst_length).count());
        tokens_ = std::min(burst, tokens_ + gained);
        refilled_ = now;
    }

    double rate_ = 1;
    double tokens_ = least_burst;
    Instant refilled_{};
};

}  // namespace tox
