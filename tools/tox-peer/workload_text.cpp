// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/workload_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "engine/messenger/types.hpp"

namespace tox_peer {
namespace {

constexpr std::size_t max_packet = 1373;  // bytes of a custom packet (spec: Net crypto, data packet)

std::string digits(std::uint32_t sequence) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(sequence));
    return text;
}

}  // namespace

std::string workload_text(char letter, std::uint32_t sequence, std::size_t size) {
    std::string text = letter + digits(sequence);
    size = std::clamp(size, least_text, tox::max_part);
    for (unsigned i = 0; text.size() < size; ++i) text += static_cast<char>('a' + i % 26);
    return text;
}

tox::Bytes workload_packet(tox::Byte kind, std::uint32_t sequence, std::size_t size) {
    tox::Bytes packet{kind};
    tox::append(packet, tox::bytes_of(digits(sequence)));
    packet.resize(std::clamp(size, least_text, max_packet), tox::Byte{'x'});
    return packet;
}

std::optional<std::uint32_t> sequence_of(char letter, std::string_view text) {
    if (text.size() < least_text || text.front() != letter) return std::nullopt;
    std::uint32_t sequence = 0;
    const char* const begin = text.data() + 1;
    const auto result = std::from_chars(begin, begin + 8, sequence, 16);
    return result.ec == std::errc() && result.ptr == begin + 8 ? std::optional(sequence) : std::nullopt;
}

}  // namespace tox_peer
