// SPDX-License-Identifier: GPL-3.0-or-later
// Cookies and handshakes as a test's own person opens them, with nothing rationed.
#pragma once

#include "engine/session/handshake.hpp"

namespace tox::test {

struct Opener {
    SessionIdentity self;
    KeyCache& dht_keys;
    CookieMaker& cookies;

    // The 0x19 to a 0x18.
    std::optional<Bytes> answer(ByteView cookie_request, Instant now) const {
        const auto request = wire::parse<wire::CookieRequest>(cookie_request);
        const auto question = request ? open_cookie_request(*request, self, dht_keys) : std::nullopt;
        if (!question) return std::nullopt;
        return cookies.answer(*question, dht_keys, now);
    }
    std::optional<Handshake> open(ByteView datagram, Instant now) const {
        const auto offered = read_handshake(datagram, cookies, now);
        const auto key = offered ? precompute(offered->from.long_term, self.long_term.secret) : std::nullopt;
        if (!key) return std::nullopt;
        return open_handshake(*offered, *key);
    }
};

}  // namespace tox::test
