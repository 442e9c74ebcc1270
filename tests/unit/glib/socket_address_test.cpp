// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/socket_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace tox {
namespace {

TEST(SocketAddress, RoundTripsOnBothKindsOfSocket) {
    const Endpoint four = Endpoint::v4({192, 0, 2, 1}, 33445);
    const Endpoint six = *Endpoint::parse("2001:db8::7", 1);
    SocketAddress address;
    EXPECT_EQ(to_socket_address(four, false, address), sizeof(sockaddr_in));
    EXPECT_EQ(from_socket_address(address), four);
    EXPECT_EQ(to_socket_address(six, true, address), sizeof(sockaddr_in6));
    EXPECT_EQ(from_socket_address(address), six);
}

TEST(SocketAddress, DualStackMapsIPv4) {
    SocketAddress address;
    EXPECT_EQ(to_socket_address(Endpoint::v4({192, 0, 2, 1}, 33445), true, address), sizeof(sockaddr_in6));
    char text[INET6_ADDRSTRLEN];
    EXPECT_STREQ(inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text), "::ffff:192.0.2.1");
    EXPECT_EQ(address.v6.sin6_port, htons(33445));
    EXPECT_EQ(from_socket_address(address), Endpoint::v4({192, 0, 2, 1}, 33445));
}

TEST(SocketAddress, ForeignFamiliesAreNothing) {
    SocketAddress address{};
    address.any.sa_family = AF_UNIX;
    EXPECT_EQ(from_socket_address(address), std::nullopt);
}

}  // namespace
}  // namespace tox
