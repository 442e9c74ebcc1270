// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's streams on TCP sockets: opened by GIO, through a proxy where there is one, then read and written without
// blocking. Knows nothing of what is inside them.
#pragma once

#include <functional>
#include <set>

#include "engine/base/descriptor.hpp"
#include "engine/base/time.hpp"
#include "engine/glib/owned.hpp"
#include "engine/glib/proxy.hpp"
#include "engine/host/network.hpp"

namespace tox {

// For a socket of streams, before it is connected or listens: they pass where a path is narrow and nobody tells us.
void allow_narrow_ways(int fd);

class GlibStream;

class GlibStreams {
  public:
    struct Setup {
        GMainContext* context = nullptr;
        std::optional<Proxy> proxy{};  // everything goes through it
        bool loopback_only = false;
        // For all of it, proxy included (R8). Whoever waits for it is a little more patient (a relay: 10 s), and hears
        // why.
        Duration patience = 8s;
    };
    // `dispatched` is called after the events of one dispatch.
    GlibStreams(const Setup& setup, std::function<void()> dispatched);
    ~GlibStreams();  // after all its streams
    GlibStreams(const GlibStreams&) = delete;
    GlibStreams& operator=(const GlibStreams&) = delete;

    std::unique_ptr<Stream> connect(const StreamAddress& to);
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor);  // nullptr with a proxy
    void dispatch_all();  // what is ready to be read or written now, without the loop
    bool proxied() const { return proxy_.has_value(); }
    const std::optional<ProxyTrouble>& trouble() const { return trouble_; }  // until a stream is open again

  private:
    friend class GlibStream;
    friend class GlibStreamPort;
    friend class StreamOpening;

    static void on_client_event(GSocketClient* client, GSocketClientEvent event, GSocketConnectable* where,
                                GIOStream* connection, gpointer self) noexcept;

    Context context_;
    std::function<void()> dispatched_;
    Owned<GSocketClient, g_object_unref> client_;
    const std::optional<Proxy> proxy_;
    const bool loopback_only_;
    std::set<GlibStream*> all_;
    const Duration patience_;
    std::optional<ProxyTrouble> trouble_;
    std::size_t accepted_ = 0;  // streams that others have opened and that are alive
};

}  // namespace tox
