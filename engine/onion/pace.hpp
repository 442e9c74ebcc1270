// SPDX-License-Identifier: GPL-3.0-or-later
// How many onion requests may leave, and when: many at once after a start, when everybody is to be looked for, then
// few. Does not know what they ask.
#pragma once

#include "engine/base/token_bucket.hpp"

namespace tox {

class Pace {
  public:
    // Of all onion requests we send, and of searches for contacts (notes 12.5; bursts of 2 and 3 s).
    static constexpr unsigned per_second = 20, burst = 40;
    static constexpr unsigned searches_per_second = 8, search_burst = 24;
    // After a start or a change of network: two requests for each of 300 contacts within 5 s. A libtoxcore with as many
    // sends several times that, and again each 3 s; 120 of 450 bytes are 54 kB/s, which a slow line carries for so
    // long. In the minute after that, searches that are not urgent pay for it.
    static constexpr unsigned start_requests = 600, start_per_second = 120, start_burst = 40;
    static constexpr unsigned price_after = 6;
    static constexpr Duration after = 60s;
    static constexpr Duration start_again = 60s;  // a network that comes and goes does not start us each time

    Instant next() const { return start_left_ > 0 ? start_.next() : all_.next(); }
    Instant next_search() const { return start_left_ > 0 ? start_.next() : std::max(all_.next(), searches_.next()); }
    void spend(Instant now) {
        if (start_left_ == 0) return all_.spend(now);
        start_.spend(now);
        if (--start_left_ == 0) dear_until_ = now + after;
    }
    // Besides spend().
    void spend_search(bool urgent, Instant now) {
        if (start_left_ > 0) return;
        for (unsigned i = 0; i < (now < dear_until_ && !urgent ? price_after : 1); ++i) searches_.spend(now);
    }
    bool ready(unsigned reserve, Instant now) const { return (start_left_ > 0 ? start_ : all_).ready(now, reserve); }
    void restart(Instant now) {
        if (restarted_ && now < *restarted_ + start_again) return;
        restarted_ = now;
        start_left_ = start_requests;
    }

  private:
    TokenBucket all_{per_second, burst};
    TokenBucket searches_{searches_per_second, search_burst};
    TokenBucket start_{start_per_second, start_burst};
    unsigned start_left_ = start_requests;
    Instant dear_until_{};
    std::optional<Instant> restarted_;
};

}  // namespace tox
