// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/text.hpp"

#include <util.h>

#include "engine/messenger/text.hpp"
#include "plugin/markup.hpp"

namespace purple_tox {
namespace {

constexpr std::string_view me = "/me ";

// Characters that change how their neighbours are drawn (trap 28 of the notes): embeddings, overrides, isolates.
bool turns_direction(gunichar c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

void append_char(std::string& out, gunichar c) {
    char bytes[6];
    out.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
}

template <class Each>
void for_each_char(const std::string& text, Each each) {
    for (const char* at = text.c_str(); *at; at = g_utf8_next_char(at)) each(g_utf8_get_char(at));
}

bool is_control(gunichar c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF; }

std::string replaced(std::string_view text, char what, std::string_view by) {
    std::string out;
    for (const char c : text) c == what ? out += by : out += c;
    return out;
}

std::string with_breaks(std::string_view text) { return replaced(text, '\n', "<br>"); }

// "word" of a text that begins with "/word"; empty: it is no command. Paths and "/ " are none.
std::string command_in(const std::string& text) {
    if (!text.starts_with('/')) return {};
    const std::string word = text.substr(1, text.find_first_of(" \t\n") - 1);
    bool command = g_unichar_isalpha(g_utf8_get_char(word.c_str()));  // "/5" is none either
    for_each_char(word, [&](gunichar c) { command &= g_unichar_isalnum(c) || c == '-' || c == '_'; });
    return command ? word : std::string();
}

// What may be shown: no controls but new lines and tabs.
template <class Also>
std::string shown(std::string_view plain, Also also) {
    std::string out;
    for_each_char(tox::with_new_lines(valid_utf8(plain)), [&](gunichar c) {
        if (c == '\n' || c == '\t' || (!is_control(c) && also(c))) append_char(out, c);
    });
    return out;
}

}  // namespace

std::string valid_utf8(Given text) {
    const Owned<> valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
    return valid.get();
}

std::string printable(Given plain) {
    return shown(plain, [](gunichar) { return true; });
}

std::string printable_of_stranger(Given plain) {
    return shown(plain, [](gunichar c) { return !turns_direction(c); });
}

std::string one_line(Given plain, std::size_t glyphs) {
    std::string out;
    std::size_t length = 0;
    bool blank = false;
    for_each_char(tox::with_new_lines(valid_utf8(plain)), [&](gunichar c) {
        if (g_unichar_isspace(c)) {
            blank = !out.empty();
            return;
        }
        if (is_control(c) || turns_direction(c) || length >= glyphs) return;
        if (blank) out += ' ';
        blank = false;
        append_char(out, c);
        ++length;
    });
    return out;
}

Fitted fitted_line(Given plain, std::size_t bytes) {
    const std::string line = one_line(plain, plain.size());
    std::string text(tox::cut_utf8(line, bytes));
    const bool whole = text.size() == line.size();
    return {std::move(text), whole};
}

std::string plain_from_html(Given given) {
    const std::string text = tox::with_new_lines(valid_utf8(given));
    if (!is_markup(text)) return printable(text);
    const std::string html = replaced(with_breaks(text), '\t', "&#9;");  // libpurple makes blanks of bare tabs
    const Owned<> stripped(purple_markup_strip_html(html.c_str()));
    return printable(stripped.get());
}

Outgoing outgoing_from_html(Given html, Slash slash) {
    std::string text = plain_from_html(html);
    if (text.starts_with(me)) return {tox::MessageKind::action, text.substr(me.size()), {}};
    if (slash == Slash::text || text == "/me") return {tox::MessageKind::text, std::move(text), {}};
    if (std::string command = command_in(text); !command.empty()) return {tox::MessageKind::text, {}, command};
    const bool doubled = text.starts_with("//") && text.find('\n') == std::string::npos;  // not the pasted code of a
    if (doubled && !command_in(text.substr(1)).empty()) text.erase(0, 1);                 // program's comment
    return {tox::MessageKind::text, std::move(text), {}};
}

std::string escaped(Given plain) {
    const Owned<> markup(g_markup_escape_text(plain.data(), static_cast<gssize>(plain.size())));
    return markup.get();
}

std::string html_from_plain(Given plain) { return with_breaks(escaped(printable(plain))); }

std::string html_from_wire(tox::MessageKind kind, std::string_view plain) {
    const std::string html = html_from_plain(plain);
    return kind == tox::MessageKind::action ? std::string(me) + html : html;
}

}  // namespace purple_tox
