// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's streams on TCP sockets: opened by GIO, through a proxy where there is one, then read and written without
// blocking. Knows nothing of what is inside them.
#pragma once

#include <functional>
#include <set>

#include "engine/base/descriptor.hpp"
#include "engine/base/time.hpp"
#include "engine/glib/owned.hpp"
#include "engine/host/network.hpp"

namespace tox {

struct Proxy {
    enum class Kind { socks5, http };  // both resolve names themselves, so that no question leaves by another way
    Kind kind = Kind::socks5;
    std::string host;
    std::uint16_t port = 0;
    std::string user, password;  // empty: none
};

class GlibStream;

class GlibStreams {
  public:
    struct Setup {
        GMainContext* context = nullptr;
        std::optional<Proxy> proxy{};
        bool loopback_only = false;
        Duration patience = 10s;  // for the stream, proxy included (reliability notes, R8)
    };
    // `dispatched` is called after the events of one dispatch.
    GlibStreams(const Setup& setup, std::function<void()> dispatched);
    ~GlibStreams();  // after all its streams
    GlibStreams(const GlibStreams&) = delete;
    GlibStreams& operator=(const GlibStreams&) = delete;

    std::unique_ptr<Stream> connect(const StreamAddress& to);
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor);  // nullptr with a proxy
    void dispatch_all();  // what is ready to be read or written now, without the loop

  private:
    friend class GlibStream;
    friend class GlibStreamPort;

    Context context_;
    std::function<void()> dispatched_;
    Owned<GSocketClient, g_object_unref> client_;
    const bool proxied_;
    const bool loopback_only_;
    std::set<GlibStream*> all_;
};

}  // namespace tox
