// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/socket_address.hpp"

#include <cstring>

namespace tox {

socklen_t to_socket_address(const Endpoint& endpoint, bool dual_stack, SocketAddress& out) {
    std::memset(&out, 0, sizeof out);
    if (!dual_stack) {
        out.v4.sin_family = AF_INET;
        out.v4.sin_port = htons(endpoint.port);
        std::memcpy(&out.v4.sin_addr, endpoint.address.data(), sizeof out.v4.sin_addr);
        return sizeof out.v4;
    }
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(endpoint.port);
    Byte* const address = out.v6.sin6_addr.s6_addr;
    if (endpoint.is_v4()) {
        address[10] = address[11] = 0xff;  // RFC 4291 2.5.5.2
        std::memcpy(address + 12, endpoint.address.data(), 4);
    } else {
        std::memcpy(address, endpoint.address.data(), endpoint.address.size());
    }
    return sizeof out.v6;
}

std::optional<Endpoint> from_socket_address(const SocketAddress& address) {
    if (address.any.sa_family == AF_INET) {
        ByteArray<4> four;
        std::memcpy(four.data(), &address.v4.sin_addr, four.size());
        return Endpoint::v4(four, ntohs(address.v4.sin_port));
    }
    if (address.any.sa_family != AF_INET6) return std::nullopt;
    ByteArray<16> sixteen;
    std::memcpy(sixteen.data(), address.v6.sin6_addr.s6_addr, sixteen.size());
    return Endpoint::v6(sixteen, ntohs(address.v6.sin6_port));
}

std::optional<Endpoint> remote_of(GSocketConnection* connection) {
    const Owned<GSocketAddress, g_object_unref> remote(g_socket_connection_get_remote_address(connection, nullptr));
    SocketAddress native{};
    if (!remote || !g_socket_address_to_native(remote.get(), &native, sizeof native, nullptr)) return std::nullopt;
    return from_socket_address(native);
}

}  // namespace tox
