// SPDX-License-Identifier: GPL-3.0-or-later
// The onion as we serve it to others: forwarding of requests and responses (spec: Onion), without state per packet.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/crypto/box.hpp"
#include "engine/host/network.hpp"
#include "engine/onion/node_source.hpp"

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
    // What is referred to outlives the relay. `nodes`: from whom more is taken than from strangers; nullptr: nobody.
    OnionRelay(KeyCache& shared_keys, Network& network, std::unique_ptr<NodeSource> nodes = nullptr);
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
