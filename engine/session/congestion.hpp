// SPDX-License-Identifier: GPL-3.0-or-later
// How many lossless packets may be on their way (in packets): slow start, then CUBIC (RFC 9438). Losses without a
// queue (the round-trip time stays at its minimum) are taken for those of a radio link and bent to only when they are
// many. Knows nothing of packets themselves.
#pragma once

#include "engine/session/round_trip.hpp"

namespace tox {

class Congestion {
  public:
    // notes 9.3: slow start from 32; c-toxcore sends 64 at once itself. Its socket buffer takes 1800 (hazard 3), which
    // `largest` alone does not respect: growing there by acknowledgements does.
    static constexpr double first_window = 32;
    static constexpr double largest = 2048;
    static constexpr double smallest = 2;

    double window() const { return window_; }
    bool slow_start() const { return window_ < threshold_; }
    // Packets per second that fill the window in less than a round trip.
    double pace(const RoundTrip& round_trip) const;

    struct Report {  // what one received packet told
        std::uint32_t delivered;
        std::uint32_t lost;
        std::uint32_t in_flight;
        std::optional<Duration> round_trip;
    };
    void report(const Report& report, const RoundTrip& round_trip, Instant now);
    void sending(bool window_is_the_limit) { limited_ = window_is_the_limit; }
    void timeout(Instant now);  // nothing came back for several probes: begin again
    void idle();                // nothing was in flight for a while: what we knew of the path is old

  private:
    void grow(std::uint32_t delivered, Instant now, const RoundTrip& round_trip);
    bool round_over(const RoundTrip& round_trip, Instant now) const;
    void end_round(const RoundTrip& round_trip, Instant now);
    void reduce(double factor, double floor);
    bool queue_grows(const RoundTrip& round_trip, Duration margin) const;

    double window_ = first_window;
    double threshold_ = largest;
    bool limited_ = false;
    double cubic_origin_ = 0;   // the window before the last reduction
    double cubic_plateau_ = 0;  // seconds from the epoch until it is reached again
    std::optional<Instant> cubic_epoch_;
    // One round is a round-trip time or some more, until there is enough to judge by; the window shrinks at most once
    // in it.
    Instant round_start_{};
    std::uint32_t round_delivered_ = 0;
    std::uint32_t round_lost_ = 0;
    std::uint32_t round_samples_ = 0;
    Duration round_minimum_ = Duration::max();
};

}  // namespace tox
