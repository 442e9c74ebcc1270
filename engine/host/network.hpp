// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's view of the network: datagrams, streams to and for relays, names.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace tox {

// Largest datagram that any Tox packet may fill; longer ones are dropped by the network and counted there.
inline constexpr std::size_t max_datagram = 2048;

class NetworkSink {
  public:
    virtual void on_datagram(const Endpoint& from, ByteView datagram) = 0;
    // After the last datagram or stream event of one dispatch: the place to settle.
    virtual void on_batch_end() = 0;

  protected:
    ~NetworkSink() = default;
};

// ---- streams -----------------------------------------------------------------------------------------------------

struct HostName {  // a name that whoever connects resolves: the system, or the proxy where there is one
    std::string name;
    std::uint16_t port = 0;
    auto operator<=>(const HostName&) const = default;
};
using StreamAddress = std::variant<Endpoint, HostName>;

enum class StreamEnd : Byte {
    unreachable,  // could not be opened: no route, refused, name unknown, or no answer in time
    proxy,        // the proxy cannot be reached, refuses us, or cannot reach the other side
    closed,       // was open; the other side, or the way to it, ended it
};

// Why streams cannot be opened through the proxy, as far as it says, or the way to it does.
struct ProxyTrouble {
    enum class What : Byte {
        name_unknown,      // of the proxy itself
        refused,           // the connection to it was
        no_way,            // to it
        silent,            // it did not answer, or did not come to an end
        hung_up,           // in the middle
        nonsense,          // what it says is not what such a proxy says
        wants_password,    // and none is set
        password_refused,  // or the user name
        socks_reply,       // with the code of RFC 1928, section 6
        http_status,       // with that
    };
    What what;
    unsigned code = 0;
    bool operator==(const ProxyTrouble&) const = default;
};

class StreamSink {
  public:
    virtual void on_open() = 0;  // once, first; accepted streams are open from the start and do not call it
    virtual void on_bytes(ByteView bytes) = 0;  // as they come, in order, in pieces of any size
    virtual void on_writable() = 0;             // after a write() that did not take all
    virtual void on_closed(StreamEnd end) = 0;  // last

  protected:
    ~StreamSink() = default;
};

// A reliable stream of bytes (TCP). Callbacks come from the loop, never from within a call of ours; the stream may be
// destroyed inside one of its own.
class Stream {
  public:
    virtual ~Stream() = default;                    // closes it; the sink hears nothing more
    virtual void set_sink(StreamSink* sink) = 0;    // at once after it was made; without one nothing is read
    virtual std::size_t write(ByteView bytes) = 0;  // how many it took, 0 before it is open; on less than all of them
                                                    // on_writable() follows. Keeps little: 64 KiB are in flight at most
};

class StreamAcceptor {
  public:
    virtual void on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) = 0;

  protected:
    ~StreamAcceptor() = default;
};

class StreamPort {  // accepts while it lives
  public:
    virtual ~StreamPort() = default;
    virtual std::uint16_t port() const = 0;
};

// ---- the network -------------------------------------------------------------------------------------------------

class Network {
  public:
    virtual ~Network() = default;
    virtual void set_sink(NetworkSink* sink) = 0;  // nullptr: nobody; never called again after that

    // Queues the datagram for this dispatch; false if it cannot be sent (no socket of that family, buffer full).
    virtual bool send(const Endpoint& to, ByteView datagram) = 0;
    // To everybody on the links we are on: IPv4 broadcast and IPv6 multicast, as far as there are any.
    virtual void send_to_lan(std::uint16_t, ByteView) {}
    virtual void flush() = 0;  // hands what was queued to the system; the engine calls it once per settle
    // Reads what arrives, and blocks until `done` or for so long: only where nothing comes after, as in a last goodbye.
    virtual void wait(Duration, const std::function<bool()>&) {}
    virtual bool reaches(Endpoint::Family family) const = 0;  // by datagram; neither family: UDP is off
    virtual std::uint16_t port() const = 0;                   // the local UDP port; 0: UDP is off
    // Where this host's datagrams to `to` come from, with our port, as far as the host itself knows: before any NAT.
    virtual std::optional<Endpoint> source_towards(const Endpoint&) const { return std::nullopt; }

    // Through the proxy where there is one. If it cannot be opened the sink hears of it; nullptr: no streams here.
    virtual std::unique_ptr<Stream> connect(const StreamAddress&) { return nullptr; }
    // The last one's, until a stream is open again.
    virtual std::optional<ProxyTrouble> proxy_trouble() const { return std::nullopt; }
    // On all own addresses; port 0: any. nullptr if the system refuses. The acceptor outlives what is returned.
    virtual std::unique_ptr<StreamPort> listen(std::uint16_t, StreamAcceptor&) { return nullptr; }
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
