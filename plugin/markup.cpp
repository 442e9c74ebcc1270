// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/markup.hpp"

#include <glib.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace purple_tox {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// What editors of user interfaces and other plugins make. Those that nobody closes, or not always, stand apart.
constexpr std::string_view paired[] = {
    "a",      "abbr",   "b",   "big", "blockquote", "body", "center", "code",  "div", "em", "font", "h1",    "h2",
    "h3",     "h4",     "h5",  "h6",  "head",       "html", "i",      "ol",    "pre", "q",  "s",    "small", "span",
    "strike", "strong", "sub", "sup", "table",      "td",   "th",     "title", "tr",  "tt", "u",    "ul"};
constexpr std::string_view alone[] = {"br", "hr", "img", "li", "p"};

struct Tag {
    std::string name;  // lower case
    bool closes = false;
    bool closes_itself = false;
    std::size_t end = 0;  // behind the ">"
};

bool is_name_char(char c) { return g_ascii_isalnum(c) || c == '-' || c == '_' || c == ':'; }

std::size_t end_of_name(std::string_view text, std::size_t at) {
    while (at < text.size() && is_name_char(text[at])) ++at;
    return at;
}

// name=value, "value" or 'value': where it ends; nothing if it is no attribute.
std::optional<std::size_t> end_of_attribute(std::string_view text, std::size_t at) {
    const std::size_t equals = end_of_name(text, at);
    if (equals == at || equals + 1 >= text.size() || text[equals] != '=') return std::nullopt;
    const char quote = text[equals + 1];
    const bool quoted = quote == '"' || quote == '\'';
    const std::size_t end = quoted ? text.find(quote, equals + 2) : text.find_first_of(" \t\r\n>", equals + 1);
    if (end == std::string_view::npos || end == equals + 1) return std::nullopt;
    return quoted ? end + 1 : end;
}

// From behind the tag's name to behind its ">".
std::optional<std::size_t> end_of_tag(std::string_view text, std::size_t at, bool& closes_itself) {
    while (at < text.size()) {
        const std::size_t next = text.find_first_not_of(blanks, at);
        if (next == std::string_view::npos) return std::nullopt;
        if (text[next] == '>') return next + 1;
        if (text.substr(next).starts_with("/>")) {
            closes_itself = true;
            return next + 2;
        }
        if (next == at) return std::nullopt;  // attributes stand apart
        const auto end = end_of_attribute(text, next);
        if (!end) return std::nullopt;
        at = *end;
    }
    return std::nullopt;
}

std::optional<Tag> tag_at(std::string_view text, std::size_t at) {
    Tag tag;
    std::size_t begin = at + 1;
    if (begin < text.size() && text[begin] == '/') tag.closes = true, ++begin;
    const std::size_t end = end_of_name(text, begin);
    tag.name = std::string(text.substr(begin, end - begin));
    std::ranges::transform(tag.name, tag.name.begin(), g_ascii_tolower);
    const auto tag_end = end_of_tag(text, end, tag.closes_itself);
    if (!tag_end) return std::nullopt;
    tag.end = *tag_end;
    return tag;
}

bool is_entity(std::string_view text) {  // that begins here, with its "&"
    const std::size_t name = text.size() > 1 && text[1] == '#' ? 2 : 1;
    const std::size_t end =
        text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", name);
    return end != std::string_view::npos && end > name && text[end] == ';';
}

class Reader {
  public:
    bool reads(std::string_view text) {
        for (std::size_t at = 0; (at = text.find_first_of("<&", at)) != std::string_view::npos;) {
            if (text[at] == '&') {
                bare_ampersand_ |= !is_entity(text.substr(at));
                ++at;
                continue;
            }
            const auto tag = tag_at(text, at);
            if (!tag || !take(*tag)) return false;
            at = tag->end;
        }
        const bool pairs = std::ranges::all_of(open_, [](const auto& entry) { return entry.second == 0; });
        return pairs && (tags_ || !bare_ampersand_);  // beside tags it is a careless writer's
    }

  private:
    bool take(const Tag& tag) {
        tags_ = true;
        if (std::ranges::find(alone, tag.name) != std::end(alone)) return true;
        if (std::ranges::find(paired, tag.name) == std::end(paired)) return false;
        if (!tag.closes_itself) open_[tag.name] += tag.closes ? -1 : 1;
        return true;
    }

    std::map<std::string, int> open_;
    bool tags_ = false;
    bool bare_ampersand_ = false;
};

}  // namespace

bool is_markup(std::string_view text) { return Reader().reads(text); }

}  // namespace purple_tox
