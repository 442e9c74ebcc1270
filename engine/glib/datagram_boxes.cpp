// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/datagram_boxes.hpp"

#include <algorithm>

namespace tox {

GlibNetwork::Inbox::Inbox() : bytes(std::make_unique_for_overwrite<Byte[]>(slots * max_datagram)) {
    for (unsigned i = 0; i < slots; ++i) {
        parts[i] = {bytes.get() + i * max_datagram, max_datagram};
        headers[i].msg_hdr.msg_iov = &parts[i];
        headers[i].msg_hdr.msg_iovlen = 1;
        headers[i].msg_hdr.msg_name = &from[i];
    }
}

int GlibNetwork::Inbox::receive(int fd) {
    for (mmsghdr& header : headers) header.msg_hdr.msg_namelen = sizeof(SocketAddress);  // the system shortens it
    return recvmmsg(fd, headers.data(), slots, MSG_DONTWAIT, nullptr);
}

GlibNetwork::Outbox::Outbox() : bytes(std::make_unique_for_overwrite<Byte[]>(capacity)) {
    for (unsigned i = 0; i < slots; ++i) {
        headers[i].msg_hdr.msg_iov = &parts[i];
        headers[i].msg_hdr.msg_iovlen = 1;
        headers[i].msg_hdr.msg_name = &to[i];
    }
}

void GlibNetwork::Outbox::add(const Endpoint& endpoint, unsigned link, bool dual_stack, ByteView datagram) {
    Byte* const place = bytes.get() + used;
    std::copy(datagram.begin(), datagram.end(), place);
    parts[count] = {place, datagram.size()};
    headers[count].msg_hdr.msg_namelen = to_socket_address(endpoint, dual_stack, to[count]);
    if (link != 0) to[count].v6.sin6_scope_id = link;
    used += datagram.size();
    ++count;
}

}  // namespace tox
