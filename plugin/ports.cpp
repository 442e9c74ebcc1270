// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/ports.hpp"

#include <charconv>

namespace purple_tox {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view separators = ", ;\t\r\n";
    std::vector<std::string_view> words;
    for (std::size_t at = 0; (at = text.find_first_not_of(separators, at)) != std::string_view::npos;) {
        const std::string_view word = text.substr(at, text.find_first_of(separators, at) - at);
        words.push_back(word);
        at += word.size();
    }
    return words;
}

}  // namespace purple_tox
