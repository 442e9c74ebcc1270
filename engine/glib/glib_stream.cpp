// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_stream.hpp"

#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace tox {
namespace {

constexpr std::size_t read_at_once = 12 * 1024;
constexpr unsigned reads_per_dispatch = 4;  // the host's window stays alive while somebody floods us
constexpr int unsent_low = 48 * 1024;       // so that what is urgent is not queued behind a transfer (notes 9.3)

void prepare(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef TCP_NOTSENT_LOWAT
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_low, sizeof unsent_low);
#endif
}

// A socket that is closed with bytes unread resets the connection, and what was written last may get lost with it.
void end_politely(int fd) {
    constexpr std::size_t most_unread = 256 * 1024;
    shutdown(fd, SHUT_WR);
    for (std::size_t i = 0; i < most_unread / read_at_once; ++i)
        if (recv(fd, nullptr, read_at_once, MSG_TRUNC | MSG_DONTWAIT) <= 0) return;
}

}  // namespace

GlibStream::GlibStream(GlibStreams& streams, const StreamAddress& to)
    : streams_(streams),
      accepted_(false),
      opening_(std::make_unique<StreamOpening>(
          streams, to, [this](StreamOpening::Result result) { opening_over(std::move(result)); })) {
    streams_.all_.insert(this);
}

GlibStream::GlibStream(GlibStreams& streams, Descriptor socket)
    : streams_(streams), accepted_(true), socket_(std::move(socket)) {
    streams_.all_.insert(this);
    ++streams_.accepted_;
    prepare(socket_.get());
}

GlibStream::~GlibStream() {
    streams_.all_.erase(this);
    if (gone_) *gone_ = true;
    if (accepted_) --streams_.accepted_;
    if (socket_ && !ended_) end_politely(socket_.get());
}

// Runs callbacks to the sink, and lets the engine settle: either may destroy us. False: it did.
template <class Call>
bool GlibStream::dispatch(Call call) {
    GlibStreams& streams = streams_;
    bool gone = false;
    gone_ = &gone;
    call(gone);
    streams.dispatched_();
    if (gone) return false;
    gone_ = nullptr;
    watch();
    return true;
}

void GlibStream::set_sink(StreamSink* sink) {
    sink_ = sink;
    watch();
}

void GlibStream::opening_over(StreamOpening::Result result) {
    opening_.reset();
    dispatch([&](bool& gone) {
        if (result)
            opened(std::move(*result), gone);
        else
            end(result.error());
    });
}

void GlibStream::opened(StreamOpening::Opened way, const bool& gone) {
    socket_ = std::move(way.socket);
    prepare(socket_.get());
    if (sink_) sink_->on_open();
    if (!gone && sink_ && !way.first.empty()) sink_->on_bytes(way.first);
}

void GlibStream::end(StreamEnd how) {
    if (std::exchange(ended_, true)) return;
    source_.reset();
    if (sink_) sink_->on_closed(how);
}

// Watches what somebody waits for: without a sink nothing is read, and the other side feels it.
void GlibStream::watch() {
    if (gone_) return;  // after the dispatch
    unsigned wanted = 0;
    if (socket_ && sink_ && !ended_) wanted = G_IO_IN | G_IO_HUP | G_IO_ERR;
    if (wanted != 0 && wants_to_write_) wanted |= G_IO_OUT;
    const auto condition = static_cast<GIOCondition>(wanted);
    if (condition == watched_ && (source_ || wanted == 0)) return;
    source_.reset();
    watched_ = condition;
    if (wanted == 0) return;
    source_.reset(g_unix_fd_source_new(socket_.get(), condition));
    g_source_set_name(source_.get(), "tox stream");
    g_source_set_priority(source_.get(), source_priority);
    g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_event), this, nullptr);
    g_source_attach(source_.get(), streams_.context_.get());
}

void GlibStream::dispatch_ready() {
    if (!socket_ || ended_ || gone_) return;
    on_event(socket_.get(), static_cast<GIOCondition>(G_IO_IN | (wants_to_write_ ? G_IO_OUT : 0)), this);
}

gboolean GlibStream::on_event(gint, GIOCondition condition, gpointer self) noexcept {
    auto& stream = *static_cast<GlibStream*>(self);
    const bool alive = stream.dispatch([&](bool& gone) {
        if ((condition & G_IO_OUT) != 0 && std::exchange(stream.wants_to_write_, false) && stream.sink_)
            stream.sink_->on_writable();
        if (!gone && (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0) stream.read(gone);
    });
    // A source that was replaced meanwhile is destroyed already; to say so twice does no harm.
    return alive && stream.source_ && g_main_current_source() == stream.source_.get() ? G_SOURCE_CONTINUE
                                                                                      : G_SOURCE_REMOVE;
}

void GlibStream::read(bool& gone) {
    std::array<Byte, read_at_once> buffer;
    for (unsigned i = 0; i < reads_per_dispatch && !gone && sink_ && !ended_; ++i) {
        const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (got <= 0) return end(StreamEnd::closed);
        sink_->on_bytes(ByteView(buffer).first(static_cast<std::size_t>(got)));
        if (static_cast<std::size_t>(got) < buffer.size()) return;
    }
}

// A connection that is broken shows that when it is read.
std::size_t GlibStream::write(ByteView bytes) {
    if (!socket_ || ended_) return 0;
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t sent = send(socket_.get(), &bytes[done], bytes.size() - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) break;
        done += static_cast<std::size_t>(sent);
    }
    wants_to_write_ = done < bytes.size();
    watch();
    return done;
}

}  // namespace tox
