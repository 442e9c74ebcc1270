// SPDX-License-Identifier: GPL-3.0-or-later
// The peer's vocabulary in terms of the driver's commands.
#include "tests/purple/peer.hpp"

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace host {
namespace {

// The onion takes three distinct hops; with one more the searched person need not be among them.
constexpr std::size_t swarm_size = 4;

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), g_ascii_toupper);
    return text;
}

}  // namespace

// Never one of the range Tox programs use: libtoxcore does not learn a node again that comes back on the same address
// with a new key, and tests run side by side.
std::uint16_t free_port() {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const int probe = socket(AF_INET, SOCK_DGRAM, 0);
    const bool known = bind(probe, generic, size) == 0 && getsockname(probe, generic, &size) == 0;
    close(probe);
    if (!known) throw std::runtime_error("no free UDP port on the loopback interface");
    return ntohs(address.sin_port);
}

Peer::Peer(const std::string& program) : driver_(program) {
    const Fields made = driver_.ask("new port=" + std::to_string(free_port()));
    id_ = upper(made.at("id"));
    key_ = id_.substr(0, 64);
    dht_key_ = upper(made.at("dht"));
    port_ = made.at("udp_port");
    driver_.ask("auto request=accept msg=event");
}

std::string Peer::node() const { return "127.0.0.1:" + port_ + ":" + dht_key_; }

void Peer::bootstrap(const Peer& node) {
    driver_.ask("bootstrap host=127.0.0.1 port=" + node.port_ + " pk=" + node.dht_key_);
}

void Peer::befriend(const std::string& key) { friend_ = driver_.ask("addnr pk=" + key).at("friend"); }

void Peer::invite(const std::string& id, const std::string& text) {
    friend_ = driver_.ask("add id=" + id + " msg=" + percent_encoded(text)).at("friend");
}

void Peer::say(const std::string& text, const std::string& type) {
    driver_.ask("msg friend=" + friend_ + " type=" + type + " text=" + percent_encoded(text));
}

void Peer::type(bool typing) { driver_.ask("typing friend=" + friend_ + " on=" + (typing ? "1" : "0")); }

void Peer::set(const std::string& what, const std::string& value) {
    driver_.ask("set " + what + "=" + percent_encoded(value));
}

void Peer::leave() { driver_.ask("kill"); }

bool Peer::hears(const std::string& text, const std::string& type) {
    return driver_.wait_for("message", {{"text", text}, {"type", type}});
}

Swarm::Swarm(const std::string& program) {
    for (std::size_t i = 0; i < swarm_size; ++i) {
        nodes_.push_back(std::make_unique<Peer>(program));
        if (i > 0) nodes_.back()->bootstrap(entrance());
    }
}

}  // namespace host
