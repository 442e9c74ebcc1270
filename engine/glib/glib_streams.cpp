// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_streams.hpp"

#include <glib-unix.h>
#include <sys/socket.h>

#include "engine/glib/glib_stream.hpp"
#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

constexpr int backlog = 128;
constexpr unsigned accepts_per_dispatch = 16;

std::string escaped(const std::string& text) {
    const Owned<char, g_free> out(g_uri_escape_string(text.c_str(), nullptr, FALSE));
    return out.get();
}

std::string uri_of(const Proxy& proxy) {
    std::string uri = proxy.kind == Proxy::Kind::socks5 ? "socks5://" : "http://";
    if (!proxy.user.empty()) uri += escaped(proxy.user) + ":" + escaped(proxy.password) + "@";
    const bool v6 = proxy.host.find(':') != std::string::npos;
    uri += v6 ? "[" + proxy.host + "]" : proxy.host;
    return uri + ":" + std::to_string(proxy.port);
}

GSocketClient* make_client(const GlibStreams::Setup& setup) {
    GSocketClient* client = g_socket_client_new();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(setup.patience).count();
    g_socket_client_set_timeout(client, static_cast<guint>(seconds));
    // Never a proxy of the desktop's settings: either the one we were given, or none.
    g_socket_client_set_enable_proxy(client, setup.proxy.has_value());
    if (setup.proxy) {
        const Owned<GProxyResolver, g_object_unref> resolver(
            g_simple_proxy_resolver_new(uri_of(*setup.proxy).c_str(), nullptr));
        g_socket_client_set_proxy_resolver(client, resolver.get());
    }
    return client;
}

// A listening socket on all own addresses, IPv6 included where the system has it.
Descriptor listening(std::uint16_t port, bool loopback_only) {
    for (const bool dual_stack : {true, false}) {
        if (dual_stack && loopback_only) continue;
        Descriptor fd(socket(dual_stack ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
        if (!fd) continue;
        const int on = 1;
        const int off = 0;
        setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (dual_stack) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        const Endpoint any = dual_stack
                                 ? Endpoint{Endpoint::Family::v6, {}, port}
                                 : Endpoint::v4(loopback_only ? ByteArray<4>{127, 0, 0, 1} : ByteArray<4>{}, port);
        SocketAddress address;
        const socklen_t size = to_socket_address(any, dual_stack, address);
        if (bind(fd.get(), &address.any, size) == 0 && listen(fd.get(), backlog) == 0) return fd;
    }
    return {};
}

}  // namespace

class GlibStreamPort final : public StreamPort {
  public:
    GlibStreamPort(GlibStreams& streams, Descriptor socket, StreamAcceptor& acceptor)
        : streams_(streams), socket_(std::move(socket)), acceptor_(acceptor) {
        source_.reset(g_unix_fd_source_new(socket_.get(), G_IO_IN));
        g_source_set_name(source_.get(), "tox stream port");
        g_source_set_priority(source_.get(), source_priority);
        g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_readable), this, nullptr);
        g_source_attach(source_.get(), streams_.context_.get());
    }

    std::uint16_t port() const override {
        SocketAddress address{};
        socklen_t size = sizeof address;
        if (getsockname(socket_.get(), &address.any, &size) != 0) return 0;
        const auto endpoint = from_socket_address(address);
        return endpoint ? endpoint->port : std::uint16_t{0};
    }

  private:
    static gboolean on_readable(gint, GIOCondition, gpointer self) noexcept {
        static_cast<GlibStreamPort*>(self)->accept_some();
        return G_SOURCE_CONTINUE;
    }

    void accept_some() {
        for (unsigned i = 0; i < accepts_per_dispatch; ++i) {
            SocketAddress address{};
            socklen_t size = sizeof address;
            Descriptor fd(accept4(socket_.get(), &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!fd) break;
            if (const auto from = from_socket_address(address))
                acceptor_.on_accepted(std::make_unique<GlibStream>(streams_, std::move(fd)), *from);
        }
        streams_.dispatched_();
    }

    GlibStreams& streams_;
    Descriptor socket_;
    StreamAcceptor& acceptor_;
    Source source_;
};

GlibStreams::GlibStreams(const Setup& setup, std::function<void()> dispatched)
    : context_(g_main_context_ref(setup.context ? setup.context : g_main_context_default())),
      dispatched_(std::move(dispatched)),
      client_(make_client(setup)),
      proxied_(setup.proxy.has_value()),
      loopback_only_(setup.loopback_only) {}

GlibStreams::~GlibStreams() = default;

std::unique_ptr<Stream> GlibStreams::connect(const StreamAddress& to) {
    return std::make_unique<GlibStream>(*this, to);
}

std::unique_ptr<StreamPort> GlibStreams::listen(std::uint16_t port, StreamAcceptor& acceptor) {
    if (proxied_) return nullptr;
    Descriptor socket = listening(port, loopback_only_);
    if (!socket) return nullptr;
    return std::make_unique<GlibStreamPort>(*this, std::move(socket), acceptor);
}

void GlibStreams::dispatch_all() {
    for (GlibStream* stream : std::set(all_))
        if (all_.contains(stream)) stream->dispatch_ready();
}

}  // namespace tox
