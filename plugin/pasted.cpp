// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/pasted.hpp"

#include <glib.h>

#include <algorithm>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

// Bytes that are looked at: 76 digits, each with a mark of four bytes behind it, and much talk around them.
constexpr std::size_t longest_paste = 4096;
// Fewer letters and digits are not meant to be an ID: counting them would only confuse.
constexpr glong like_an_id = 16;

// NFKC: full-width forms become ASCII, blanks of all widths U+0020.
std::string composed(std::string_view text) {
    const Owned<> valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
    const Owned<> plain(g_utf8_normalize(valid.get(), -1, G_NORMALIZE_ALL_COMPOSE));
    return plain ? plain.get() : "";
}

bool counts(gunichar c) {
    constexpr gunichar hangul_filler = 0x115F;  // a letter that is drawn as nothing
    return g_unichar_isalnum(c) && !g_unichar_iszerowidth(c) && c != hangul_filler;
}

// A valid one that begins here.
std::string character_at(const char* text) {
    return std::string(text, static_cast<const char*>(g_utf8_next_char(text)));
}

std::string letters_and_digits(const std::string& text) {
    std::string out;
    for (const char* at = text.c_str(); *at; at = g_utf8_next_char(at))
        if (counts(g_utf8_get_char(at))) out += character_at(at);
    return out;
}

bool take_prefix(std::string_view& text, const char* prefix) {
    const std::size_t length = std::char_traits<char>::length(prefix);
    if (text.size() < length || g_ascii_strncasecmp(text.data(), prefix, length) != 0) return false;
    text.remove_prefix(length);
    return true;
}

// "tox:ID?message=...", "tox://ID/#...", also in brackets or quotes; anything else as it is.
std::string_view without_link(std::string_view text) {
    std::string_view rest = text.substr(std::min(text.find_first_of("tT"), text.size()));
    const std::string_view before = text.substr(0, text.size() - rest.size());
    if (!letters_and_digits(std::string(before)).empty() || !take_prefix(rest, "tox:")) return text;
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    return rest.substr(0, rest.find_first_of("?/#&"));
}

struct Stranger {  // the first character that is no hexadecimal digit
    std::string character;
    glong position = 0;  // counted from 1
};

Stranger first_stranger(const std::string& bare) {
    glong position = 0;
    for (const char* at = bare.c_str(); *at; at = g_utf8_next_char(at)) {
        ++position;
        if (!g_ascii_isxdigit(*at)) return {character_at(at), position};
    }
    return {};
}

bool mostly_digits(const std::string& bare) {
    const auto digits = std::count_if(bare.begin(), bare.end(), [](char c) { return g_ascii_isxdigit(c); });
    const glong all = g_utf8_strlen(bare.c_str(), -1);
    return all >= like_an_id && 2 * digits >= all;
}

}  // namespace

std::string bare_digits(std::string_view typed) {
    const std::string text = composed(typed.substr(0, longest_paste));
    const std::string bare = letters_and_digits(std::string(without_link(text)));
    std::string_view rest = bare;
    take_prefix(rest, "tox");  // "Tox ID: ...": neither T nor I is a digit
    take_prefix(rest, "id");
    return std::string(rest);
}

std::string why_no_id(const std::string& bare) {
    if (bare.empty()) return _("Enter a Tox ID: 76 digits, each from 0 to 9 or A to F.");
    if (!mostly_digits(bare)) return _("This is not a Tox ID. A Tox ID has 76 digits, each from 0 to 9 or A to F.");
    if (const Stranger stranger = first_stranger(bare); stranger.position > 0)
        return format(_("This is not a Tox ID: the character “%s” at position %ld is not a hexadecimal digit, which "
                        "would be from 0 to 9 or A to F. (Blanks and dashes are not counted.)"),
                      stranger.character.c_str(), stranger.position);
    const auto digits = static_cast<unsigned>(bare.size());
    if (bare.size() < id_digits)
        return format(_("This Tox ID is not complete: it has %u of 76 digits. Please copy it again."), digits);
    return format(_("This Tox ID is too long: it has %u digits instead of 76. Please copy it again."), digits);
}

}  // namespace purple_tox
