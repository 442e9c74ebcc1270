// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's libtoxcore behind the lines of tools/tox-peer: the peer that nobody here wrote. Only the verbs that
// tests/interop and tests/bench use; the others are refused by name.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tests/interop/instance.hpp"

namespace interop {
namespace {

using Verb = std::string (*)(const Command&);
std::map<std::string, Instance, std::less<>> instances;  // one thread, one program: its state may be global
bool quitting = false;

std::string name_of(const Command& command) { return command.text("i").empty() ? "0" : command.text("i"); }

Instance& instance(const Command& command) {
    const auto found = instances.find(name_of(command));
    if (found == instances.end()) throw Refused{"noinst"};
    return found->second;
}

const std::uint8_t* bytes(const std::string& text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }
std::string checked(bool good, const char* code) {
    if (!good) throw Refused{code};
    return {};
}
std::uint32_t contact(const Command& command) {
    const auto number = static_cast<std::uint32_t>(command.number("friend"));
    if (!tox_friend_exists(instance(command).tox(), number)) throw Refused{"nofriend"};
    return number;
}
std::string binary(const Command& command, const char* key, std::size_t size) {
    const std::string value = unhex(command.text(key));
    if (value.size() != size) throw Refused{"badarg"};
    return value;
}

// ---- verbs --------------------------------------------------------------------------------------------------------

std::string create(const Command& command) {
    if (instances.contains(name_of(command))) throw Refused{"exists"};
    const auto made = instances.try_emplace(name_of(command), name_of(command), command).first;
    return made->second.describe();
}

std::string set(const Command& command) {
    Tox* tox = instance(command).tox();
    for (const auto& [key, value] : command.fields) {
        if (key == "name") checked(tox_self_set_name(tox, bytes(value), value.size(), nullptr), "set");
        if (key == "msg") checked(tox_self_set_status_message(tox, bytes(value), value.size(), nullptr), "set");
        if (key != "status") continue;
        const auto busy = value == "busy" ? TOX_USER_STATUS_BUSY : TOX_USER_STATUS_NONE;
        tox_self_set_status(tox, value == "away" ? TOX_USER_STATUS_AWAY : busy);
    }
    return {};
}

std::string bootstrap(const Command& command) {
    const std::string host = command.text("host").empty() ? "127.0.0.1" : command.text("host");
    const std::string key = binary(command, "pk", TOX_PUBLIC_KEY_SIZE);
    const auto port = static_cast<std::uint16_t>(command.number("port"));
    return checked(tox_bootstrap(instance(command).tox(), host.c_str(), port, bytes(key), nullptr), "bootstrap");
}

std::string relay(const Command& command) {
    const std::string host = command.text("host").empty() ? "127.0.0.1" : command.text("host");
    const std::string key = binary(command, "pk", TOX_PUBLIC_KEY_SIZE);
    const auto port = static_cast<std::uint16_t>(command.number("port"));
    return checked(tox_add_tcp_relay(instance(command).tox(), host.c_str(), port, bytes(key), nullptr), "relay");
}

std::string add(const Command& command) {
    const std::string id = binary(command, "id", TOX_ADDRESS_SIZE);
    const std::string& text = command.text("msg");
    const auto number = tox_friend_add(instance(command).tox(), bytes(id), bytes(text), text.size(), nullptr);
    checked(number != UINT32_MAX, "add");
    return field("friend", number);
}

std::string add_without_request(const Command& command) {
    const std::string key = binary(command, "pk", TOX_PUBLIC_KEY_SIZE);
    const auto number = tox_friend_add_norequest(instance(command).tox(), bytes(key), nullptr);
    checked(number != UINT32_MAX, "add");
    return field("friend", number);
}

std::string friends(const Command& command) {
    Tox* tox = instance(command).tox();
    std::string list;
    for (std::uint32_t i = 0; i < tox_self_get_friend_list_size(tox); ++i) {
        std::uint8_t key[TOX_PUBLIC_KEY_SIZE];
        if (!tox_friend_get_public_key(tox, i, key, nullptr)) continue;
        const auto connected = tox_friend_get_connection_status(tox, i, nullptr);
        list.append(list.empty() ? "" : ",").append(std::to_string(i)).append(1, ':').append(hex(key, sizeof key));
        list.append(1, ':').append(connection_name(connected));
    }
    return field("n", tox_self_get_friend_list_size(tox)) + field("list", list);
}

std::string automatic(const Command& command) {
    Instance& it = instance(command);
    if (command.fields.contains("request")) it.accept_requests = command.text("request") == "accept";
    if (command.fields.contains("msg")) it.count_messages = command.text("msg") == "count";
    return {};
}

std::string message(const Command& command) {
    const std::string& text = command.text("text");
    const auto type = command.text("type") == "action" ? TOX_MESSAGE_TYPE_ACTION : TOX_MESSAGE_TYPE_NORMAL;
    Tox_Err_Friend_Send_Message error{};
    Tox* tox = instance(command).tox();
    const auto id = tox_friend_send_message(tox, contact(command), type, bytes(text), text.size(), &error);
    if (error == TOX_ERR_FRIEND_SEND_MESSAGE_FRIEND_NOT_CONNECTED) throw Refused{"offline"};
    checked(error == TOX_ERR_FRIEND_SEND_MESSAGE_OK, "send");
    return field("id", id);
}

std::string typing(const Command& command) {
    return checked(tox_self_set_typing(instance(command).tox(), contact(command), command.number("on") != 0, nullptr),
                   "set");
}

std::string remove(const Command& command) {
    return checked(tox_friend_delete(instance(command).tox(), contact(command), nullptr), "del");
}

// Only the offer: what is accepted is never sent.
std::string file(const Command& command) {
    const std::string& name = command.text("name");
    const auto kind = static_cast<std::uint32_t>(command.number("kind"));
    const auto number = tox_file_send(instance(command).tox(), contact(command), kind, command.number("size"), nullptr,
                                      bytes(name), name.size(), nullptr);
    checked(number != UINT32_MAX, "file");
    return field("file", number);
}

std::string conference(const Command& command) {
    Tox* tox = instance(command).tox();
    const auto number = tox_conference_new(tox, nullptr);
    return checked(tox_conference_invite(tox, contact(command), number, nullptr), "conference");
}

std::string flood(const Command& command) {
    instance(command).flood(contact(command), command.number("n", 1), command.number("size", 100));
    return {};
}

std::string kill(const Command& command) {
    if (command.number("save") != 0) instance(command).save();
    instances.erase(name_of(command));
    return {};
}

std::string run(const Command& command) { return instance(command).set_running(true), std::string(); }
std::string save(const Command& command) { return field("bytes", instance(command).save()); }
std::string expect(const Command& command) { return instance(command).expect(command.number("n")), std::string(); }
std::string stats(const Command& command) { return instance(command).stats(); }
std::string describe(const Command& command) { return instance(command).describe(); }
std::string quit(const Command&) { return quitting = true, std::string(); }

const std::map<std::string, Verb, std::less<>> verbs{
    {"new", create},          {"run", run},        {"kill", kill},
    {"save", save},           {"self", describe},  {"set", set},
    {"bootstrap", bootstrap}, {"add", add},        {"addnr", add_without_request},
    {"friends", friends},     {"auto", automatic}, {"msg", message},
    {"typing", typing},       {"flood", flood},    {"expect", expect},
    {"stats", stats},         {"quit", quit},      {"relay", relay},
    {"del", remove},          {"file", file},      {"conference", conference},
};

// ---- the loop -----------------------------------------------------------------------------------------------------

void obey(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    Command command;
    try {
        command = parse(line);
        const auto verb = verbs.find(command.verb);
        if (verb == verbs.end()) throw Refused{"unsupported"};
        reply(command.tag, true, verb->second(command));
    } catch (const Refused& refused) {
        reply(command.tag, false, field("code", refused.code));
    }
}

// Reads what is there; false at the end of input.
bool read_commands(std::string& pending) {
    char buffer[8192];
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got <= 0) return false;
    pending.append(buffer, static_cast<std::size_t>(got));
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
        obey(std::string_view(pending).substr(0, end));
        pending.erase(0, end + 1);
    }
    return true;
}

int patience_ms() {  // as the library advises
    unsigned least = 1000;
    for (const auto& [name, it] : instances) {
        if (it.running()) least = std::min(least, it.interval_ms());
    }
    return static_cast<int>(least);
}

}  // namespace

int drive() {
    char version[32];
    std::snprintf(version, sizeof version, "%u.%u.%u", tox_version_major(), tox_version_minor(), tox_version_patch());
    event(
        "-", "hello",
        field("proto", 1U) + field("driver", "toxcore-peer") + field("lib", "libtoxcore") + field("version", version));
    std::string pending;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (!quitting) {
        std::fflush(stdout);
        const bool readable = poll(&input, 1, patience_ms()) > 0;
        if (readable && !read_commands(pending)) break;
        for (auto& [name, it] : instances) {
            if (it.running()) it.iterate();
        }
    }
    std::fflush(stdout);
    return 0;
}

}  // namespace interop

int main() { return interop::drive(); }
