// SPDX-License-Identifier: GPL-3.0-or-later
// The content of generated messages: one letter, 8 hex digits of a sequence number, filler (driver protocol 1,
// workloads).
#pragma once

#include "engine/base/bytes.hpp"

namespace tox_peer {

inline constexpr std::size_t least_text = 9;  // letter and number

std::string workload_text(char letter, std::uint32_t sequence, std::size_t size);
tox::Bytes workload_packet(tox::Byte kind, std::uint32_t sequence, std::size_t size);
// Nothing unless it is a text of that letter.
std::optional<std::uint32_t> sequence_of(char letter, std::string_view text);

}  // namespace tox_peer
