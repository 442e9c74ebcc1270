// SPDX-License-Identifier: GPL-3.0-or-later
// Holds many idle clients on a TCP relay, as a load for it: `relay-clients PORT KEY COUNT`. Prints "ready" when all
// have exchanged hellos and pings with it, and goes on until its standard input ends. Answers pings, as clients must.
#include <cstdio>
#include <cstdlib>

#include "engine/crypto/random.hpp"
#include "engine/glib/glib_loop.hpp"
#include "engine/glib/glib_streams.hpp"
#include "engine/relay/relay_connection.hpp"
#include "engine/wire/nodes.hpp"

namespace {

using namespace tox;

class Clients final : public RelayConnectionListener {
  public:
    Clients(const Relay& relay, std::size_t count) : relay_(relay), keys_(count) {
        for (DhtKeyPair& pair : keys_) pair = DhtKeyPair::generate();
    }
    bool ready() const { return ready_ == keys_.size(); }
    bool any_lost() const { return lost_; }
    // A few at a time: a relay limits how many it lets in per second.
    void connect_some() {
        constexpr std::size_t at_once = 50;
        for (std::size_t i = 0; i < at_once && connections_.size() < keys_.size(); ++i)
            connections_.push_back(
                std::make_unique<RelayConnection>(streams_.connect(relay_.endpoint), relay_.key,
                                                  RelayConnection::Owner{keys_[connections_.size()], loop_, *this}));
    }
    void tick() {
        for (const auto& connection : connections_) connection->tick(loop_.now());
        flush();
    }
    void flush() {
        for (const auto& connection : connections_) connection->flush();
    }

  private:
    void on_relay_ready(RelayConnection&) override { ++ready_; }
    void on_link(RelayConnection&, const DhtKey&, bool) override {}
    void on_peer_packet(RelayConnection&, const DhtKey&, ByteView) override {}
    void on_onion_response(RelayConnection&, ByteView) override {}
    void on_relay_gone(RelayConnection&) override { lost_ = true; }

    Relay relay_;
    std::vector<DhtKeyPair> keys_;
    GlibLoop loop_{nullptr, "relay-clients"};
    GlibStreams streams_{{}, [this] { flush(); }};
    std::vector<std::unique_ptr<RelayConnection>> connections_;
    std::size_t ready_ = 0;
    bool lost_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    const auto key = argc == 4 ? tox::DhtKey::from_hex(argv[2]) : std::nullopt;
    if (!key || !tox::crypto_ready()) {
        std::fputs("usage: relay-clients PORT KEY COUNT\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    Clients clients({*key, tox::Endpoint::v4({127, 0, 0, 1}, port)}, std::strtoul(argv[3], nullptr, 10));
    while (!clients.ready() && !clients.any_lost()) {
        clients.connect_some();
        for (int i = 0; i < 20; ++i) g_main_context_iteration(nullptr, FALSE);
        g_usleep(250'000);
    }
    std::puts(clients.any_lost() ? "lost" : "ready");
    std::fflush(stdout);
    const auto tick = [](gpointer of) -> gboolean {
        static_cast<Clients*>(of)->tick();
        return G_SOURCE_CONTINUE;
    };
    g_timeout_add_seconds(1, tick, &clients);
    GIOChannel* input = g_io_channel_unix_new(0);
    bool done = false;
    const auto at_end = [](GIOChannel*, GIOCondition, gpointer flag) -> gboolean {
        *static_cast<bool*>(flag) = true;
        return G_SOURCE_REMOVE;
    };
    g_io_add_watch(input, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), at_end, &done);
    while (!done) g_main_context_iteration(nullptr, TRUE);
    g_io_channel_unref(input);
    return clients.any_lost() ? 1 : 0;
}
