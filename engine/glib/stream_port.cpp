// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/stream_port.hpp"

#include <glib-unix.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "engine/glib/glib_stream.hpp"
#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

constexpr int backlog = 128;
constexpr unsigned accepts_per_dispatch = 16;
constexpr guint pause_seconds = 1;  // when the system has none to give: it would say so again at once, for ever

// Descriptors belong to the whole program. So many are left to it (its windows, logs, other accounts), or half of them
// where there are few: who connects to us must not keep the host from opening a file.
constexpr rlim_t left_to_host = 256;

std::size_t most_accepted() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return left_to_host;
    const rlim_t own = limit.rlim_cur > 2 * left_to_host ? limit.rlim_cur - left_to_host : limit.rlim_cur / 2;
    return static_cast<std::size_t>(own);
}

bool is_shortage(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

}  // namespace

Descriptor listening_socket(std::uint16_t port, bool loopback_only) {
    for (const bool dual_stack : {true, false}) {
        if (dual_stack && loopback_only) continue;
        Descriptor fd(socket(dual_stack ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
        if (!fd) continue;
        const int on = 1;
        const int off = 0;
        setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        allow_narrow_ways(fd.get());
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

GlibStreamPort::GlibStreamPort(GlibStreams& streams, Descriptor socket, StreamAcceptor& acceptor)
    : streams_(streams), socket_(std::move(socket)), acceptor_(acceptor) {
    watch();
}

std::uint16_t GlibStreamPort::port() const {
    SocketAddress address{};
    socklen_t size = sizeof address;
    if (getsockname(socket_.get(), &address.any, &size) != 0) return 0;
    const auto endpoint = from_socket_address(address);
    return endpoint ? endpoint->port : std::uint16_t{0};
}

void GlibStreamPort::watch() {
    source_.reset(g_unix_fd_source_new(socket_.get(), G_IO_IN));
    g_source_set_name(source_.get(), "tox stream port");
    g_source_set_priority(source_.get(), source_priority);
    g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_readable), this, nullptr);
    g_source_attach(source_.get(), streams_.context_.get());
}

void GlibStreamPort::pause() {
    source_.reset(g_timeout_source_new_seconds(pause_seconds));
    g_source_set_name(source_.get(), "tox stream port, pausing");
    g_source_set_callback(source_.get(), on_pause_over, this, nullptr);
    g_source_attach(source_.get(), streams_.context_.get());
}

gboolean GlibStreamPort::on_pause_over(gpointer self) noexcept {
    static_cast<GlibStreamPort*>(self)->watch();
    return G_SOURCE_REMOVE;
}

gboolean GlibStreamPort::on_readable(gint, GIOCondition, gpointer self) noexcept {
    static_cast<GlibStreamPort*>(self)->accept_some();
    return G_SOURCE_CONTINUE;  // a source that was replaced meanwhile is not called again
}

void GlibStreamPort::accept_some() {
    for (unsigned i = 0; i < accepts_per_dispatch && accept_one(); ++i) {
    }
    streams_.dispatched_();
}

// False: there is none, or none that can be taken now.
bool GlibStreamPort::accept_one() {
    SocketAddress address{};
    socklen_t size = sizeof address;
    Descriptor fd(accept4(socket_.get(), &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        if (is_shortage(errno)) pause();
        return errno == ECONNABORTED || errno == EINTR;
    }
    const auto from = from_socket_address(address);
    if (from && streams_.accepted_ < most_accepted())
        acceptor_.on_accepted(std::make_unique<GlibStream>(streams_, std::move(fd)), *from);
    return true;
}

}  // namespace tox
