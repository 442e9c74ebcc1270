// SPDX-License-Identifier: GPL-3.0-or-later
// Smoothed round-trip time (RFC 6298) and its recent minimum.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class RoundTrip {
  public:
    void sample(Duration measured, Instant now);
    // An upper bound. Taken for a sample where it is lower than what we know, or where there is no better one.
    void sample_at_most(Duration bound, Instant now);

    std::optional<Duration> smoothed() const { return smoothed_; }
    Duration minimum() const { return std::min(minimum_, minimum_before_); }  // Duration::max() if unknown
    // When a packet that brought no answer is worth a second one.
    Duration probe_timeout() const;
    // A packet sent less than this ago cannot have been missed by who asks for it: the first time because it was
    // overtaken, after that because the second one is still on its way.
    struct Guards {
        Duration first;
        Duration again;
    };
    Guards guards() const;

  private:
    void smooth(Duration measured);

    std::optional<Duration> smoothed_;
    Duration variation_{};
    Duration minimum_ = Duration::max();
    Duration minimum_before_ = Duration::max();
    Instant minimum_since_{};
    Instant sampled_at_{};
};

}  // namespace tox
