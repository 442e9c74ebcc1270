// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/crypto/tox_id.hpp"

namespace tox {
namespace {

constexpr std::size_t id_size = 38;

// spec: byte 0 is the XOR of the bytes at even offsets, byte 1 of those at odd ones
ByteArray<2> checksum(ByteView key_and_nospam) {
    ByteArray<2> sum{};
    for (std::size_t i = 0; i < key_and_nospam.size(); ++i) sum[i % 2] ^= key_and_nospam[i];
    return sum;
}

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
           });
}

}  // namespace

std::string_view strip_tox_link(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
    if (!starts_with_nocase(text, "tox:")) return text;
    text.remove_prefix(4);
    while (!text.empty() && text.front() == '/') text.remove_prefix(1);
    return text.substr(0, text.find_first_of("?/#"));
}

ToxId::Parsed ToxId::parse(std::string_view text) {
    const auto bytes = from_hex(strip_tox_link(text));
    if (!bytes || bytes->size() != id_size) return {std::nullopt, Fault::not_an_id};
    const ByteView id(*bytes);
    const auto sum = checksum(id.first(36));
    if (!std::equal(sum.begin(), sum.end(), id.begin() + 36)) return {std::nullopt, Fault::bad_checksum};
    const auto key = LongTermKey::from(id.first(32));
    if (!key) return {std::nullopt, Fault::bad_key};
    ToxId result{*key, {}};
    std::copy_n(id.begin() + 32, 4, result.nospam.begin());
    return {result, {}};
}

std::string ToxId::text() const {
    Bytes id;
    append(id, key.raw());
    append(id, nospam);
    append(id, checksum(id));
    return to_hex(id);
}

}  // namespace tox
