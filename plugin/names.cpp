// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/names.hpp"

#include <algorithm>

#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

constexpr std::size_t key_digits = 64;
constexpr std::size_t id_digits = 76;

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return g_ascii_isxdigit(c); });
}

// People copy IDs out of e-mails, where they come in groups or broken over lines.
std::string without_blanks(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return g_ascii_isspace(c); });
    return out;
}

const char* sentence(tox::ToxId::Fault fault) {
    switch (fault) {
        case tox::ToxId::Fault::bad_checksum:
            return _("This Tox ID has a typing error: its checksum does not match. Please copy it again.");
        case tox::ToxId::Fault::bad_key:
            return _("This Tox ID does not contain a valid key. Please ask your contact for it again.");
        case tox::ToxId::Fault::not_an_id:
            break;
    }
    return _("This is not a Tox ID. A Tox ID has 76 digits, each from 0 to 9 or A to F.");
}

}  // namespace

tl::expected<Address, std::string> parse_address(std::string_view typed) {
    const std::string text = without_blanks(tox::strip_tox_link(typed));
    if (text.size() == key_digits && is_hex(text)) {
        if (const auto key = tox::LongTermKey::from_hex(text)) return Address{*key, std::nullopt};
        return tl::unexpected<std::string>(sentence(tox::ToxId::Fault::bad_key));
    }
    const auto parsed = tox::ToxId::parse(text);
    if (!parsed.id) return tl::unexpected<std::string>(sentence(parsed.fault));
    return Address{parsed.id->key, parsed.id};
}

std::optional<tox::LongTermKey> key_of(std::string_view name) {
    const auto address = parse_address(name);
    if (!address) return std::nullopt;
    return address->key;
}

std::string normal_name(std::string_view name) {
    std::string text = without_blanks(tox::strip_tox_link(name));
    if (!is_hex(text) || (text.size() != key_digits && text.size() != id_digits)) return std::string(name);
    if (text.size() == id_digits && !tox::ToxId::parse(text).id) return std::string(name);
    text.resize(key_digits);
    std::transform(text.begin(), text.end(), text.begin(), g_ascii_toupper);
    return text;
}

std::string short_name(const tox::LongTermKey& key) {
    constexpr std::size_t enough_to_compare = 8;
    return key.hex().substr(0, enough_to_compare) + "…";
}

const char* normalize(const _PurpleAccount*, const char* name) {
    static std::string normal;
    if (!name) return "";
    std::string fresh = normal_name(name);  // `name` may lie in our own buffer
    normal.swap(fresh);
    return normal.c_str();
}

}  // namespace purple_tox
