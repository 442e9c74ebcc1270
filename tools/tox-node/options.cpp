// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-node/options.hpp"

#include <algorithm>
#include <charconv>

#include "engine/crypto/tox_id.hpp"
#include "engine/glib/owned.hpp"
#include "engine/messenger/types.hpp"

namespace tox_node {
namespace {

constexpr std::size_t max_motd = 256;        // bytes (spec: DHT bootstrap daemon, bootstrap info)
constexpr std::size_t most_relay_ports = 8;  // public nodes listen on three; clients try no more

constexpr const char* summary = "Runs a node of the Tox network: others find each other through it.";
constexpr const char* description =
    "Examples:\n"
    "  tox-node --keys /var/lib/tox-node/keys --bootstrap 192.0.2.1:33445:KEY\n"
    "  tox-node --loopback --echo Echo --print      a private network on this machine, with somebody to talk to\n\n"
    "It runs in the foreground until SIGTERM or SIGINT. Exit status: 0 stopped, 1 could not run, 2 wrong usage.";

struct Raw {  // as GOption fills it; strings belong to us
    char *port = nullptr, *port_range = nullptr, *relay = nullptr;
    char *keys = nullptr, *motd = nullptr, *echo = nullptr, *profile = nullptr;
    char **bootstrap = nullptr, **add = nullptr;
    gboolean no_ipv6 = FALSE, loopback = FALSE, print = FALSE, version = FALSE;

