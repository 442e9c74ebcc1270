// SPDX-License-Identifier: GPL-3.0-or-later
// Tox IDs as people get them: out of web pages, mails and photographs, in groups, in brackets, broken over lines. Pure.
#pragma once

#include <string>
#include <string_view>

namespace purple_tox {

inline constexpr std::size_t key_digits = 64;
inline constexpr std::size_t id_digits = 76;

// The letters and digits of it, and nothing else: no blank, dash, bracket, invisible character, "tox:" or query of a
// link. Full-width and other forms of a letter or digit are the letter or digit.
std::string bare_digits(std::string_view typed);

// Why bare digits, which are no Tox ID, are none: a sentence for people, translated.
std::string why_no_id(const std::string& bare);

}  // namespace purple_tox
