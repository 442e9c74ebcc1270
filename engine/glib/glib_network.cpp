// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_network.hpp"

#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/base/time.hpp"
#include "engine/glib/datagram_boxes.hpp"
#include "engine/glib/lan_addresses.hpp"

namespace tox {
namespace {

constexpr int buffer_bytes = 2 * 1024 * 1024;  // what c-toxcore asks for; the system grants what it likes

// One dispatch reads no more than this, so that the host's window stays alive under a flood.
constexpr unsigned datagrams_per_dispatch = 256;
constexpr int wait_step_ms = 5;              // how often streams are looked at while somebody waits
constexpr Duration time_per_dispatch = 4ms;  // a quarter of a frame at 60 Hz

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

Endpoint local_endpoint(const GlibNetwork::Setup& setup, bool dual_stack, std::uint16_t port) {
    if (dual_stack) return Endpoint::v6({}, port);
    return Endpoint::v4(setup.loopback_only ? ByteArray<4>{127, 0, 0, 1} : ByteArray<4>{}, port);
}

std::uint16_t bound_port(int fd) {
    SocketAddress address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size) != 0) return 0;
    const auto endpoint = from_socket_address(address);
    return endpoint ? endpoint->port : std::uint16_t{0};
}

std::string open_failed(int error, const GlibNetwork::Setup& setup) {
    if (error != EADDRINUSE) return std::string("Cannot open a UDP socket: ") + std::strerror(error) + ".";
    const std::string from = std::to_string(setup.port_from);
    if (setup.port_from == setup.port_to) return "UDP port " + from + " is used by another program.";
    return "All UDP ports from " + from + " to " + std::to_string(setup.port_to) + " are used by other programs.";
}

bool buffer_full(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM; }

Instant clock_now() { return Instant(Duration(g_get_monotonic_time())); }

}  // namespace

// With a proxy there is none, whoever asks.
Descriptor GlibNetwork::make_socket(bool proxied, bool dual_stack) {
    if (proxied) return {};
    const int family = dual_stack ? AF_INET6 : AF_INET;
    Descriptor fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
    if (!fd) return fd;
    if (dual_stack) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    // Where a path is narrow, and the router's word of it is lost on the way to us, it may cut what we send (IPv4). The
    // default would be to forbid it, and a long text would never arrive.
    set_option(fd.get(), IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, buffer_bytes);
    set_option(fd.get(), SOL_SOCKET, SO_SNDBUF, buffer_bytes);
    return fd;
}

// 0, or the system's number for what went wrong. Only "in use" sends us to the next port.
int GlibNetwork::bind_in_range(int fd, bool dual_stack, const Setup& setup) {
    int error = EADDRINUSE;
    for (unsigned port = setup.port_from; port <= setup.port_to && error == EADDRINUSE; ++port) {
        SocketAddress address;
        const Endpoint local = local_endpoint(setup, dual_stack, static_cast<std::uint16_t>(port));
        const socklen_t size = to_socket_address(local, dual_stack, address);
        error = bind(fd, &address.any, size) == 0 ? 0 : errno;
    }
    return error;
}

tl::expected<std::unique_ptr<GlibNetwork>, std::string> GlibNetwork::open(const Setup& setup) {
    if (setup.port_from > setup.port_to) return tl::unexpected(std::string("The port range is empty."));
    if (!setup.udp || setup.proxy) return std::unique_ptr<GlibNetwork>(new GlibNetwork(setup, {}, false));
    int error = EAFNOSUPPORT;
    for (const bool dual_stack : {true, false}) {
        if (dual_stack && (!setup.ipv6 || setup.loopback_only)) continue;
        Descriptor fd = make_socket(setup.proxy.has_value(), dual_stack);
        error = fd ? bind_in_range(fd.get(), dual_stack, setup) : errno;
        if (error == EADDRINUSE) break;  // IPv4 alone would only hide that the range is taken
        if (error != 0) continue;
        return std::unique_ptr<GlibNetwork>(new GlibNetwork(setup, std::move(fd), dual_stack));
    }
    return tl::unexpected(open_failed(error, setup));
}

GlibNetwork::GlibNetwork(const Setup& setup, Descriptor socket, bool dual_stack)
    : context_(g_main_context_ref(setup.context ? setup.context : g_main_context_default())),
      socket_(std::move(socket)),
      dual_stack_(dual_stack),
      loopback_only_(setup.loopback_only),
      port_(socket_ ? bound_port(socket_.get()) : std::uint16_t{0}),
      inbox_(std::make_unique<Inbox>()),
      outbox_(std::make_unique<Outbox>()),
      kinds_in_(setup.count_kinds ? std::make_unique<Kinds>() : nullptr),
      kinds_out_(setup.count_kinds ? std::make_unique<Kinds>() : nullptr),
      streams_({setup.context, setup.proxy, setup.loopback_only}, [this] {
          if (sink_) sink_->on_batch_end();
      }) {}

GlibNetwork::~GlibNetwork() { flush(); }

void GlibNetwork::set_sink(NetworkSink* sink) {
    sink_ = sink;
    if (!sink) source_.reset();
    if (sink && !source_) watch();
}

void GlibNetwork::watch() {
    if (!socket_) return;
    source_.reset(g_unix_fd_source_new(socket_.get(), G_IO_IN));
    g_source_set_name(source_.get(), "tox datagrams");
    g_source_set_priority(source_.get(), source_priority);
    g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_readable), this, nullptr);
    g_source_attach(source_.get(), context_.get());
}