    Raw() = default;
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    ~Raw() {
        for (char* text : {port, port_range, relay, keys, motd, echo, profile}) g_free(text);
        g_strfreev(bootstrap);
        g_strfreev(add);
    }
};

std::string text_of(const char* text) { return text ? text : ""; }
std::string quoted(const char* text) { return std::string("\"").append(text).append("\""); }

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number number{};
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return number;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    const auto port = number_of<std::uint16_t>(text);
    return port && *port > 0 ? port : std::nullopt;
}

std::string parse(Raw& raw, int argc, char** argv) {
    const GOptionEntry entries[] = {
        {"port", 'p', 0, G_OPTION_ARG_STRING, &raw.port, "UDP port to use, and no other", "PORT"},
        {"port-range", 0, 0, G_OPTION_ARG_STRING, &raw.port_range, "use the first free one (default 33445-33545)",
         "FROM-TO"},
        {"keys", 'k', 0, G_OPTION_ARG_FILENAME, &raw.keys, "keep the DHT key in FILE; created if missing", "FILE"},
        {"motd", 'm', 0, G_OPTION_ARG_STRING, &raw.motd, "message of the day for who asks (256 bytes)", "TEXT"},
        {"bootstrap", 'b', 0, G_OPTION_ARG_STRING_ARRAY, &raw.bootstrap, "join the network of that node; repeatable",
         "HOST:PORT:KEY"},
        {"relay", 'r', 0, G_OPTION_ARG_STRING, &raw.relay, "serve as TCP relay on these ports, as 443,3389,33445",
         "PORT[,PORT]"},
        {"no-ipv6", 0, 0, G_OPTION_ARG_NONE, &raw.no_ipv6, "speak IPv4 only", nullptr},
        {"loopback", 0, 0, G_OPTION_ARG_NONE, &raw.loopback, "only for programs on this machine (127.0.0.1)", nullptr},
        {"echo", 'e', 0, G_OPTION_ARG_STRING, &raw.echo, "be a contact as well, who repeats what one writes", "NAME"},
        {"profile", 0, 0, G_OPTION_ARG_FILENAME, &raw.profile, "keep the echo contact's profile in DIR", "DIR"},
        {"add", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw.add, "somebody the echo contact knows from the start; repeatable",
         "TOXID|KEY"},
        {"print", 0, 0, G_OPTION_ARG_NONE, &raw.print, "once up, print one line: dht=KEY port=N id=TOXID", nullptr},
        {"version", 0, 0, G_OPTION_ARG_NONE, &raw.version, "print the version and end", nullptr},
        {},
    };
    const tox::Owned<GOptionContext, g_option_context_free> context(g_option_context_new(nullptr));
    g_option_context_set_summary(context.get(), summary);
    g_option_context_set_description(context.get(), description);
    g_option_context_add_main_entries(context.get(), entries, nullptr);
    GError* error = nullptr;
    if (!g_option_context_parse(context.get(), &argc, &argv, &error)) {
        const tox::Owned<GError, g_error_free> owned(error);
        return std::string(error->message) + ".";
    }
    return argc > 1 ? "Nothing but options is expected, and " + quoted(argv[1]) + " is none." : "";
}

std::string take_bootstrap(const Raw& raw, NodeOptions& options) {
    for (char** at = raw.bootstrap; at && *at; ++at) {
        const auto node = parse_bootstrap_node(*at);
        if (!node)
            return quoted(*at) + " is no node: HOST:PORT:KEY is expected, KEY being the 64 digits of its DHT key.";
        options.bootstrap.push_back(*node);
    }
    return "";
}

std::string take_contacts(const Raw& raw, NodeOptions& options) {
    for (char** at = raw.add; at && *at; ++at) {
        const auto id = tox::ToxId::parse(*at).id;
        const auto key = id ? std::optional(id->key) : tox::LongTermKey::from_hex(tox::strip_tox_link(*at));
        if (!key) return quoted(*at) + " is neither a Tox ID nor the 64 digits of a long-term key.";
        options.add.push_back(*key);
    }
    return "";
}

std::string take_ports(const Raw& raw, NodeOptions& options) {
    if (raw.port && raw.port_range) return "--port and --port-range exclude each other.";
    if (raw.port_range && !parse_port_range(raw.port_range, options))
        return quoted(raw.port_range) + " is no port range: 33445-33545 would be one.";
    if (!raw.port) return "";
    const auto port = port_of(raw.port);
    if (!port) return quoted(raw.port) + " is no port: a number from 1 to 65535 is expected.";
    options.port_from = options.port_to = *port;
    return "";
}

std::string take_relay(const Raw& raw, NodeOptions& options) {
    if (!raw.relay) return "";
    for (std::string_view rest = raw.relay;;) {
        const auto comma = rest.find(',');
        const auto port = port_of(rest.substr(0, comma));
        if (!port) return quoted(raw.relay) + " is no list of ports: 443,3389,33445 would be one.";
        const bool known = std::ranges::find(options.relay_ports, *port) != options.relay_ports.end();
        if (!known) options.relay_ports.push_back(*port);
        if (options.relay_ports.size() > most_relay_ports)
            return "--relay takes at most " + std::to_string(most_relay_ports) + " ports.";
        if (comma == std::string_view::npos) return "";
        rest.remove_prefix(comma + 1);
    }
}

std::string check(const Raw& raw, const NodeOptions& options) {
    if (raw.echo && options.echo.empty()) return "--echo needs a name.";
    if (options.echo.size() > tox::max_name) return "The name of the echo contact is longer than 128 bytes.";
    if (options.motd.size() > max_motd) return "The message of the day is longer than 256 bytes.";
    if (raw.profile && !raw.echo) return "--profile belongs to --echo, which is missing.";
    if (raw.add && !raw.echo) return "--add belongs to --echo, which is missing.";
    return "";
}

std::string convert(const Raw& raw, NodeOptions& options) {
    options.ipv6 = !raw.no_ipv6;
    options.loopback = raw.loopback;
    options.keys_file = text_of(raw.keys);
    options.motd = text_of(raw.motd);
    options.echo = text_of(raw.echo);
    options.profile = text_of(raw.profile);
    options.print = raw.print;
    options.show_version = raw.version;
    for (const auto take : {take_ports, take_relay, take_bootstrap, take_contacts}) {
        std::string fault = take(raw, options);
        if (!fault.empty()) return fault;
    }
    return check(raw, options);
}

}  // namespace

std::optional<BootstrapNode> parse_bootstrap_node(std::string_view text) {
    const auto before_key = text.rfind(':');
    if (before_key == std::string_view::npos) return std::nullopt;
    const auto before_port = text.substr(0, before_key).rfind(':');
    if (before_port == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, before_port);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = port_of(text.substr(before_port + 1, before_key - before_port - 1));
    const auto key = tox::DhtKey::from_hex(text.substr(before_key + 1));
    if (host.empty() || !port || !key) return std::nullopt;
    return BootstrapNode{std::string(host), *port, *key};
}

bool parse_port_range(std::string_view text, NodeOptions& options) {
    const auto dash = text.find('-');
    const auto from = port_of(text.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : port_of(text.substr(dash + 1));
    if (!from || !to || *from > *to) return false;
    options.port_from = *from;
    options.port_to = *to;
    return true;
}

tl::expected<NodeOptions, std::string> parse_options(int argc, char** argv) {
    Raw raw;
    NodeOptions options;
    std::string fault = parse(raw, argc, argv);
    if (fault.empty()) fault = convert(raw, options);
    if (!fault.empty()) return tl::unexpected(fault);
    return options;
}

}  // namespace tox_node
