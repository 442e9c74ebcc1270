// SPDX-License-Identifier: GPL-3.0-or-later
// The framing of the driver protocol: "TAG VERB [key=value]..." in, "TIME INSTANCE ok|err|ev NAME [key=value]..." out,
// values percent-encoded. Knows no verb and no Tox.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace interop {

using Fields = std::map<std::string, std::string, std::less<>>;

struct Command {
    std::string tag;
    std::string verb;
    Fields fields;

    const std::string& text(std::string_view key) const;  // empty if not given
    std::uint64_t number(std::string_view key, std::uint64_t otherwise = 0) const;
};

struct Refused {  // thrown by verbs: the word of an "err" reply
    std::string code;
};

Command parse(std::string_view line);
std::string encoded(std::string_view text);
std::string hex(const std::uint8_t* bytes, std::size_t size);
std::string unhex(std::string_view text);  // throws Refused

std::string field(std::string_view key, std::string_view value);  // " key=value", encoded
std::string field(std::string_view key, std::uint64_t value);

std::int64_t now_us();  // CLOCK_MONOTONIC: comparable between all drivers on one machine
void event(std::string_view instance, std::string_view name, const std::string& fields);
void reply(std::string_view tag, bool good, const std::string& fields);

}  // namespace interop
