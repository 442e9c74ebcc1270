// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of GlibNetwork: what recvmmsg fills and what sendmmsg empties, allocated once.
#pragma once

#include <sys/socket.h>

#include "engine/glib/glib_network.hpp"
#include "engine/glib/socket_address.hpp"

namespace tox {

struct GlibNetwork::Inbox {
    static constexpr unsigned slots = 32;  // one system call's worth: its fixed cost is then below 5 % per datagram

    Inbox();
    int receive(int fd);  // datagrams read; below 0 as recvmmsg
    bool too_long(unsigned slot) const { return (headers[slot].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
    ByteView datagram(unsigned slot) const { return {bytes.get() + slot * max_datagram, headers[slot].msg_len}; }

    std::unique_ptr<Byte[]> bytes;  // not zeroed: pages are touched only when a batch is long enough to need them
    std::array<SocketAddress, slots> from;
    std::array<iovec, slots> parts;
    std::array<mmsghdr, slots> headers{};
};

struct GlibNetwork::Outbox {
    static constexpr unsigned slots = 128;               // a full session window's answer in two system calls
    static constexpr std::size_t capacity = 128 * 1024;  // bytes of all of them

    Outbox();
    bool fits(std::size_t size) const { return count < slots && used + size <= capacity; }
    void add(const Endpoint& to, unsigned link, bool dual_stack, ByteView datagram);  // link 0: any
    ByteView datagram(unsigned slot) const {
        return {static_cast<const Byte*>(parts[slot].iov_base), parts[slot].iov_len};
    }
    void clear() { count = 0, used = 0; }

    unsigned count = 0;
    std::size_t used = 0;
    std::unique_ptr<Byte[]> bytes;
    std::array<SocketAddress, slots> to;
    std::array<iovec, slots> parts;
    std::array<mmsghdr, slots> headers{};
};
static_assert(max_datagram <= 128 * 1024);  // an empty outbox takes any datagram

}  // namespace tox
