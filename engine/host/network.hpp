// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's view of the network. Streams (for relays) will join datagrams here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"

namespace tox {

// Largest datagram that any Tox packet may fill; longer ones are dropped by the network and counted there.
inline constexpr std::size_t max_datagram = 2048;

class DatagramSink {
  public:
    virtual void on_datagram(const Endpoint& from, ByteView datagram) = 0;
    virtual void on_batch_end() = 0;  // after the last datagram of one dispatch: the place to settle

  protected:
    ~DatagramSink() = default;
};

class Network {
  public:
    virtual ~Network() = default;
    virtual void set_sink(DatagramSink* sink) = 0;  // nullptr: nobody; never called again after that
    // Queues the datagram for this dispatch; false if it cannot be sent (no socket of that family, buffer full).
    virtual bool send(const Endpoint& to, ByteView datagram) = 0;
    virtual void flush() = 0;  // hands what was queued to the system; the engine calls it once per settle
    virtual bool reaches(Endpoint::Family family) const = 0;
    virtual std::uint16_t port() const = 0;  // the local UDP port
    // Where this host's datagrams to `to` come from, with our port, as far as the host itself knows: before any NAT.
    virtual std::optional<Endpoint> source_towards(const Endpoint&) const { return std::nullopt; }
};

// Names to addresses, without blocking. The callback runs later, from the loop, at most once; never after
// the resolver is gone. An empty list means the name could not be resolved.
class Resolver {
  public:
    using Found = std::function<void(std::vector<Endpoint>)>;
    virtual ~Resolver() = default;
    virtual void resolve(const std::string& host, std::uint16_t port, Found found) = 0;
};

}  // namespace tox
