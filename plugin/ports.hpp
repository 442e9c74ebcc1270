// SPDX-License-Identifier: GPL-3.0-or-later
// Port numbers and lists as people type them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace purple_tox {

inline constexpr int highest_port = 65535;

std::optional<std::uint16_t> parse_port(std::string_view text);  // 1..65535
std::vector<std::string_view> words_of(std::string_view text);   // separated by commas, semicolons or blanks

}  // namespace purple_tox
