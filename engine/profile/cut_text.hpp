// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting a text to a number of bytes without splitting a character.
#pragma once

#include <string>
#include <string_view>

namespace tox {

inline std::string cut_text(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    std::size_t size = most;
    // a character has at most three bytes of continuation: what has more is not UTF-8, and is cut where the limit is
    while (size > 0 && most - size < 4 && continues(size)) --size;
    return std::string(text.substr(0, most - size < 4 ? size : most));
}

}  // namespace tox
