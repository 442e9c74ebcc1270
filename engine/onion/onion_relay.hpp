// SPDX-License-Identifier: GPL-3.0-or-later
// The onion as we serve it to others: forwarding of requests and responses (spec: Onion), without state per packet.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class OnionRelay {
  public:
    OnionRelay(const DhtKeyPair& self, KeyCache& shared_keys, Network& network);  // all outlive the relay
    ~OnionRelay();

    // 0x80, 0x81, 0x82 and 0x8c, 0x8d, 0x8e. False: malformed, or an inner kind that must not be relayed.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
