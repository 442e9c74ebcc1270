// SPDX-License-Identifier: GPL-3.0-or-later
// What people type or paste into the plugin, lists of nodes they keep, and the texts and names of others on their way
// to the screen.
#include <glib.h>

#include "plugin/names.hpp"
#include "plugin/settings.hpp"
#include "plugin/text.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

using namespace purple_tox;

std::vector<Bytes> texts(std::initializer_list<std::string> all) {
    std::vector<Bytes> seeds;
    for (const std::string& text : all) {
        const ByteView bytes = bytes_of(text);
        seeds.emplace_back(bytes.begin(), bytes.end());
    }
    return seeds;
}
std::string some_key() { return DhtKeyPair::generate().public_key.hex(); }
std::string some_id() { return ToxId{LongTermKeyPair::generate().public_key, {1, 2, 3, 4}}.text(); }

bool valid(std::string_view text) {
    return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) != FALSE;
}
template <class Value>
bool good(const Checked<Value>& checked) {
    promise(checked || (!checked.error().empty() && valid(checked.error())), "what is wrong is said, in words");
    return checked.has_value();
}
void usable(const KnownNode& node) {
    promise(!node.hosts.empty() && (node.port != 0 || !node.relay_ports.empty()), "a node has an address and a port");
}

// ---- nodes

bool node_list(ByteView input) {
    const auto list = parse_node_list(text_of(input));
    if (!good(list)) return false;
    promise(list->nodes.size() <= most_listed, "no more nodes than may be");
    promise(list->bad == 0 || !list->fault.empty(), "what is wrong with the first bad one is said");
    for (const KnownNode& node : list->nodes) usable(node);
    return !list->nodes.empty();
}

std::vector<Bytes> node_list_seeds() {
    const std::string entry = R"({"ipv4":"192.0.2.1","ipv6":"-","port":33445,"tcp_ports":[443,3389],"public_key":")" +
                              some_key() + R"(","status_udp":true})";
    return texts({R"({"last_scan":1,"nodes":[)" + entry + "," + entry + R"(,{"public_key":7},[],null,"x"]})",
                  R"({"nodes":[]})", R"({"nodes":[)" + entry + "]}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["});
}

bool typed_nodes(ByteView input) {
    const TypedNodes typed = parse_nodes(text_of(input));
    for (const std::string& fault : typed.faults) promise(!fault.empty() && valid(fault), "a fault is said, in words");
    for (const KnownNode& node : typed.nodes) usable(node);
    return !typed.nodes.empty();
}

std::vector<Bytes> typed_node_seeds() {
    const std::string key = some_key();
    return texts({"192.0.2.1:33445:" + key, "[2001:db8::1]:1:" + key + ", node.example.org:65535:" + key, "none"});
}

// ---- contacts

bool typed_contact(ByteView input) {
    const std::string text = text_of(input);
    const auto address = parse_address(text);
    promise(address || !address.error().empty(), "what is wrong is said");
    const std::string name = normal_name(text);
    promise(normal_name(name) == name, "a normal name is its own");
    promise(key_of(text).has_value() == address.has_value(), "one notion of what names a contact");
    if (!address) return false;
    promise(parse_address(address->key.hex()).has_value(), "a key that was read can be read again");
    return true;
}

std::vector<Bytes> typed_contact_seeds() {
    const std::string id = some_id();
    return texts({id, "tox:" + id + "?x=y", some_key(), id.substr(0, 40) + " \n" + id.substr(40),
                  id.substr(0, 20) + "\u00a0\u200b-\n" + id.substr(20) + "."});
}

// ---- texts

bool shown_text(ByteView input) {
    const std::string text = text_of(input);
    const std::string plain = printable(text), html = html_from_plain(text);
    promise(valid(plain) && printable(plain) == plain, "what was made printable is");
    promise(valid(html), "what is shown is UTF-8");
    promise(plain_from_html(html) == plain, "a text that was shown comes back when it is copied");
    promise(html_from_wire(MessageKind::action, text).ends_with(html), "an action is shown as its text is");
    const std::string name = one_line(text, name_glyphs);
    promise(valid(name) && one_line(name, name_glyphs) == name, "a name on one line is its own");
    promise(static_cast<std::size_t>(g_utf8_strlen(name.c_str(), -1)) <= 2 * name_glyphs, "a name has an end");
    promise(name.find_first_of(std::string_view("\0\t\r\n", 4)) == std::string::npos, "one line is one line");
    return true;
}

bool typed_html(ByteView input) {
    const std::string plain = plain_from_html(text_of(input));
    promise(valid(plain), "what is sent is UTF-8");
    promise(outgoing_from_html(text_of(input), Slash::text).text.size() <= plain.size(), "nothing is added");
    return !plain.empty();
}

std::vector<Bytes> text_seeds() {
    return texts({"hello <b>there</b> &amp; you", "/me waves", "one\ntwo\r\n\tthree  ",
                  "<a href=\"http://x.org/\">x</a>", "a\u202eb\u0000c\ufffe\u00e9", "&#x1F600;&nbsp;&lt;&bogus;",
                  "Gr\xfc\xdf"
                  "e"});
}

// ---- settings

bool settings(ByteView input) {
    Script script(input);
    Choices choices;
    const Byte switches = script.byte();
    choices.udp = (switches & 1U) == 0;
    choices.ipv6 = (switches & 2U) == 0;
    choices.loopback_only = (switches & 4U) != 0;
    choices.port_from = static_cast<int>(script.number());
    choices.port_to = static_cast<int>(script.number());
    choices.proxy.type = static_cast<ProxyType>(script.below(5));
    choices.proxy.port = static_cast<int>(script.number());
    for (std::string* text : {&choices.contact_route, &choices.relay_ports, &choices.nodes, &choices.proxy.host,
                              &choices.proxy.user, &choices.proxy.password})
        *text = text_of(script.piece());
    const auto decided = decide(choices);
    if (!good(decided)) return false;
    promise(choices.proxy.type == ProxyType::none || decided->proxied(), "a proxy that was chosen is used");
    if (decided->proxied())
        promise(!decided->setup.udp && !decided->lan_discovery && !decided->map_port && decided->relay_ports.empty(),
                "beside a proxy nothing leaves");
    promise(decided->relay_ports.size() <= most_relay_ports, "no more ports than may be");
    return true;
}

std::vector<Bytes> settings_seeds() {
    const std::string node = "192.0.2.1:33445:" + some_key();
    std::vector<Bytes> seeds;
    for (const std::size_t type : {0U, 1U, 3U}) {
        ScriptWriter script;
        script.byte(0).number(33445).number(33545).byte(type).number(9050);
        for (const std::string_view text :
             {std::string_view("any"), std::string_view("443, 3389"), std::string_view(node),
              std::string_view("127.0.0.1"), std::string_view("me"), std::string_view()})
            script.piece(bytes_of(text));
        seeds.push_back(script.take());
    }
    return seeds;
}

}  // namespace

std::vector<Target> typed_targets() {
    return {{"node-list", node_list, node_list_seeds},
            {"typed-nodes", typed_nodes, typed_node_seeds},
            {"typed-contact", typed_contact, typed_contact_seeds},
            {"shown-text", shown_text, text_seeds},
            {"typed-html", typed_html, text_seeds},
            {"settings", settings, settings_seeds}};
}

}  // namespace tox::fuzz
