// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP relay for others (spec: TCP server): links between clients who ask for each other, packets out of band, the
// first hop of onion paths. Keeps nothing for a client who reads slowly, and nothing but slots for an idle one.
#pragma once

#include <memory>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"
#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"

namespace tox {

class RelayServerListener {
  public:
    // Content of a client's onion request. `client` is a number that no other client ever gets.
    virtual void on_onion_request(std::uint64_t client, const Endpoint& from, ByteView request) = 0;

  protected:
    ~RelayServerListener() = default;
};

class RelayServer {
  public:
    static constexpr std::size_t most_clients = 4096;
    static constexpr std::size_t most_strangers = 256;   // connected, but have not said who they are (spec: backlog)
    static constexpr std::size_t most_per_address = 64;  // families behind one NAT; not counted on loopback
    static constexpr Duration hello_patience = 10s;      // R8
    static constexpr Duration ping_interval = 30s;       // notes 3.2
    static constexpr Duration pong_patience = 10s;

    RelayServer(const DhtKeyPair& self, Network& network, const Loop& loop, RelayServerListener& listener);
    ~RelayServer();

    bool listen(std::uint16_t port);  // false: the system refuses it
    std::vector<std::uint16_t> ports() const;
    std::size_t clients() const;  // who have said who they are

    void send_onion_response(std::uint64_t client, ByteView response);  // dropped if the client is gone or slow
    void flush();                                                       // once per settle

    void tick(Instant now);
    Instant next_deadline(Instant now) const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
