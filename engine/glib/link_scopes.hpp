// SPDX-License-Identifier: GPL-3.0-or-later
// Link-local IPv6 addresses are of use only together with the link they are on, which no packet names and the engine
// does not know: it is remembered here, where datagrams come in and leave.
#pragma once

#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace tox {

class LinkScopes {
  public:
    static constexpr std::size_t capacity = 64;      // neighbours; the one that was heard first makes room
    static constexpr Duration links_hold = 5s;       // the list of links, which costs a question to the system
    static bool concerns(const Endpoint& endpoint);  // a link-local address

    void heard(const Endpoint& from, unsigned link);
    // Where it was heard last; if it never was, or that link is gone: all links there are, 16 at most.
    std::vector<unsigned> of(const Endpoint& to, Instant now);

  private:
    struct Neighbour {
        ByteArray<16> address;
        unsigned link;
    };
    std::vector<Neighbour> neighbours_;  // the one heard first in front
    std::vector<unsigned> links_;
    Instant links_until_{};
};

}  // namespace tox
