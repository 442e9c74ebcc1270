// SPDX-License-Identifier: GPL-3.0-or-later
// Decides when to tell the other side what has arrived: soon and seldom. c-toxcore tells it once per second when idle,
// which costs its users a second per receipt; telling earlier is understood by it (notes 9.2).
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class Acknowledger {
  public:
    void set_round_trip(std::optional<Duration> round_trip) { round_trip_ = round_trip; }

    // A lossless packet, new or again. Not worth telling before `ripe`: until then those missing may come by
    // themselves.
    void packet_came(Instant ripe, Instant now);
    void hole_known(Instant ripe, Instant now);
    void ask(Instant when) { due_ = std::min(due_, when); }

    Instant due() const { return due_; }
    Instant last_told() const { return last_told_; }
    // A request packet left, or (nothing missing) a packet that carries the newest acknowledgement.
    void told(bool hole, Instant now);

    // The acknowledgement that data packets carry advances only so often: c-toxcore throws away a packet that was
    // overtaken by a newer acknowledgement (trap T3).
    bool may_advance(Instant now) const { return now - last_told_ >= interval(); }

  private:
    Duration interval() const;

    std::optional<Duration> round_trip_;
    std::uint32_t untold_ = 0;
    unsigned repeats_ = 0;  // requests for a hole that brought nothing
    Instant due_ = never;
    Instant last_told_{};
};

}  // namespace tox
