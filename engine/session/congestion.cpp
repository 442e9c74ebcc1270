// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/congestion.hpp"

#include <cmath>

namespace tox {

namespace {

constexpr double cubic_beta = 0.7;  // RFC 9438
constexpr double cubic_c = 0.4;     // RFC 9438
constexpr double random_loss_tolerated = 0.1;
constexpr double random_loss_factor = 0.85;
constexpr double random_loss_floor = 16;  // near TCP's first window: a lossy link is no reason to send less than that
constexpr double enough_packets = 16;     // of which two lost are more than chance and one is not
constexpr std::uint32_t enough_samples = 3;  // a single one may have met jitter
constexpr int longest_round = 4;             // in round trips
constexpr double pace_gain = 1.25;           // as Linux: 2 in slow start, 1.2 after
constexpr double pace_gain_slow_start = 2;
constexpr Duration queue_margin = 10ms;  // jitter that is not a queue
// Leaving slow start; c-toxcore acknowledges each 50 ms at best, so less would take its rhythm for a queue.
constexpr Duration slow_start_margin = 60ms;
// A file must not make the user's video call stutter: no growth above so much queue.
constexpr Duration growth_margin = 150ms;

double seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

double Congestion::pace(const RoundTrip& round_trip) const {
    const auto smoothed = round_trip.smoothed();
    if (!smoothed) return first_window / 0.1;  // before the first sample: as on a path of 100 ms
    return (slow_start() ? pace_gain_slow_start : pace_gain) * window_ / seconds(*smoothed);
}

bool Congestion::queue_grows(const RoundTrip& round_trip, Duration margin) const {
    if (round_samples_ < enough_samples) return false;
    const Duration least = round_trip.minimum();
    return round_minimum_ > least + std::max(least / 4, margin);
}

void Congestion::report(const Report& report, const RoundTrip& round_trip, Instant now) {
    round_delivered_ += report.delivered;
    round_lost_ += report.lost;
    if (report.round_trip) {
        round_minimum_ = std::min(round_minimum_, *report.round_trip);
        ++round_samples_;
    }
    // Growing needs a proof that the window was used (RFC 7661): a sender with little to say learns nothing.
    if (limited_ && 2 * (report.in_flight + report.delivered) >= window_) grow(report.delivered, now, round_trip);
    if (round_over(round_trip, now)) end_round(round_trip, now);
}

bool Congestion::round_over(const RoundTrip& round_trip, Instant now) const {
    const Duration trip = round_trip.smoothed().value_or(100ms);
    const Duration past = now - round_start_;
    const double told = round_lost_ + round_delivered_;  // losses are told before what came after them
    return past >= longest_round * trip || (past >= trip && told >= std::max(enough_packets, window_ / 2));
}

void Congestion::grow(std::uint32_t delivered, Instant now, const RoundTrip& round_trip) {
    if (slow_start()) {
        window_ = std::min({window_ + delivered, std::max(threshold_, window_), largest});
        return;
    }
    if (queue_grows(round_trip, growth_margin)) return;
    if (!cubic_epoch_) {
        cubic_epoch_ = now;
        cubic_origin_ = std::max(cubic_origin_, window_);
        cubic_plateau_ = std::cbrt((cubic_origin_ - window_) / cubic_c);
    }
    const double time = seconds(now - *cubic_epoch_) + seconds(round_trip.smoothed().value_or(100ms)) - cubic_plateau_;
    const double target = cubic_origin_ + cubic_c * time * time * time;
    // At least as fast as plain TCP, at most half again per round.
    const double step = std::clamp((target - window_) / window_, 1 / window_, 0.5);
    window_ = std::min(window_ + step * delivered, largest);
}

void Congestion::reduce(double factor, double floor) {
    cubic_origin_ = window_;
    cubic_epoch_.reset();
    window_ = std::max(window_ * factor, std::min(floor, window_));
    threshold_ = window_;
}

void Congestion::end_round(const RoundTrip& round_trip, Instant now) {
    const bool queue = queue_grows(round_trip, queue_margin);
    const double share = round_lost_ == 0 ? 0 : double(round_lost_) / double(round_lost_ + round_delivered_);
    if (share > 0 && queue)
        reduce(cubic_beta, smallest);
    else if (share > random_loss_tolerated)
        reduce(random_loss_factor, random_loss_floor);
    else if (slow_start() && queue_grows(round_trip, slow_start_margin))
        threshold_ = window_;
    round_start_ = now;
    round_delivered_ = 0;
    round_lost_ = 0;
    round_samples_ = 0;
    round_minimum_ = Duration::max();
}

void Congestion::timeout(Instant now) {
    if (window_ > smallest) reduce(0.5, smallest);
    window_ = smallest;
    round_start_ = now;
}

void Congestion::idle() {
    window_ = std::min(window_, first_window);
    cubic_epoch_.reset();
}

}  // namespace tox
