// SPDX-License-Identifier: GPL-3.0-or-later
// The list of nodes in the format of nodes.tox.chat/json, whoever wrote it: every value is looked at before it is used.
#include <json-glib/json-glib.h>

#include <algorithm>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"
#include "plugin/nodes.hpp"
#include "plugin/ports.hpp"

namespace purple_tox {
namespace {

using Parser = Owned<JsonParser, g_object_unref>;

JsonObject* object_in(JsonNode* node) {
    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : nullptr;
}

JsonArray* array_in(JsonObject* object, const char* name) {
    JsonNode* const node = json_object_get_member(object, name);
    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : nullptr;
}

std::string text_in(JsonObject* object, const char* name) {
    JsonNode* const node = json_object_get_member(object, name);
    const bool is_text = node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
    return is_text ? json_node_get_string(node) : "";
}

std::uint16_t port_in(JsonNode* node) {
    if (!node || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64) return 0;
    const gint64 port = json_node_get_int(node);
    return port >= 1 && port <= highest_port ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

// "-" and "NONE" stand for "has none". A node that is known by name is listed with the same name twice.
std::vector<std::string> hosts_in(JsonObject* entry) {
    std::vector<std::string> hosts;
    for (const char* name : {"ipv4", "ipv6"}) {
        std::string host = text_in(entry, name);
        const bool none = host.empty() || host == "-" || g_ascii_strcasecmp(host.c_str(), "none") == 0;
        if (!none && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
    }
    return hosts;
}

std::vector<std::uint16_t> relay_ports_in(JsonObject* entry) {
    constexpr guint most = 16;
    std::vector<std::uint16_t> ports;
    JsonArray* const listed = array_in(entry, "tcp_ports");
    for (guint i = 0; listed && i < std::min(json_array_get_length(listed), most); ++i)
        if (const auto port = port_in(json_array_get_element(listed, i))) ports.push_back(port);
    std::ranges::stable_partition(ports, [](std::uint16_t port) { return port == 443; });
    return ports;
}

Checked<KnownNode> node_in(JsonNode* listed) {
    JsonObject* const entry = object_in(listed);
    if (!entry) return tl::unexpected<std::string>(_("it is no object"));
    const auto key = tox::DhtKey::from_hex(text_in(entry, "public_key"));
    if (!key) return tl::unexpected<std::string>(_("its public_key is not a key of 64 hexadecimal digits"));
    KnownNode node{*key, hosts_in(entry), port_in(json_object_get_member(entry, "port")), relay_ports_in(entry)};
    if (node.hosts.empty()) return tl::unexpected<std::string>(_("it has neither ipv4 nor ipv6"));
    if (node.port == 0 && node.relay_ports.empty()) return tl::unexpected<std::string>(_("it has no valid port"));
    return node;
}

// json-glib goes a step deeper on the stack for every bracket, and knows comments, which JSON does not: what it is
// given was looked at before. nullptr: nothing is wrong so far.
const char* fault_before_parsing(std::string_view json) {
    constexpr std::string_view outside_texts = "[]{}:,+-. \t\r\n";
    if (json.size() > largest_list) return _("it is longer than 1 MiB, which no list of nodes is");
    unsigned depth = 0;
    bool text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') text = !text;
        if (text && c == '\\') ++i;
        if (text || c == '"') continue;
        if (!g_ascii_isalnum(c) && outside_texts.find(c) == std::string_view::npos) return _("it is not valid JSON");
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && depth > 0) --depth;
        if (depth > deepest_list) return _("its brackets are nested too deep for a list of nodes");
    }
    return nullptr;
}

void take(NodeList& list, Checked<KnownNode> node) {
    if (node) {
        list.nodes.push_back(std::move(*node));
    } else if (list.bad++ == 0) {
        list.fault = node.error();
    }
}

}  // namespace

Checked<NodeList> parse_node_list(std::string_view json) {
    if (const char* const fault = fault_before_parsing(json)) return tl::unexpected<std::string>(fault);
    const Parser parser(json_parser_new());
    GError* error = nullptr;
    if (!json_parser_load_from_data(parser.get(), json.data(), static_cast<gssize>(json.size()), &error)) {
        const Owned<GError, g_error_free> gone(error);
        return tl::unexpected(format(_("it is not valid JSON (%s)"), error->message));
    }
    JsonObject* const root = object_in(json_parser_get_root(parser.get()));
    JsonArray* const entries = root ? array_in(root, "nodes") : nullptr;
    if (!entries) return tl::unexpected<std::string>(_("it has no array “nodes”"));
    NodeList list;
    for (guint i = 0; i < json_array_get_length(entries) && list.nodes.size() < most_listed; ++i)
        take(list, node_in(json_array_get_element(entries, i)));
    return list;
}

}  // namespace purple_tox
