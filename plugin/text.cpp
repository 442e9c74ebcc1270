// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/text.hpp"

#include <util.h>

#include "plugin/boundary.hpp"

namespace purple_tox {
namespace {

constexpr std::string_view me = "/me ";

std::string valid_utf8(std::string_view text) {
    const Owned<> valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
    return valid.get();
}

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

std::string with_breaks(std::string_view html) {
    std::string out;
    for (const char c : html) {
        if (c == '\n')
            out += "<br>";
        else if (c == '\t')
            out += "&#9;";  // libpurple makes a blank of a bare one
        else if (c != '\r')
            out += c;
    }
    return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

}  // namespace

std::string printable(std::string_view plain) {
    std::string out;
    for_each_char(valid_utf8(plain), [&](gunichar c) {
        if (c == '\n' || c == '\t' || !is_control(c)) append_char(out, c);
    });
    return out;
}

std::string one_line(std::string_view plain, std::size_t glyphs) {
    std::string out;
    std::size_t length = 0;
    bool blank = false;
    for_each_char(valid_utf8(plain), [&](gunichar c) {
        if (g_unichar_isspace(c) || c == '\n') {
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

std::string plain_from_html(std::string_view html) {
    const Owned<> stripped(purple_markup_strip_html(with_breaks(html).c_str()));
    return printable(stripped ? stripped.get() : "");
}

Outgoing outgoing_from_html(std::string_view html) {
    std::string text = plain_from_html(html);
    if (!text.starts_with(me)) return {tox::MessageKind::text, std::move(text)};
    text.erase(0, me.size());
    return {tox::MessageKind::action, std::move(text)};
}

std::string escaped(std::string_view plain) {
    const Owned<> markup(g_markup_escape_text(plain.data(), static_cast<gssize>(plain.size())));
    return markup.get();
}

std::string html_from_plain(std::string_view plain) { return replaced(escaped(printable(plain)), "\n", "<br>"); }

std::string html_from_wire(tox::MessageKind kind, std::string_view plain) {
    const std::string html = html_from_plain(plain);
    return kind == tox::MessageKind::action ? std::string(me) + html : html;
}

}  // namespace purple_tox
