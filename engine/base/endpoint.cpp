// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/base/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace tox {
namespace {

constexpr ByteArray<12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool lan_v4(const ByteArray<16>& a) {
    if (a[0] == 10 || a[0] == 127) return true;
    if (a[0] == 172 && (a[1] & 0xf0U) == 16) return true;
    if (a[0] == 192 && a[1] == 168) return true;
    if (a[0] == 169 && a[1] == 254) return a[2] != 0 && a[2] != 255;
    return a[0] == 100 && (a[1] & 0xc0U) == 64;
}

bool loopback_v6(const ByteArray<16>& a) {
    return std::all_of(a.begin(), a.end() - 1, [](Byte b) { return b == 0; }) && a[15] == 1;
}

}  // namespace

Endpoint Endpoint::v4(ByteArray<4> address, std::uint16_t port) {
    Endpoint e;
    std::copy(address.begin(), address.end(), e.address.begin());
    e.port = port;
    return e;
}

Endpoint Endpoint::v6(const ByteArray<16>& address, std::uint16_t port) {
    if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin()))
        return v4({address[12], address[13], address[14], address[15]}, port);
    return {Family::v6, address, port};
}

std::optional<Endpoint> Endpoint::parse(std::string_view ip, std::uint16_t port) {
    const std::string text(ip);
    ByteArray<4> four{};
    if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) return v4(four, port);
    ByteArray<16> sixteen{};
    if (inet_pton(AF_INET6, text.c_str(), sixteen.data()) == 1) return v6(sixteen, port);
    return std::nullopt;
}

bool Endpoint::is_loopback() const { return is_v4() ? address[0] == 127 : loopback_v6(address); }

bool Endpoint::is_lan() const {
    if (is_v4()) return lan_v4(address);
    return loopback_v6(address) || (address[0] == 0xfe && (address[1] & 0xc0U) == 0x80);
}

bool Endpoint::is_usable() const {
    if (port == 0) return false;
    if (is_v4()) return address[0] != 0 && address[0] < 224;
    const bool unspecified = std::all_of(address.begin(), address.end(), [](Byte b) { return b == 0; });
    return !unspecified && address[0] != 0xff;
}

std::string Endpoint::text() const {
    char buffer[INET6_ADDRSTRLEN] = {};
    inet_ntop(is_v4() ? AF_INET : AF_INET6, address.data(), buffer, sizeof buffer);
    std::string text = is_v4() ? "" : "[";
    text.append(buffer).append(is_v4() ? ":" : "]:").append(std::to_string(port));
    return text;
}

Scope scope_of(const Endpoint& endpoint) {
    if (endpoint.is_loopback()) return Scope::host;
    return endpoint.is_lan() ? Scope::lan : Scope::internet;
}

}  // namespace tox
