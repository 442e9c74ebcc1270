// SPDX-License-Identifier: GPL-3.0-or-later
// What the programs are told: tox-node's command line, and a line to tox-peer.
#include <algorithm>

#include "tests/fuzz/script.hpp"
#include "tests/fuzz/target.hpp"
#include "tools/tox-node/options.hpp"
#include "tools/tox-peer/command.hpp"

namespace tox::fuzz {
namespace {

// Those with a value. The others are GLib's affair, and --help would end the process.
constexpr std::array<const char*, 9> with_value{"port",      "port-range", "relay",   "keys", "motd",
                                                "bootstrap", "echo",       "profile", "add"};

bool node_options(ByteView input) {
    std::vector<std::string> words{"tox-node"};
    for (Script script(input); script.next_step();) {
        const std::string name = with_value[script.below(with_value.size())];
        std::string value = text_of(script.piece());
        std::erase(value, '\0');
        words.push_back("--" + name + "=" + value);
    }
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto options = tox_node::parse_options(static_cast<int>(words.size()), arguments.data());
    if (!options) {
        promise(options.error().ends_with(".") || options.error().ends_with("one."), "what is wrong is a sentence");
        return false;
    }
    promise(options->port_from != 0 && options->port_from <= options->port_to, "ports one can bind to");
    promise(std::ranges::find(options->relay_ports, 0) == options->relay_ports.end(), "... and be a relay on");
    return true;
}

std::vector<Bytes> node_option_seeds() {
    const std::string node = "192.0.2.1:33445:" + DhtKeyPair::generate().public_key.hex();
    ScriptWriter relay, contact;
    relay.byte(2).piece(bytes_of("443,3389,33445,65535,1")).byte(1).piece(bytes_of("33445-33545"));
    relay.byte(5).piece(bytes_of(node)).byte(4).piece(bytes_of("hello"));
    contact.byte(0).piece(bytes_of("33445")).byte(6).piece(bytes_of("Echo")).byte(7).piece(bytes_of("x"));
    contact.byte(8).piece(bytes_of(LongTermKeyPair::generate().public_key.hex()));
    return {relay.take(), contact.take()};
}

bool peer_command(ByteView input) {
    const std::string line = text_of(input);
    if (tox_peer::is_comment(line)) return false;
    tox_peer::Command command;
    const auto parsed = tox_peer::parse(line, command);
    if (!parsed) {
        promise(!parsed.error().code.empty(), "a refusal has a code");
        return false;
    }
    for (const auto& [key, value] : command.values) {
        std::string encoded;
        tox_peer::append_percent_encoded(encoded, value);
        promise(tox_peer::percent_decoded(encoded) == value, "what was read can be written and read again");
    }
    return true;
}

std::vector<Bytes> peer_command_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view line :
         {"1 new i=a port=33445 tcp=0 hold=1", "2 set i=a name=a%20b%c3%a4%25", "3 self"}) {
        const ByteView bytes = bytes_of(line);
        seeds.emplace_back(bytes.begin(), bytes.end());
    }
    return seeds;
}

}  // namespace

std::vector<Target> option_targets() {
    return {{"node-options", node_options, node_option_seeds}, {"peer-command", peer_command, peer_command_seeds}};
}

}  // namespace tox::fuzz
