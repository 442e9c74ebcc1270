// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/stream_opening.hpp"

#include <fcntl.h>
#include <glib-unix.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "engine/glib/proxy_talk.hpp"
#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

using Connectable = Owned<GSocketConnectable, g_object_unref>;

Connectable connectable(const StreamAddress& to) {
    if (const auto* endpoint = std::get_if<Endpoint>(&to)) {
        const auto family = endpoint->is_v4() ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
        const Owned<GInetAddress, g_object_unref> ip(g_inet_address_new_from_bytes(endpoint->address.data(), family));
        return Connectable(G_SOCKET_CONNECTABLE(g_inet_socket_address_new(ip.get(), endpoint->port)));
    }
    const auto& name = std::get<HostName>(to);
    return Connectable(g_network_address_new(name.name.c_str(), name.port));
}

ProxyTrouble trouble_of(const GError* error) {
    using enum ProxyTrouble::What;
    if (error == nullptr || error->domain == G_RESOLVER_ERROR) return {name_unknown};
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)) return {refused};
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) return {silent};
    return {no_way};
}

bool leads_to_proxy(const Proxy& proxy, GSocketConnection* connection, const StreamAddress& to) {
    const auto remote = remote_of(connection);
    return remote && proxy.is_at(*remote, std::get_if<Endpoint>(&to));
}

}  // namespace

StreamOpening::StreamOpening(GlibStreams& streams, const StreamAddress& to, Done done)
    : streams_(streams), to_(to), done_(std::move(done)), cancellable_(g_cancellable_new()) {
    const auto& proxy = streams_.proxy_;
    if (proxy) talk_ = ProxyTalk::with(*proxy, to_);
    const bool askable = !proxy || talk_;
    give_up_within(askable ? streams_.patience_ : Duration::zero());
    if (askable) connect(proxy ? proxy->connectable().get() : connectable(to_).get());
}

StreamOpening::~StreamOpening() {
    if (!attempt_) return;
    attempt_->opening = nullptr;
    g_cancellable_cancel(cancellable_.get());
}

void StreamOpening::connect(GSocketConnectable* where) {
    attempt_ = new Attempt{this};
    g_main_context_push_thread_default(streams_.context_.get());  // GIO answers on the thread's default when asked
    g_socket_client_connect_async(streams_.client_.get(), where, cancellable_.get(), on_connected, attempt_);
    g_main_context_pop_thread_default(streams_.context_.get());
}

// The time is for all of it, whatever the proxy says meanwhile (R8, R9).
void StreamOpening::give_up_within(Duration time) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    late_.reset(g_timeout_source_new(static_cast<guint>(ms)));
    g_source_set_name(late_.get(), "tox stream being opened");
    g_source_set_callback(late_.get(), on_late, this, nullptr);
    g_source_attach(late_.get(), streams_.context_.get());
}

gboolean StreamOpening::on_late(gpointer self) noexcept {
    auto& opening = *static_cast<StreamOpening*>(self);
    const bool asked = opening.attempt_ || opening.socket_;
    if (opening.streams_.proxy_ && asked)
        opening.fail({ProxyTrouble::What::silent});
    else
        opening.finish(tl::unexpected(StreamEnd::unreachable));
    return G_SOURCE_REMOVE;
}

void StreamOpening::on_connected(GObject* client, GAsyncResult* result, gpointer data) noexcept {
    const std::unique_ptr<Attempt> attempt(static_cast<Attempt*>(data));
    GError* error = nullptr;
    const Owned<GSocketConnection, g_object_unref> connection(
        g_socket_client_connect_finish(G_SOCKET_CLIENT(client), result, &error));
    const Owned<GError, g_error_free> owned(error);
    if (!attempt->opening) return;
    attempt->opening->attempt_ = nullptr;
    attempt->opening->take(connection.get(), error);
}

void StreamOpening::take(GSocketConnection* connection, const GError* error) {
    const auto& proxy = streams_.proxy_;
    if (!connection) return proxy ? fail(trouble_of(error)) : finish(tl::unexpected(StreamEnd::unreachable));
    // The last line: with a proxy set nothing is open that does not lead there.
    if (proxy && !leads_to_proxy(*proxy, connection, to_)) return fail({ProxyTrouble::What::no_way});
    const int fd = g_socket_get_fd(g_socket_connection_get_socket(connection));
    socket_ = Descriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0));  // GIO closes its own
    if (!socket_) return finish(tl::unexpected(StreamEnd::unreachable));
    fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
    if (!talk_) return finish(Opened{std::move(socket_), {}});
    talk();
}

// ---- through the proxy -------------------------------------------------------------------------------------------

void StreamOpening::talk() {
    source_.reset(g_unix_fd_source_new(socket_.get(), static_cast<GIOCondition>(G_IO_IN | G_IO_HUP | G_IO_ERR)));
    g_source_set_name(source_.get(), "tox proxy");
    g_source_set_priority(source_.get(), source_priority);
    g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_event), this, nullptr);
    g_source_attach(source_.get(), streams_.context_.get());
    say();
}

gboolean StreamOpening::on_event(gint, GIOCondition, gpointer self) noexcept {
    static_cast<StreamOpening*>(self)->hear();  // a source that was destroyed meanwhile is not called again
    return G_SOURCE_CONTINUE;
}

// Once per dispatch: a proxy that never stops talking costs no more than a look.
void StreamOpening::hear() {
    std::array<Byte, 2048> buffer;
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) return fail({ProxyTrouble::What::hung_up});
    talk_->hear(ByteView(buffer).first(static_cast<std::size_t>(got)));
    if (talk_->trouble()) return fail(*talk_->trouble());
    if (!talk_->open()) return say();
    streams_.trouble_.reset();
    const ByteView first = talk_->surplus();
    finish(Opened{std::move(socket_), Bytes(first.begin(), first.end())});
}

// A few hundred bytes, in a buffer that is empty.
void StreamOpening::say() {
    const Bytes words = talk_->to_say();
    if (words.empty()) return;
    const ssize_t sent = send(socket_.get(), words.data(), words.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(words.size())) fail({ProxyTrouble::What::hung_up});
}

void StreamOpening::fail(ProxyTrouble trouble) {
    streams_.trouble_ = trouble;
    finish(tl::unexpected(StreamEnd::proxy));
}

void StreamOpening::finish(Result result) {
    source_.reset();
    late_.reset();
    const Done done = std::move(done_);  // outlives us, should it destroy us
    done(std::move(result));
}

}  // namespace tox
