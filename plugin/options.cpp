// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/options.hpp"

#include <accountopt.h>
#include <debug.h>
#include <proxy.h>
#include <util.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"
#include "plugin/ports.hpp"

namespace purple_tox {
namespace {

// The range every Tox program uses (spec: DHT, ports).
constexpr int first_port = 33445;
constexpr int last_port = 33545;

// libpurple frees it with the option.
PurpleKeyValuePair* choice(const char* label, const char* value) {
    auto* const pair = g_new0(PurpleKeyValuePair, 1);
    pair->key = g_strdup(label);
    pair->value = g_strdup(value);
    return pair;
}

PurpleAccountOption* contact_route_option() {
    GList* routes = nullptr;
    routes = g_list_append(routes, choice(_("directly or by relay"), "any"));
    routes = g_list_append(routes, choice(_("directly only"), "direct"));
    routes = g_list_append(routes, choice(_("by relay only (hides your address)"), "relay"));
    return purple_account_option_list_new(_("Reach contacts"), "contact-route", routes);
}

std::string text_of(PurpleAccount* account, const char* name, const char* otherwise = "") {
    const char* const text = purple_account_get_string(account, name, otherwise);
    return text ? text : "";
}

std::string or_empty(const char* text) { return text ? text : ""; }

// Where libpurple looks when "Use environment" is chosen: the first of these that exists, were it empty.
const char* variable_of_libpurple() {
    for (const char* name : {"HTTP_PROXY", "http_proxy", "HTTPPROXY"})
        if (const char* const url = g_getenv(name)) return url;
    return nullptr;
}

// libpurple takes whatever the environment names for an HTTP proxy. Its host would then be "socks5".
bool environment_names_another_kind() {
    const char* const url = variable_of_libpurple();
    return url && strstr(url, "://") && g_ascii_strncasecmp(url, "http://", 7) != 0;
}

ProxyType type_of(PurpleProxyInfo* info) {
    switch (purple_proxy_info_get_type(info)) {
        case PURPLE_PROXY_NONE:
            return ProxyType::none;
        case PURPLE_PROXY_HTTP:
            return ProxyType::http;
        case PURPLE_PROXY_USE_ENVVAR:
            return environment_names_another_kind() ? ProxyType::unknown : ProxyType::http;
        case PURPLE_PROXY_SOCKS4:
            return ProxyType::socks4;
        case PURPLE_PROXY_SOCKS5:
        case PURPLE_PROXY_TOR:  // SOCKS 5 with names resolved at the proxy, which we do with any
            return ProxyType::socks5;
        default:
            return ProxyType::unknown;
    }
}

bool is_set(const char* variable) {
    const char* const value = g_getenv(variable);
    return value && *value;
}

bool environment_is_chosen(PurpleAccount* account) {
    PurpleProxyInfo* chosen = purple_account_get_proxy_info(account);
    if (!chosen || purple_proxy_info_get_type(chosen) == PURPLE_PROXY_USE_GLOBAL)
        chosen = purple_global_proxy_get_info();
    return chosen && purple_proxy_info_get_type(chosen) == PURPLE_PROXY_USE_ENVVAR;
}

// libpurple finds nothing where it looks. Other programs look elsewhere, too: somebody may think that they are behind a
// proxy.
bool environment_names_it_elsewhere() {
    return std::ranges::any_of(std::array{"ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "SOCKS_PROXY",
                                          "socks_proxy", "SOCKS5_SERVER"},
                               is_set);
}

// Borrowed from libpurple, and maybe static there: copied at once.
ProxyChoice proxy_of(PurpleAccount* account) {
    ProxyChoice chosen;
    if (environment_is_chosen(account)) {
        const char* const url = variable_of_libpurple();
        if (!url) {
            chosen.type = environment_names_it_elsewhere() ? ProxyType::other_variable : ProxyType::none;
            return chosen;
        }
        chosen.type = ProxyType::http;
        if (!*url) return chosen;  // a proxy without a host; libpurple complains of that as of a bug in a program
    }
    chosen.type = ProxyType::unknown;
    PurpleProxyInfo* const info = purple_proxy_get_setup(account);
    if (!info) return chosen;
    chosen.type = type_of(info);
    chosen.host = or_empty(purple_proxy_info_get_host(info));
    chosen.port = purple_proxy_info_get_port(info);
    chosen.user = or_empty(purple_proxy_info_get_username(info));
    chosen.password = or_empty(purple_proxy_info_get_password(info));
    return chosen;
}

Choices choices_of(PurpleAccount* account) {
    Choices chosen;
    chosen.udp = purple_account_get_bool(account, "udp", TRUE);
    chosen.ipv6 = purple_account_get_bool(account, "ipv6", TRUE);
    chosen.lan_discovery = purple_account_get_bool(account, "lan-discovery", TRUE);
    chosen.hole_punching = purple_account_get_bool(account, "hole-punching", TRUE);
    chosen.map_port = purple_account_get_bool(account, "map-port", TRUE);
    chosen.loopback_only = purple_account_get_bool(account, "loopback-only", FALSE);  // in no dialog
    chosen.port_from = purple_account_get_int(account, "port-from", first_port);
    chosen.port_to = purple_account_get_int(account, "port-to", last_port);
    chosen.contact_route = text_of(account, "contact-route", "any");
    chosen.relay_ports = text_of(account, "relay-ports");
    chosen.nodes = text_of(account, "bootstrap");
    chosen.proxy = proxy_of(account);
    return chosen;
}

// Not more of it than a list may have: it may be anything.
Checked<NodeList> read_node_file(const std::string& path) {
    if (!g_file_test(path.c_str(), G_FILE_TEST_EXISTS)) return tl::unexpected<std::string>(_("it is not there"));
    if (!g_file_test(path.c_str(), G_FILE_TEST_IS_REGULAR)) return tl::unexpected<std::string>(_("it is no file"));
    std::ifstream file(path, std::ios::binary);
    std::string text(largest_list + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad()) return tl::unexpected<std::string>(_("it cannot be read"));
    text.resize(static_cast<std::size_t>(file.gcount()));
    auto list = parse_node_list(text);
    if (list && list->nodes.empty() && list->bad == 0) return tl::unexpected<std::string>(_("it names no node"));
    if (list && list->nodes.empty())
        return tl::unexpected(format(_("none of its entries can be used (of the first, %s)"), list->fault.c_str()));
    return list;
}

void append(std::vector<KnownNode>& nodes, const std::string& path, NodeList list) {
    if (list.bad > 0)
        purple_debug_warning("tox", "%u bad entries of %s were left out, the first because %s\n", list.bad,
                             path.c_str(), list.fault.c_str());
    for (KnownNode& node : list.nodes) nodes.push_back(std::move(node));
}

// The one that is looked for by itself need not be there.
void add_node_file(NetworkSettings& settings, const std::string& named) {
    const Owned<> usual(g_build_filename(purple_user_dir(), "tox", "nodes.json", nullptr));
    const std::string path = named.empty() ? usual.get() : named;
    if (named.empty() && !g_file_test(path.c_str(), G_FILE_TEST_EXISTS)) return;
    auto list = read_node_file(path);
    if (list) return append(settings.nodes, path, std::move(*list));
    const Owned<> shown(g_filename_display_name(path.c_str()));
    settings.remarks.push_back(
        format(_("The node list file “%s” is not used: %s."), shown.get(), list.error().c_str()));
}

// In one line each, so that two descriptions can be compared.
void describe(std::string& out, Given text) { out.append(text) += '\n'; }

// The account's own, or the common one. Without a question to the desktop's settings, for which libpurple would start a
// program.
void describe_proxy(std::string& out, PurpleAccount* account) {
    PurpleProxyInfo* info = purple_account_get_proxy_info(account);
    if (!info || purple_proxy_info_get_type(info) == PURPLE_PROXY_USE_GLOBAL) info = purple_global_proxy_get_info();
    const auto type = purple_proxy_info_get_type(info);
    describe(out, std::to_string(type));
    if (type == PURPLE_PROXY_NONE) return;  // whatever else is left there
    describe(out, purple_proxy_info_get_host(info));
    describe(out, std::to_string(purple_proxy_info_get_port(info)));
    describe(out, purple_proxy_info_get_username(info));
    describe(out, purple_proxy_info_get_password(info));
}

}  // namespace

GList* account_options() {
    GList* options = nullptr;
    const auto add = [&](PurpleAccountOption* option) { options = g_list_append(options, option); };
    const auto add_switch = [&](const char* text, const char* name) {
        add(purple_account_option_bool_new(text, name, TRUE));
    };
    // Short labels: Finch has 80 columns for label and field together.
    add_switch(_("Use UDP (if not: relays only)"), "udp");
    add_switch(_("Use IPv6"), "ipv6");
    add_switch(_("Find contacts in the local network"), "lan-discovery");
    add_switch(_("Open ways through NATs"), "hole-punching");
    add_switch(_("Let the router forward a port"), "map-port");
    add(purple_account_option_int_new(_("First UDP port"), "port-from", first_port));
    add(purple_account_option_int_new(_("Last UDP port"), "port-to", last_port));
    add(contact_route_option());
    add(purple_account_option_string_new(_("Bootstrap nodes"), "bootstrap", ""));
    add(purple_account_option_string_new(_("Node list file"), "nodes-file", ""));
    add(purple_account_option_string_new(_("Serve as relay on TCP ports"), "relay-ports", ""));
    add_switch(_("Show new contacts while offline"), "show-offline");
    return options;
}

Checked<NetworkSettings> network_settings(PurpleAccount* account) {
    const Choices chosen = choices_of(account);
    auto settings = decide(chosen);
    if (!settings) return settings;
    if (words_of(chosen.nodes).empty()) {
        auto built_in = parse_node_list(public_nodes);
        if (built_in) append(settings->nodes, "the built-in list", std::move(*built_in));
    }
    add_node_file(*settings, text_of(account, "nodes-file"));
    return settings;
}

void describe_wishes(PurpleAccount* account, std::string& out) {
    for (const char* name : {"udp", "ipv6", "lan-discovery", "hole-punching", "map-port"})
        describe(out, purple_account_get_bool(account, name, TRUE) ? "yes" : "no");
    describe(out, purple_account_get_bool(account, "loopback-only", FALSE) ? "yes" : "no");
    describe(out, std::to_string(purple_account_get_int(account, "port-from", first_port)));
    describe(out, std::to_string(purple_account_get_int(account, "port-to", last_port)));
    describe(out, purple_account_get_string(account, "contact-route", "any"));
    for (const char* name : {"bootstrap", "nodes-file", "relay-ports"})
        describe(out, purple_account_get_string(account, name, ""));
    describe_proxy(out, account);
}

}  // namespace purple_tox