gboolean GlibNetwork::on_readable(gint, GIOCondition, gpointer self) noexcept {
    static_cast<GlibNetwork*>(self)->read_some();
    return G_SOURCE_CONTINUE;
}

void GlibNetwork::read_some() {
    const Instant end = clock_now() + time_per_dispatch;
    unsigned total = 0;
    unsigned got = 0;
    do {
        got = read_batch();
        total += got;
    } while (got == Inbox::slots && sink_ && total < datagrams_per_dispatch && clock_now() < end);
    if (total > 0 && sink_) sink_->on_batch_end();
}

// Errors are those of earlier sends (a port that is closed by now): reading has taken them off the socket, and they say
// nothing that an unanswered request would not.
unsigned GlibNetwork::read_batch() {
    const int got = inbox_->receive(socket_.get());
    if (got <= 0) return 0;
    const auto count = static_cast<unsigned>(got);
    for (unsigned i = 0; i < count && sink_; ++i) deliver(i);
    return count;
}

void GlibNetwork::deliver(unsigned slot) {
    if (inbox_->too_long(slot)) {
        ++counters_.too_long;
        return;
    }
    const ByteView datagram = inbox_->datagram(slot);
    const auto from = from_socket_address(inbox_->from[slot]);
    if (!from) return;
    if (LinkScopes::concerns(*from)) scopes_.heard(*from, inbox_->from[slot].v6.sin6_scope_id);
    counters_.in.add(datagram.size());
    if (kinds_in_ && !datagram.empty()) (*kinds_in_)[datagram[0]].add(datagram.size());
    sink_->on_datagram(*from, datagram);
}

bool GlibNetwork::send(const Endpoint& to, ByteView datagram) {
    if (!reaches(to.family) || datagram.size() > max_datagram) return false;
    if (LinkScopes::concerns(to)) {
        for (const unsigned link : scopes_.of(to, clock_now())) queue(to, link, datagram);
    } else {
        queue(to, 0, datagram);
    }
    return true;
}

void GlibNetwork::queue(const Endpoint& to, unsigned link, ByteView datagram) {
    if (!outbox_->fits(datagram.size())) flush();
    outbox_->add(to, link, dual_stack_, datagram);
}

void GlibNetwork::send_to_lan(std::uint16_t port, ByteView datagram) {
    if (!socket_) return;
    // Only here: an address that somebody names us is never everybody's.
    set_option(socket_.get(), SOL_SOCKET, SO_BROADCAST, 1);
    for (const LanAddress& lan : lan_addresses(loopback_only_)) {
        if (!reaches(lan.everybody.family)) continue;
        Endpoint to = lan.everybody;
        to.port = port;
        SocketAddress address;
        const socklen_t size = to_socket_address(to, dual_stack_, address);
        if (!to.is_v4()) address.v6.sin6_scope_id = lan.interface;
        if (sendto(socket_.get(), datagram.data(), datagram.size(), 0, &address.any, size) >= 0)
            counters_.out.add(datagram.size());
        else
            ++counters_.unreachable;
    }
    set_option(socket_.get(), SOL_SOCKET, SO_BROADCAST, 0);
}

void GlibNetwork::flush() {
    Outbox& box = *outbox_;
    for (unsigned next = 0; next < box.count;) {
        const int sent = sendmmsg(socket_.get(), &box.headers[next], box.count - next, 0);
        if (sent > 0) {
            count_sent(next, static_cast<unsigned>(sent));
            next += static_cast<unsigned>(sent);
            continue;
        }
        if (errno == EINTR) continue;
        if (buffer_full(errno)) {  // loss is what UDP peers expect; waiting would block the host
            counters_.congested += box.count - next;
            break;
        }
        ++counters_.unreachable;  // this one only
        ++next;
    }
    box.clear();
}

void GlibNetwork::wait(Duration at_most, const std::function<bool()>& done) {
    const Instant end = clock_now() + at_most;
    while (sink_ && !done() && clock_now() < end) {
        pollfd datagrams{socket_ ? socket_.get() : -1, POLLIN, 0};
        poll(&datagrams, 1, wait_step_ms);
        if ((datagrams.revents & POLLIN) != 0) read_some();
        streams_.dispatch_all();
    }
}

void GlibNetwork::count_sent(unsigned first, unsigned count) {
    for (unsigned i = first; i < first + count; ++i) {
        const ByteView datagram = outbox_->datagram(i);
        counters_.out.add(datagram.size());
        if (kinds_out_ && !datagram.empty()) (*kinds_out_)[datagram[0]].add(datagram.size());
    }
}

// Connecting a datagram socket sends nothing: the system only chooses the route.
std::optional<Endpoint> GlibNetwork::source_towards(const Endpoint& to) const {
    if (!reaches(to.family) || LinkScopes::concerns(to)) return std::nullopt;
    const Descriptor probe = make_socket(streams_.proxied(), dual_stack_);
    SocketAddress address{};
    socklen_t size = to_socket_address(to, dual_stack_, address);
    if (!probe || ::connect(probe.get(), &address.any, size) != 0) return std::nullopt;
    size = sizeof address;
    if (getsockname(probe.get(), &address.any, &size) != 0) return std::nullopt;
    auto source = from_socket_address(address);
    if (source) source->port = port_;
    return source;
}

bool GlibNetwork::reaches(Endpoint::Family family) const {
    return socket_ && (family == Endpoint::Family::v4 || dual_stack_);
}

}  // namespace tox
