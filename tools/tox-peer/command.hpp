// SPDX-License-Identifier: GPL-3.0-or-later
// One line from the harness: TAG VERB [key=value]... (driver protocol 1, framing). Knows no verb.
#pragma once

#include <tl/expected.hpp>

#include "engine/base/bytes.hpp"

namespace tox_peer {

inline constexpr std::size_t max_line = 64 * 1024;  // bytes, the protocol's own bound

struct Refused {  // the "err" reply
    std::string code;
    std::string detail;
};
inline tl::unexpected<Refused> refuse(std::string code, std::string detail = "") {
    return tl::unexpected(Refused{std::move(code), std::move(detail)});
}

struct Command {
    std::string tag;
    std::string verb;
    std::vector<std::pair<std::string, std::string>> values;  // decoded

    const std::string* find(std::string_view key) const;
    std::string text(std::string_view key, std::string_view otherwise = "") const;
    // Numbers under the protocol's numeric keys have been checked by parse().
    std::uint64_t number(std::string_view key, std::uint64_t otherwise = 0) const;
    bool flag(std::string_view key, bool otherwise = false) const { return number(key, otherwise ? 1 : 0) != 0; }
    std::string instance() const { return text("i", "0"); }
};

// An error leaves tag and verb as far as they were read, so that it can be answered.
tl::expected<void, Refused> parse(std::string_view line, Command& command);
bool is_comment(std::string_view line);  // or blank: not answered

std::string percent_decoded(std::string_view text);
void append_percent_encoded(std::string& out, std::string_view text);
void append_hex(std::string& out, tox::ByteView bytes);  // lower case

}  // namespace tox_peer
