// SPDX-License-Identifier: GPL-3.0-or-later
// An IP address with a port. v4-mapped IPv6 addresses are turned into IPv4 where they enter (trap 29 of the notes),
// so equality is plain.
#pragma once

#include <compare>
#include <string>

#include "engine/base/bytes.hpp"

namespace tox {

struct Endpoint {
    enum class Family : Byte { v4, v6 };

    Family family = Family::v4;
    ByteArray<16> address{};  // network order; v4 uses the first four bytes, the rest is zero
    std::uint16_t port = 0;

    static Endpoint v4(ByteArray<4> address, std::uint16_t port);
    static Endpoint v6(const ByteArray<16>& address, std::uint16_t port);           // normalises v4-mapped addresses
    static std::optional<Endpoint> parse(std::string_view ip, std::uint16_t port);  // numeric only

    bool is_v4() const { return family == Family::v4; }
    ByteView address_bytes() const { return {address.data(), is_v4() ? 4U : 16U}; }
    bool is_loopback() const;
    bool is_lan() const;       // what c-toxcore calls LAN, loopback included; ULA counts as public (notes 5.2)
    bool is_usable() const;    // a unicast address with a port: something one may send to
    std::string text() const;  // "192.0.2.1:33445", "[2001:db8::1]:33445"

    auto operator<=>(const Endpoint&) const = default;
};

enum class Scope : Byte { host, lan, internet };  // how far away, the nearest first
Scope scope_of(const Endpoint& endpoint);

}  // namespace tox
