// SPDX-License-Identifier: GPL-3.0-or-later
// Address translation with one public address: endpoint-independent mapping, three kinds of filtering (RFC 4787).
#pragma once

#include <set>

#include "tests/sim/host.hpp"

namespace tox::sim {

class Nat final : public Gateway {
  public:
    enum class Filter { none, address, endpoint };  // full cone, restricted, port-restricted

    Nat(World& world, const Endpoint& public_address, Filter filter, Duration life = 120s)
        : public_(public_address), filter_(filter), life_(life) {
        world.attach_gateway(public_address.address_bytes(), *this);
    }
    std::optional<Endpoint> leave(const Endpoint& from, const Endpoint& to, Instant now) override;
    std::optional<Endpoint> enter(const Endpoint& to, const Endpoint& from, Instant now) override;

  private:
    struct Mapping {
        Endpoint inner;
        std::uint16_t outer_port;
        Instant until;
        std::map<Endpoint, Instant> opened;  // whom the inside has sent to, until when
    };
    bool admits(const Mapping& mapping, const Endpoint& from, Instant now) const;

    Endpoint public_;
    Filter filter_;
    Duration life_;
    std::uint16_t next_port_ = 20000;
    std::map<std::uint16_t, Mapping> by_port_;
};

}  // namespace tox::sim
