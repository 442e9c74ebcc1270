// SPDX-License-Identifier: GPL-3.0-or-later
// How long a packet may be overtaken by others before it is asked for again. Starts short and learns from packets that
// came twice because we asked too soon.
#pragma once

#include "engine/base/time.hpp"
#include "engine/session/number_ring.hpp"

namespace tox {

class HolePatience {
  public:
    explicit HolePatience(std::uint32_t first = 0) : settled_(first), mark_(first) {}

    // `end`: what has been shown to exist ends before it. What is missing before settled() may be asked for.
    void note(std::uint32_t end, Instant now) {
        if (ahead(end, mark_) <= 0 || now - marked_at_ < delay_) return settle(now);
        settled_ = mark_;
        mark_ = end;
        marked_at_ = now;
    }
    void whole(std::uint32_t end) { settled_ = mark_ = end; }  // nothing is missing before `end`
    void settle(Instant now) {
        if (now - marked_at_ >= delay_) settled_ = mark_;
    }
    std::uint32_t settled() const { return settled_; }
    Instant ripe_at() const { return marked_at_ + delay_; }

    void asked_too_soon(Duration round_trip, Instant now) {
        const Duration most = std::max(longest, round_trip / 2);
        if (now - learnt_at_ < std::max(delay_, round_trip)) return;  // one event may bring many
        learnt_at_ = now;
        delay_ = std::min(2 * delay_, most);
    }
    void calm(Instant now) {  // a path that behaves is trusted again
        if (now - learnt_at_ < forget || delay_ == shortest) return;
        learnt_at_ = now;
        delay_ = std::max(delay_ / 2, shortest);
    }

  private:
    static constexpr Duration shortest = 2ms;  // reordering in routers and by several queues of one network card
    static constexpr Duration longest = 50ms;
    static constexpr Duration forget = 10s;

    Duration delay_ = shortest;
    std::uint32_t settled_;
    std::uint32_t mark_;
    Instant marked_at_{};
    Instant learnt_at_{};
};

}  // namespace tox
