// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/messenger/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tox {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Lead {
    std::size_t size;  // bytes of the character, 0 for what starts none
    unsigned char low,
        high;  // range of the second byte: excludes overlong forms, surrogates and what is above U+10FFFF
};

Lead lead_of(unsigned char first) {
    if (first < 0x80) return {1, 0, 0};
    if (first >= 0xc2 && first <= 0xdf) return {2, 0x80, 0xbf};
    if (first == 0xe0) return {3, 0xa0, 0xbf};
    if (first == 0xed) return {3, 0x80, 0x9f};
    if (first >= 0xe1 && first <= 0xef) return {3, 0x80, 0xbf};
    if (first == 0xf0) return {4, 0x90, 0xbf};
    if (first >= 0xf1 && first <= 0xf3) return {4, 0x80, 0xbf};
    if (first == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

// Size of the character the text starts with, 0 if it starts with none.
std::size_t character(std::string_view text) {
    const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
    if (lead.size <= 1) return lead.size;
    if (text.size() < lead.size) return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    if (second < lead.low || second > lead.high) return 0;
    const auto rest = text.substr(2, lead.size - 2);
    return std::all_of(rest.begin(), rest.end(), is_continuation) ? lead.size : 0;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    const bool c1 = character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
    return c1 || (character.size() == 1 && (first < 0x20 || first == 0x7f));
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = character(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string_view cut_utf8(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    // A character has at most three bytes of continuation: what has more is not UTF-8, and is cut where the limit is.
    constexpr std::size_t longest = 4;
    std::size_t size = most;
    while (size > 0 && most - size < longest && is_continuation(text[size])) --size;
    return text.substr(0, most - size < longest ? size : most);
}

std::vector<std::string_view> split_text(std::string_view text, std::size_t most) {
    std::vector<std::string_view> parts;
    while (text.size() > most) {
        std::string_view part = cut_utf8(text, most);
        // Words stay whole unless that would leave more than half of the packet empty.
        for (const char border : {'\n', ' '}) {
            const auto at = part.rfind(border);
            if (at == std::string_view::npos || at < most / 2) continue;
            part = part.substr(0, at + 1);
            break;
        }
        parts.push_back(part);
        text.remove_prefix(part.size());
    }
    if (!text.empty()) parts.push_back(text);
    return parts;
}

std::string with_new_lines(std::string_view text) {
    constexpr std::string_view ends[] = {"\r\n", "\r", "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto* const end = std::ranges::find_if(ends, [&](auto one) { return text.starts_with(one); });
        out += end == std::end(ends) ? text.front() : '\n';
        text.remove_prefix(end == std::end(ends) ? 1 : end->size());
    }
    return out;
}

std::string received_text(std::string_view whole) {
    const std::string lines = with_new_lines(whole.substr(0, whole.find('\0')));
    std::string_view raw = lines;
    std::string text;
    text.reserve(raw.size());
    while (!raw.empty()) {
        const std::size_t size = character(raw);
        const std::string_view one = raw.substr(0, std::max<std::size_t>(size, 1));
        raw.remove_prefix(one.size());
        if (size == 0) {
            text += replacement;
        } else if (one == "\n" || one == "\t" || !is_control(one)) {
            text += one;
        }
    }
    return text;
}

std::string received_line(std::string_view raw) {
    std::string line;
    while (line.empty() && !raw.empty()) {
        const std::string_view piece = raw.substr(0, raw.find('\0'));
        line = received_text(piece);
        raw.remove_prefix(std::min(piece.size() + 1, raw.size()));
    }
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return line;
}

}  // namespace tox
