// SPDX-License-Identifier: GPL-3.0-or-later
// Which way carries a session: the best of those on which its packets were heard lately. What is sent where, and
// whether the way is in doubt for other reasons, is the contact's business.
#pragma once

#include "engine/base/time.hpp"
#include "engine/contact/route.hpp"

namespace tox {

class RouteChoice {
  public:
    static constexpr std::size_t capacity = 8;  // ways heard of one session; the one heard longest ago makes room

    // A genuine packet came this way. A better way is taken at once, another one if the present one has been silent
    // for longer than `patience`. True: the choice has changed.
    bool heard(const Route& route, Instant now, Duration patience);
    void lost(const Route& route);     // it is closed
    void doubt() { doubted_ = true; }  // until it is heard again
    void clear();

    // Other addresses on which the session was heard, the latest first. Only such get whole packets: an address that
    // somebody else names may be a third party's.
    std::vector<Endpoint> other_addresses() const;

    const std::optional<Route>& current() const { return current_; }
    bool direct() const { return current_ && is_direct(*current_); }
    // There is none, or it has been silent for too long.
    bool stale(Instant now) const;
    Instant stale_at() const;

  private:
    struct Heard {
        Route route;
        Instant at;
    };
    Heard* find(const Route& route);

    std::optional<Route> current_;
    std::vector<Heard> heard_;
    bool doubted_ = false;
};

}  // namespace tox
