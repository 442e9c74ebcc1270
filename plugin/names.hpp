// SPDX-License-Identifier: GPL-3.0-or-later
// What people call contacts, and what libpurple calls them: the long-term key in 64 upper-case hex digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "engine/crypto/tox_id.hpp"
#include "plugin/boundary.hpp"

namespace purple_tox {

struct Address {
    tox::LongTermKey key;
    std::optional<tox::ToxId> id;  // absent: a bare key was given, which is not enough to send a request
};

// The sentence in the error is for people, already translated.
tl::expected<Address, std::string> parse_address(Given typed);

// The key in a buddy's or conversation's name, whichever way it is written.
std::optional<tox::LongTermKey> key_of(Given name);

// Tox IDs, tox: links and keys, however they are written, become the buddy name; everything else stays as it is.
std::string normal_name(Given name);

std::string short_name(const tox::LongTermKey& key);  // its first digits, for sentences

// libpurple's normalize: the result stays valid until the next call.
const char* normalize(const _PurpleAccount*, const char* name);

}  // namespace purple_tox
