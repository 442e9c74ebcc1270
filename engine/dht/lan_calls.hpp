// SPDX-License-Identifier: GPL-3.0-or-later
// When to call out on the LANs we are on, and to which ports (spec: LAN discovery; notes 5.1). Does not send.
#pragma once

#include <vector>

#include "engine/base/time.hpp"

namespace tox::dht {

class LanCalls {
  public:
    // Every Tox program takes the first free port of 33445 to 33545.
    static constexpr std::uint16_t first_port = 33445, last_port = 33545;
    static constexpr unsigned ports_at_once = 10;  // besides the first: as c-toxcore

    void set_enabled(bool on) { enabled_ = on; }
    bool enabled() const { return enabled_; }
    // From the start: who is there is to be known at once.
    void restart(Instant now);
    Instant due() const { return enabled_ ? due_ : never; }

    // The ports of the round that is due; afterwards the next one is, later if we have `company`.
    std::vector<std::uint16_t> round(Instant now, bool company);

  private:
    bool enabled_ = true;
    Instant due_{};
    unsigned rounds_ = 0;
    unsigned next_port_ = first_port + 1;
};

}  // namespace tox::dht
