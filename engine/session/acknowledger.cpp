// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/acknowledger.hpp"

namespace tox {

namespace {

constexpr Duration lone_delay = 10ms;  // a lone packet waits for the application's answer to carry the word
constexpr Duration shortest_interval = 500us;
constexpr Duration longest_interval = 60ms;
constexpr Duration unknown_interval = 5ms;  // who only receives never measures a round trip
constexpr std::uint32_t most_untold = 64;   // a window's part that a fast sender must not wait for
constexpr Duration shortest_repeat = 50ms;
constexpr Duration longest_repeat = 1s;  // c-toxcore's own rhythm

}  // namespace

Duration Acknowledger::interval() const {
    return round_trip_ ? std::clamp(*round_trip_ / 4, shortest_interval, longest_interval) : unknown_interval;
}

void Acknowledger::packet_came(Instant ripe, Instant now) {
    ++untold_;
    repeats_ = 0;
    if (untold_ >= most_untold) return ask(now);
    ask(untold_ == 1 ? now + lone_delay : std::max({now, ripe, last_told_ + interval()}));
}

void Acknowledger::hole_known(Instant ripe, Instant now) { ask(std::max({now, ripe, last_told_ + interval()})); }

void Acknowledger::told(bool hole, Instant now) {
    untold_ = 0;
    last_told_ = now;
    due_ = never;
    if (!hole) return;
    const Duration first = std::max(round_trip_.value_or(100ms) * 5 / 4, shortest_repeat);
    due_ = now + std::min(first * (1U << std::min(repeats_, 5U)), std::max(longest_repeat, first));
    ++repeats_;
}

}  // namespace tox
