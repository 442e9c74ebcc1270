// SPDX-License-Identifier: GPL-3.0-or-later
// Where a contact's node may be reached, each with the instant until which that is worth trying.
#pragma once

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace tox {

class Routes {
  public:
    static constexpr std::size_t capacity = 4;  // LAN and public address of two families

    // Keeps the later of two ends. Full: the one that ends first makes room.
    void learn(const Endpoint& endpoint, Instant until);
    void expire(Instant now);
    void clear() { routes_.clear(); }

    bool any(Instant now) const;
    bool contains(const Endpoint& endpoint) const;
    Instant first_expiry() const;
    const std::vector<Known<Endpoint>>& all() const { return routes_; }

  private:
    std::vector<Known<Endpoint>> routes_;
};

}  // namespace tox
