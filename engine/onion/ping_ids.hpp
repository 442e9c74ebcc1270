// SPDX-License-Identifier: GPL-3.0-or-later
// Ping ids: who wants to be stored must first have heard from us at the address he asks from (spec: Onion, ping id).
// A MAC over time window, key and address, so nothing is remembered.
#pragma once

#include "engine/base/time.hpp"
#include "engine/wire/onion.hpp"

namespace tox {

class PingIds {
  public:
    static constexpr Duration window = 300s;  // valid in its own window and the next: 300 to 600 s

    wire::PingId make(const RawKey& requester, const Endpoint& source, Instant now) const;
    bool valid(const wire::PingId& id, const RawKey& requester, const Endpoint& source, Instant now) const;

  private:
    SharedKey secret_ = random_symmetric_key();
};

}  // namespace tox
