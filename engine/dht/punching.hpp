// SPDX-License-Identifier: GPL-3.0-or-later
// How a way is opened through the NATs of both sides (notes 4.9): when to ask the other side to open its own, when to
// send into the dark, and which ports its NAT may have given it. Pure bookkeeping: sends nothing.
#pragma once

#include <array>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace tox::dht {

class Punching {
  public:
    // A direct question is given this time to be answered before NATs are suspected.
    static constexpr Duration patience = 300ms;
    // c-toxcore punches only while our requests come at least every 6 s: 4 s from the fourth on, sooner before.
    static constexpr std::array<Duration, 4> request_pauses{700ms, 1300ms, 2s, 4s};
    // c-toxcore's single punch each 4 s meets ours; two of us meet within the first ones.
    static constexpr std::array<Duration, 4> punch_pauses{300ms, 700ms, 2s, 4s};
    static constexpr Duration looking_time = 10s;  // two of their requests may be lost
    // A minute; then only as often as the search itself asks, for some pairs of NATs cannot be opened.
    static constexpr unsigned most_tries = 16;
    static constexpr Duration late_pause = 25s;   // of requests then: a search's rounds
    static constexpr Duration answer_pause = 1s;  // they ask through all reporters: one answer is enough

    void suspect(Instant at);  // named, and does not answer: the first request is due then unless one is already
    void heard(Instant now);   // their request or response: they look for us now
    bool may_answer(Instant now);
    void reset();  // it answers us, or things have changed: all from the start at the next suspicion

    Instant next() const { return std::min(next_request_, next_punch_); }
    bool request_due(Instant now) const { return next_request_ <= now; }
    void requested(Instant now);
    void put_off(Instant at) { next_request_ = at; }
    bool punch_due(Instant now);  // stops when they look no more
    void punched(Instant now);
    unsigned punches() const { return punches_; }
    bool worth_guessing() const { return punches_ <= most_tries; }

    std::uint64_t id = 0;     // of our current NAT request; 0: none yet
    unsigned guessed = 0;     // ports guessed so far around known ones
    unsigned guessed_up = 0;  // and from 1024 on

  private:
    bool looking(Instant now) const { return now - heard_ < looking_time; }

    Instant next_request_ = never;
    Instant next_punch_ = never;
    Instant next_answer_{};
    Instant heard_{};
    Instant requested_{};
    unsigned requests_ = 0;
    unsigned punches_ = 0;
};

inline constexpr unsigned guesses_at_once = 48;        // notes 4.9
inline constexpr unsigned tries_before_sweep = 5;      // notes 4.9: then also from 1024 upwards
inline constexpr std::uint16_t first_swept = 1024;     // notes 4.9: no NAT gives lower ones
inline constexpr unsigned most_guesses_around = 1024;  // then from the start: meanwhile the NAT has moved on

// Ports near those seen, nearest first, the higher before the lower (NATs count upwards), each once; the first `skip`
// of them left out.
std::vector<std::uint16_t> ports_near(const std::vector<std::uint16_t>& seen, unsigned skip, unsigned count);

}  // namespace tox::dht
