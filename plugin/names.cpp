// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/names.hpp"

#include <algorithm>

#include "plugin/i18n.hpp"
#include "plugin/pasted.hpp"

namespace purple_tox {
namespace {

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return g_ascii_isxdigit(c); });
}

// As buddies are called: asked for at every repaint.
bool is_normal(std::string_view name) {
    return name.size() == key_digits &&
           std::all_of(name.begin(), name.end(), [](char c) { return g_ascii_isdigit(c) || (c >= 'A' && c <= 'F'); });
}

tl::unexpected<std::string> bad_key() {
    return tl::unexpected<std::string>(
        _("This Tox ID does not contain a valid key. Please ask your contact for it again."));
}

tl::expected<Address, std::string> parse_key(std::string_view digits) {
    if (const auto key = tox::LongTermKey::from_hex(digits)) return Address{*key, std::nullopt};
    return bad_key();
}

}  // namespace

tl::expected<Address, std::string> parse_address(Given typed) {
    const std::string digits = is_normal(typed) ? std::string(typed) : bare_digits(typed);
    if (digits.size() == key_digits && is_hex(digits)) return parse_key(digits);
    const auto parsed = tox::ToxId::parse(digits);
    if (parsed.id) return Address{parsed.id->key, parsed.id};
    switch (parsed.fault) {
        case tox::ToxId::Fault::bad_checksum:
            return tl::unexpected<std::string>(
                _("This Tox ID has a typing error: its checksum does not match. Please copy it again."));
        case tox::ToxId::Fault::bad_key:
            return bad_key();
        case tox::ToxId::Fault::not_an_id:
            break;
    }
    return tl::unexpected(why_no_id(digits));
}

std::optional<tox::LongTermKey> key_of(Given name) {
    const auto address = parse_address(name);
    if (!address) return std::nullopt;
    return address->key;
}

std::string normal_name(Given name) {
    if (is_normal(name)) return std::string(name);
    const auto address = parse_address(name);
    return address ? address->key.hex() : std::string(name);
}

std::string short_name(const tox::LongTermKey& key) {
    constexpr std::size_t enough_to_compare = 8;
    return key.hex().substr(0, enough_to_compare) + "…";
}

const char* normalize(const _PurpleAccount*, const char* name) {
    static std::string normal;
    std::string fresh = normal_name(name);  // `name` may lie in our own buffer
    normal.swap(fresh);
    return normal.c_str();
}

}  // namespace purple_tox
