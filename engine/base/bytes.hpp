// SPDX-License-Identifier: GPL-3.0-or-later
// Byte strings as the engine passes them around.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tox {

using Byte = std::uint8_t;
using ByteView = std::span<const Byte>;
using Bytes = std::vector<Byte>;
template <std::size_t N>
using ByteArray = std::array<Byte, N>;

// 32 bytes that are compared as a number: a key used as an address in the DHT, valid as a key or not.
using RawKey = ByteArray<32>;

std::string to_hex(ByteView bytes);                    // upper case, as Tox IDs are written
std::optional<Bytes> from_hex(std::string_view text);  // either case; nothing for an odd length or a foreign character

inline ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const Byte*>(text.data()), text.size()}; }
inline std::string text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

}  // namespace tox
