// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/command.hpp"

#include <algorithm>
#include <charconv>

namespace tox_peer {
namespace {

constexpr std::string_view numeric_keys[] = {"friend",   "n",    "seed", "size", "gap",  "window", "port",
                                             "port_end", "tcp",  "hold", "udp",  "ipv6", "lan",    "on",
                                             "queue",    "list", "mem",  "ids",  "us",   "hole",   "proxy_port"};

std::string_view next_word(std::string_view& line) {
    constexpr std::string_view blanks = " \t\r";
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

bool parse_number(std::string_view text, std::uint64_t& number) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool is_sound(std::string_view key, std::string_view value) {
    std::uint64_t number = 0;
    const bool numeric = std::find(std::begin(numeric_keys), std::end(numeric_keys), key) != std::end(numeric_keys);
    return !numeric || value.empty() || parse_number(value, number);
}

}  // namespace

const std::string* Command::find(std::string_view key) const {
    const auto at = std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == key; });
    return at == values.end() ? nullptr : &at->second;
}

std::string Command::text(std::string_view key, std::string_view otherwise) const {
    const std::string* value = find(key);
    return value ? *value : std::string(otherwise);
}

std::uint64_t Command::number(std::string_view key, std::uint64_t otherwise) const {
    const std::string* value = find(key);
    if (!value || value->empty()) return otherwise;
    std::uint64_t number = 0;
    return parse_number(*value, number) ? number : otherwise;
}

bool is_comment(std::string_view line) {
    const std::string_view first = next_word(line);
    return first.empty() || first.front() == '#';
}

tl::expected<void, Refused> parse(std::string_view line, Command& command) {
    command.tag = next_word(line);
    command.verb = next_word(line);
    if (command.verb.empty()) return refuse("syntax", "no verb");
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
        const auto equals = word.find('=');
        if (equals == std::string_view::npos) return refuse("syntax", std::string(word));
        command.values.emplace_back(word.substr(0, equals), percent_decoded(word.substr(equals + 1)));
        const auto& [key, value] = command.values.back();
        if (!is_sound(key, value)) return refuse("badarg", key);
    }
    return {};
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = text[at] == '%' ? tox::from_hex(text.substr(at + 1, 2)) : std::nullopt;
        if (byte && byte->size() == 1) {
            out += static_cast<char>(byte->front());
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

void append_hex(std::string& out, tox::ByteView bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    for (const tox::Byte byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
}

void append_percent_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<tox::Byte>(c);
        if (byte > 0x20 && byte < 0x7f && c != '%') {
            out += c;
        } else {
            out += '%';
            append_hex(out, {&byte, 1});
        }
    }
}

}  // namespace tox_peer
