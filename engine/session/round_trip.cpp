// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/round_trip.hpp"

namespace tox {

namespace {

constexpr Duration minimum_memory = 30s;  // a changed path is believed after that
// Before the first sample: half of c-toxcore's first guess; a needless probe costs one packet.
constexpr Duration first_probe_timeout = 500ms;
constexpr Duration first_guard = 250ms;
constexpr Duration acknowledgement_delay = 30ms;  // ours is 10 ms and a timer's slack
constexpr Duration shortest = 1us;

}  // namespace

void RoundTrip::sample(Duration measured, Instant now) {
    measured = std::max(measured, shortest);
    if (!smoothed_) {
        smoothed_ = measured;
        variation_ = measured / 2;
    } else {
        const Duration error = measured > *smoothed_ ? measured - *smoothed_ : *smoothed_ - measured;
        variation_ += (error - variation_) / 4;
        *smoothed_ += (measured - *smoothed_) / 8;
    }
    if (now - minimum_since_ >= minimum_memory) {
        minimum_before_ = minimum_;
        minimum_ = measured;
        minimum_since_ = now;
    }
    minimum_ = std::min(minimum_, measured);
}

Duration RoundTrip::probe_timeout() const {
    if (!smoothed_) return first_probe_timeout;
    return *smoothed_ + std::max(4 * variation_, *smoothed_ / 2) + acknowledgement_delay;
}

Duration RoundTrip::resend_guard() const {
    if (!smoothed_) return first_guard;
    return std::max(minimum(), *smoothed_ - *smoothed_ / 8);
}

}  // namespace tox
