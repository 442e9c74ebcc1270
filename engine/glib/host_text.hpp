// SPDX-License-Identifier: GPL-3.0-or-later
// A host as people write it, read once into a form that cannot mean anything else: an address in digits, or a name that
// a resolver may be asked for.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tox {

inline constexpr std::size_t most_host = 255;  // bytes: what SOCKS 5 can carry (RFC 1928, section 4), and a name be

enum class HostFault : unsigned char {
    missing,
    too_long,
    with_scheme,  // http://host
    with_user,    // somebody@host
    with_port,    // host:port
    unusable,     // neither an address that one may connect to, nor a name
};

// Blanks around it and the brackets of an IPv6 address are taken off, an international name becomes what is asked for
// in the DNS. What looks like an address, but is none in its usual form (127.1, 0x7f000001), is none: programs differ
// in what they make of it.
tl::expected<std::string, HostFault> parse_host(std::string_view written);

}  // namespace tox
