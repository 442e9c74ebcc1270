// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_streams.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "engine/glib/glib_stream.hpp"
#include "engine/glib/socket_address.hpp"
#include "engine/glib/stream_port.hpp"

namespace tox {
namespace {

GSocketClient* make_client(const GlibStreams::Setup& setup) {
    GSocketClient* client = g_socket_client_new();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(setup.patience).count();
    g_socket_client_set_timeout(client, static_cast<guint>(seconds));
    // Never a proxy of the desktop's settings. Our own is where connections lead, so GIO need not know of it, and
    // nothing that GIO makes of settings can lead past it.
    g_socket_client_set_enable_proxy(client, FALSE);
    return client;
}

}  // namespace

// The least that IPv6 guarantees is 1280 bytes, of which headers with options take 60 to 80. With IPv4 routers may cut.
void allow_narrow_ways(int fd) {
    constexpr int segment = 1200;
    constexpr int may_be_cut = IP_PMTUDISC_DONT;
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &may_be_cut, sizeof may_be_cut);
}

GlibStreams::GlibStreams(const Setup& setup, std::function<void()> dispatched)
    : context_(g_main_context_ref(setup.context ? setup.context : g_main_context_default())),
      dispatched_(std::move(dispatched)),
      client_(make_client(setup)),
      proxy_(setup.proxy),
      loopback_only_(setup.loopback_only),
      patience_(setup.patience) {
    g_signal_connect(client_.get(), "event", G_CALLBACK(on_client_event), this);
}

GlibStreams::~GlibStreams() { g_signal_handlers_disconnect_by_data(client_.get(), this); }

// The socket is there, and nothing has been sent yet. The last line of defence: with a proxy set no connection begins
// that does not lead to it.
void GlibStreams::on_client_event(GSocketClient*, GSocketClientEvent event, GSocketConnectable*, GIOStream* stream,
                                  gpointer self) noexcept {
    if (event != G_SOCKET_CLIENT_CONNECTING) return;
    auto* const connection = G_SOCKET_CONNECTION(stream);
    GSocket* const socket = g_socket_connection_get_socket(connection);
    allow_narrow_ways(g_socket_get_fd(socket));
    const auto& proxy = static_cast<GlibStreams*>(self)->proxy_;
    if (!proxy) return;
    const auto remote = remote_of(connection);
    if (!remote || !proxy->is_at(*remote, nullptr)) g_socket_close(socket, nullptr);
}

std::unique_ptr<Stream> GlibStreams::connect(const StreamAddress& to) {
    return std::make_unique<GlibStream>(*this, to);
}

std::unique_ptr<StreamPort> GlibStreams::listen(std::uint16_t port, StreamAcceptor& acceptor) {
    if (proxy_) return nullptr;
    Descriptor socket = listening_socket(port, loopback_only_);
    if (!socket) return nullptr;
    return std::make_unique<GlibStreamPort>(*this, std::move(socket), acceptor);
}

void GlibStreams::dispatch_all() {
    for (GlibStream* stream : std::set(all_))
        if (all_.contains(stream)) stream->dispatch_ready();
}

}  // namespace tox
