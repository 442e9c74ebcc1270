// SPDX-License-Identifier: GPL-3.0-or-later
// A proxy as somebody has set it, checked once: what exists as a value can be connected to and spoken with. Everything
// else is a fault with a name, and never "no proxy".
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "engine/glib/host_text.hpp"
#include "engine/glib/owned.hpp"

namespace tox {

struct Endpoint;

struct ProxyFault {
    enum class What : unsigned char { host, port, user_too_long, password_too_long, password_without_user };
    What what;
    HostFault host{};  // if it is that
    bool operator==(const ProxyFault&) const = default;
};

class Proxy {
  public:
    enum class Kind : unsigned char { socks5, http };  // both resolve names themselves: no question leaves another way
    static constexpr std::size_t most_secret = 255;    // bytes of a user name or password (RFC 1929, section 2)

    struct Written {  // as it was typed, or came from a settings file
        Kind kind = Kind::socks5;
        std::string host;
        std::int64_t port = 0;
        std::string user{}, password{};  // empty: none
    };
    static tl::expected<Proxy, ProxyFault> parse(const Written& written);

    Kind kind() const { return kind_; }
    const std::string& host() const { return host_; }
    std::uint16_t port() const { return port_; }
    const std::string& user() const { return user_; }
    const std::string& password() const { return password_; }
    std::string text() const;  // for people: "127.0.0.1:9050", "[::1]:9050", "proxy.example:1080"

    Owned<GSocketConnectable, g_object_unref> connectable() const;
    // Whether a connection to `remote`, opened in order to reach `target`, is one to this proxy. Behind a name may be
    // any address but the target's.
    bool is_at(const Endpoint& remote, const Endpoint* target) const;

  private:
    Proxy() = default;

    Kind kind_{};
    std::string host_, user_, password_;
    std::uint16_t port_ = 0;
};

}  // namespace tox
