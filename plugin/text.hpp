// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's markup and Tox's plain UTF-8, in both directions. Knows nothing of accounts or contacts.
#pragma once

#include <string>
#include <string_view>

#include "engine/messenger/types.hpp"
#include "plugin/boundary.hpp"

namespace purple_tox {

struct Outgoing {
    tox::MessageKind kind = tox::MessageKind::text;
    std::string text;
    std::string command;  // of one that nobody knows: nothing may be sent, a mistyped one may hold a secret
};

// What a slash at the beginning means: a command, or "//" for a text that begins with one; or just a slash, where the
// host has dealt with commands.
enum class Slash : unsigned char { command, text };

// Plain text that was handed over in the place of markup stays as it is.
std::string plain_from_html(Given html);
Outgoing outgoing_from_html(Given html, Slash slash);  // "/me " makes an action

std::string html_from_plain(Given plain);  // for conversations: escaped, newlines as <br>
std::string html_from_wire(tox::MessageKind kind, std::string_view plain);
std::string escaped(Given plain);  // for Pango and HTML on one line

// Valid UTF-8 without characters that no XML file can hold; newlines and tabs stay.
std::string printable(Given plain);
// The same for strangers' texts in questions: without characters that turn the writing direction, which could make
// them read like something else.
std::string printable_of_stranger(Given plain);
// Names and status messages: one line, no characters that turn the writing direction, at most `glyphs` long.
std::string one_line(Given plain, std::size_t glyphs);
// The same, by bytes; says whether all of it is there.
struct Fitted {
    std::string text;
    bool whole = true;
};
Fitted fitted_line(Given plain, std::size_t bytes);
std::string valid_utf8(Given text);  // for what may hold any bytes, like paths and errors of the system

inline constexpr std::size_t name_glyphs = 64;      // more breaks the layout of a buddy list
inline constexpr std::size_t message_glyphs = 400;  // more does not fit a tooltip

}  // namespace purple_tox
