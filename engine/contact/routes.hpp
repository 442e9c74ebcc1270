// SPDX-License-Identifier: GPL-3.0-or-later
// Where a contact's node may be reached, each with the instant until which that is worth trying.
#pragma once

#include "engine/base/time.hpp"
#include "engine/contact/route.hpp"

namespace tox {

class Routes {
  public:
    static constexpr std::size_t direct_capacity = 4;  // LAN and public address of two families
    static constexpr std::size_t relay_capacity = 6;   // spec: MAX_FRIEND_TCP_CONNECTIONS

    // Keeps the later of two ends. Full: the one of its kind that ends first makes room.
    void learn(const Route& route, Instant until);
    void forget(const Route& route);
    void expire(Instant now);
    void clear() { routes_.clear(); }

    bool any(Instant now) const;
    bool contains(const Route& route) const;
    Instant first_expiry() const;
    const std::vector<Known<Route>>& all() const { return routes_; }

  private:
    std::vector<Known<Route>> routes_;
};

}  // namespace tox
