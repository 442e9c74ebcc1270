// SPDX-License-Identifier: GPL-3.0-or-later
// What packets may cost us before a session vouches for them (R26, R28): one budget for each kind of work that others
// can make us do, by UDP and by relay alike. A source is an address, or the key of somebody at a relay.
#pragma once

#include "engine/contact/route.hpp"
#include "engine/host/address_budget.hpp"

namespace tox {

class Doorkeeper {
  public:
    using Source = RawKey;  // of any kind: only equality counts
    static Source source(const Endpoint& from);
    static Source source(const DhtKey& at_relay) { return at_relay.raw(); }

    // Each answers whether it may be done now, and counts it. `known`: a contact is known to have that DHT key, or that
    // way.
    bool derive(const Source& from, Instant now) { return derivations_.take(from, now); }
    bool answer_cookie(const Source& from, bool known, Instant now) { return cookies_.take(from, now, known); }
    bool open_handshake(const Source& from, bool known, Instant now) { return handshakes_.take(from, now, known); }
    bool try_sessions(const Source& from, Instant now) { return tries_.take(from, now); }

  private:
    using Sources = Budget<Source, Hashed>;

    // Of keys never seen: 500 a second are 2 % of a core, and no source has more than a quarter of them.
    Sources derivations_{{125, 250}, {500, 1000}};
    // A peer asks once a second, on two or three ways; 200 a second are more than the contacts of any account ask for,
    // and starts of many contacts come at once.
    Sources cookies_{{5, 10}, {200, 400}};
    // A peer repeats its own each second at most. One with a genuine cookie costs about 3 microseconds to refuse.
    Sources handshakes_{{5, 20}, {100, 200}, {200, 400}};
    // Packets of sessions from addresses that no session uses: their owner may have moved. One try goes through up to
    // 32 sessions, at 2 microseconds each.
    Sources tries_{{4, 16}, {64, 64}};
};

}  // namespace tox
