// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/round_trip.hpp"

#include <algorithm>

namespace tox {

namespace {

constexpr Duration minimum_memory = 30s;  // a changed path is believed after that
// Before the first sample: half of c-toxcore's first guess; a needless probe costs one packet.
constexpr Duration first_probe_timeout = 500ms;
constexpr Duration first_guard = 250ms;
constexpr Duration sample_memory = 1s;
constexpr Duration acknowledgement_delay = 30ms;  // ours is 10 ms and a timer's slack
constexpr Duration shortest = 1us;
constexpr Duration longest = 3s;  // beyond that one of the two programs or the network stood still

}  // namespace

void RoundTrip::smooth(Duration measured) {
    if (!smoothed_) {
        smoothed_ = measured;
        variation_ = measured / 2;
        return;
    }
    const Duration error = measured > *smoothed_ ? measured - *smoothed_ : *smoothed_ - measured;
    variation_ += (error - variation_) / 4;
    *smoothed_ += (measured - *smoothed_) / 8;
}

void RoundTrip::sample(Duration measured, Instant now) {
    measured = std::clamp(measured, shortest, longest);
    smooth(measured);
    sampled_at_ = now;
    if (now - minimum_since_ >= minimum_memory) {
        minimum_before_ = minimum_;
        minimum_ = measured;
        minimum_since_ = now;
    }
    minimum_ = std::min(minimum_, measured);
}

void RoundTrip::sample_at_most(Duration bound, Instant now) {
    if (!smoothed_ || bound < *smoothed_) return sample(bound, now);
    if (now - sampled_at_ > std::max<Duration>(sample_memory, 4 * *smoothed_)) smooth(bound);
}

Duration RoundTrip::probe_timeout() const {
    if (!smoothed_) return first_probe_timeout;
    return *smoothed_ + std::max(4 * variation_, *smoothed_ / 2) + acknowledgement_delay;
}

RoundTrip::Guards RoundTrip::guards() const {
    if (!smoothed_) return {Duration{}, first_guard};
    return {minimum() - minimum() / 8, *smoothed_ + variation_};
}

}  // namespace tox
