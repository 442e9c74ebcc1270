// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoints in the system's clothes. A dual-stack socket speaks IPv4 in v4-mapped IPv6 addresses; nobody else sees
// those.
#pragma once

#include <netinet/in.h>

#include "engine/base/endpoint.hpp"
#include "engine/glib/owned.hpp"

namespace tox {

union SocketAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
};

// Writes what a socket of that kind wants; returns its size.
socklen_t to_socket_address(const Endpoint& endpoint, bool dual_stack, SocketAddress& out);
std::optional<Endpoint> from_socket_address(const SocketAddress& address);  // nothing for a foreign family
std::optional<Endpoint> remote_of(GSocketConnection* connection);           // also while it is being opened

}  // namespace tox
