// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/host_text.hpp"

#include <algorithm>

#include "engine/glib/owned.hpp"
#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

using Host = tl::expected<std::string, HostFault>;

constexpr std::size_t most_name = 253, most_label = 63;  // RFC 1035, section 2.3.4, as text

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// The underscore is no letter of host names, but there are names with it, and resolvers that know them.
bool is_name_letter(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= most_label && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, is_name_letter);
}

// As an address would: "127.1", "1234" and "0x7f.1" are addresses to some programs.
bool ends_in_number(std::string_view name) {
    const auto dot = name.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
    return std::ranges::all_of(last, is_digit) || last.starts_with("0x") || last.starts_with("0X");
}

bool is_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > most_name || ends_in_number(name)) return false;
    while (true) {
        const auto dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

Host address(const std::string& digits) {
    constexpr std::uint16_t any_port = 1;
    const Owned<GSocketAddress, g_object_unref> read(g_inet_socket_address_new_from_string(digits.c_str(), any_port));
    SocketAddress native{};
    if (!read || !g_socket_address_to_native(read.get(), &native, sizeof native, nullptr))
        return tl::unexpected(HostFault::unusable);
    const auto endpoint = from_socket_address(native);
    if (!endpoint || !endpoint->is_usable()) return tl::unexpected(HostFault::unusable);
    return digits;
}

Host name(const std::string& text) {
    if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr))
        return tl::unexpected(HostFault::unusable);
    const Owned<char, g_free> ascii(g_hostname_to_ascii(text.c_str()));
    if (!ascii || !is_name(ascii.get())) return tl::unexpected(HostFault::unusable);
    return ascii.get();
}

Host bracketed(std::string_view text) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return tl::unexpected(HostFault::unusable);
    if (text.substr(end + 1).starts_with(':')) return tl::unexpected(HostFault::with_port);
    const std::string_view inside = text.substr(1, end - 1);
    if (end + 1 != text.size() || inside.find(':') == std::string_view::npos)
        return tl::unexpected(HostFault::unusable);
    return address(std::string(inside));
}

}  // namespace

tl::expected<std::string, HostFault> parse_host(std::string_view written) {
    const std::string_view text = trimmed(written);
    if (text.empty()) return tl::unexpected(HostFault::missing);
    if (text.size() > most_host) return tl::unexpected(HostFault::too_long);
    if (text.find('\0') != std::string_view::npos) return tl::unexpected(HostFault::unusable);
    if (text.find("://") != std::string_view::npos) return tl::unexpected(HostFault::with_scheme);
    if (text.find('@') != std::string_view::npos) return tl::unexpected(HostFault::with_user);
    if (text.front() == '[') return bracketed(text);
    const auto colons = std::ranges::count(text, ':');
    if (colons == 1) return tl::unexpected(HostFault::with_port);
    const std::string whole(text);
    const bool four = std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
    return colons > 1 || four ? address(whole) : name(whole);
}

}  // namespace tox
