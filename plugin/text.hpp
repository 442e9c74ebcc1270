// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's markup and Tox's plain UTF-8, in both directions. Knows nothing of accounts or contacts.
#pragma once

#include <string>
#include <string_view>

#include "engine/messenger/types.hpp"

namespace purple_tox {

struct Outgoing {
    tox::MessageKind kind = tox::MessageKind::text;
    std::string text;
};

std::string plain_from_html(std::string_view html);
Outgoing outgoing_from_html(std::string_view html);  // "/me " makes an action

std::string html_from_plain(std::string_view plain);  // for conversations: escaped, newlines as <br>
std::string html_from_wire(tox::MessageKind kind, std::string_view plain);
std::string escaped(std::string_view plain);  // for Pango and HTML on one line

// Valid UTF-8 without characters that no XML file can hold; newlines and tabs stay.
std::string printable(std::string_view plain);
// Names and status messages: one line, no characters that turn the writing direction, at most `glyphs` long.
std::string one_line(std::string_view plain, std::size_t glyphs);

inline constexpr std::size_t name_glyphs = 64;      // more breaks the layout of a buddy list
inline constexpr std::size_t message_glyphs = 400;  // more does not fit a tooltip

}  // namespace purple_tox
