// SPDX-License-Identifier: GPL-3.0-or-later
// The onion as we serve it to others: forwarding of requests and responses (spec: Onion), without state per packet.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

// The clients of our own TCP relay, for whom we are the first hop.
class OnionClients {
  public:
    virtual void send_onion_response(std::uint64_t client, ByteView response) = 0;

  protected:
    ~OnionClients() = default;
};

struct OnionCaller {
    std::uint64_t client = 0;  // the relay's number for it, never used again
    Endpoint from;             // of its connection
};

class OnionRelay {
  public:
    OnionRelay(const DhtKeyPair& self, KeyCache& shared_keys, Network& network);  // all outlive the relay
    ~OnionRelay();

    // 0x80, 0x81, 0x82 and 0x8c, 0x8d, 0x8e. False: malformed, or an inner kind that must not be relayed.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);

    // For a TCP relay: what a client asks us to pass on, and who takes the responses. nullptr: nobody.
    void set_clients(OnionClients* clients);
    bool handle_client(const OnionCaller& caller, ByteView request, Instant now);

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
