// SPDX-License-Identifier: GPL-3.0-or-later
// R30: how many packets may be sent again. A peer that calls everything missing, and never says that anything has
// arrived, gets a trickle; half again as much as arrives is what a line needs that loses six packets of ten.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class ResendCredit {
  public:
    static constexpr double per_delivery = 1.5;
    static constexpr double per_second = 32;  // a line that brings nothing through for a while must not end in silence
    static constexpr double most = 256;       // a window in flight when the way was cut

    void delivered(std::uint32_t packets, Instant now) {
        refill(now);
        credit_ = std::min(credit_ + per_delivery * packets, most);
    }
    bool take(Instant now) {
        refill(now);
        if (credit_ < 1) return false;
        credit_ -= 1;
        return true;
    }
    // When take() says yes again; fixed while nothing is delivered.
    Instant ready_at(Instant now) const {
        if (credit_ >= 1) return now;
        const std::chrono::duration<double> wait((1 - credit_) / per_second);
        return refilled_ + std::chrono::ceil<Duration>(wait);
    }

  private:
    void refill(Instant now) {
        if (now <= refilled_) return;
        const double gained = per_second * std::chrono::duration<double>(now - refilled_).count();
        credit_ = std::min(credit_ + gained, most);
        refilled_ = now;
    }

    double credit_ = most;
    Instant refilled_{};
};

}  // namespace tox
