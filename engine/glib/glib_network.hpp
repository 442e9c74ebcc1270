// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's datagrams on one UDP socket, read and sent in batches, and its streams. Knows nothing of what is inside
// them, except that a datagram's first byte is a kind one may count.
#pragma once

#include <tl/expected.hpp>

#include "engine/base/descriptor.hpp"
#include "engine/glib/glib_streams.hpp"
#include "engine/glib/link_scopes.hpp"
#include "engine/glib/owned.hpp"
#include "engine/host/network.hpp"

namespace tox {

struct TrafficCount {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;  // of payload
    void add(std::size_t size) {
        ++packets;
        bytes += size;
    }
};

struct NetworkCounters {
    TrafficCount in, out;
    std::uint64_t too_long = 0;     // received datagrams longer than max_datagram, dropped
    std::uint64_t congested = 0;    // not sent because the system's buffer was full
    std::uint64_t unreachable = 0;  // refused by the system: no route, a firewall, ...
};

class GlibNetwork final : public Network {
  public:
    struct Setup {
        GMainContext* context = nullptr;  // nullptr: the default one
        std::uint16_t port_from =
            33445;  // the range every Tox program uses (spec: DHT, ports); the first free one is taken
        std::uint16_t port_to = 33545;  // inclusive. Both 0: any port
        bool udp = true;                // false: streams only
        std::optional<Proxy> proxy{};   // everything goes through it, so without datagrams and without own ports
        bool ipv6 = true;               // one socket for both families; falls back to IPv4 where the system has no IPv6
        bool loopback_only = false;     // 127.0.0.1, so without IPv6
        bool count_kinds = false;
    };
    using Kinds = std::array<TrafficCount, 256>;  // by first byte

    // The error is a sentence for people.
    static tl::expected<std::unique_ptr<GlibNetwork>, std::string> open(const Setup& setup);
    ~GlibNetwork() override;  // not inside one of its own callbacks
    GlibNetwork(const GlibNetwork&) = delete;
    GlibNetwork& operator=(const GlibNetwork&) = delete;

    void set_sink(NetworkSink* sink) override;  // without one nothing is read: the system keeps what arrives
    bool send(const Endpoint& to, ByteView datagram) override;
    void send_to_lan(std::uint16_t port, ByteView datagram) override;
    void flush() override;
    void wait(Duration at_most, const std::function<bool()>& done) override;
    bool reaches(Endpoint::Family family) const override;
    std::uint16_t port() const override { return port_; }
    std::optional<Endpoint> source_towards(const Endpoint& to) const override;

    bool proxied() const { return streams_.proxied(); }
    std::optional<ProxyTrouble> proxy_trouble() const override { return streams_.trouble(); }
    std::unique_ptr<Stream> connect(const StreamAddress& to) override { return streams_.connect(to); }
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor) override {
        return streams_.listen(port, acceptor);
    }

    const NetworkCounters& counters() const { return counters_; }
    const Kinds* kinds_in() const { return kinds_in_.get(); }  // nullptr unless asked for
    const Kinds* kinds_out() const { return kinds_out_.get(); }

  private:
    struct Inbox;
    struct Outbox;

    GlibNetwork(const Setup& setup, Descriptor socket, bool dual_stack);
    static Descriptor make_socket(bool proxied, bool dual_stack);
    static int bind_in_range(int fd, bool dual_stack, const Setup& setup);
    static gboolean on_readable(gint fd, GIOCondition condition, gpointer self) noexcept;
    void queue(const Endpoint& to, unsigned link, ByteView datagram);
    void watch();
    void read_some();
    unsigned read_batch();
    void deliver(unsigned index);
    void count_sent(unsigned first, unsigned count);

    Context context_;
    Descriptor socket_;  // none: UDP is off
    const bool dual_stack_;
    const bool loopback_only_;
    const std::uint16_t port_;
    NetworkSink* sink_ = nullptr;
    Source source_;
    std::unique_ptr<Inbox> inbox_;
    std::unique_ptr<Outbox> outbox_;
    LinkScopes scopes_;
    NetworkCounters counters_;
    std::unique_ptr<Kinds> kinds_in_, kinds_out_;
    GlibStreams streams_;
};

}  // namespace tox
