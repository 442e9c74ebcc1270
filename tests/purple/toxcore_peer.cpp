// SPDX-License-Identifier: GPL-3.0-or-later
// A peer that nobody here wrote: libtoxcore behind the lines of the driver. One instance; only what these tests ask
// for.
#include <glib-unix.h>
#include <tox/tox.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>

#include "tests/purple/driver.hpp"

namespace {

using host::Fields;
using Key = std::array<std::uint8_t, TOX_PUBLIC_KEY_SIZE>;

struct End {
    void operator()(Tox* tox) const { tox_kill(tox); }
};
std::unique_ptr<Tox, End> self;
bool accepting = false;

// ---- lines

void print(const std::string& rest) {
    std::printf("%lld %s\n", static_cast<long long>(g_get_monotonic_time()), rest.c_str());
    std::fflush(stdout);
}
void event(const std::string& name, std::uint32_t contact, const std::string& more) {
    print("0 ev " + name + " friend=" + std::to_string(contact) + " " + more);
}
std::string text_of(const std::uint8_t* bytes, std::size_t size) {
    return host::percent_encoded({reinterpret_cast<const char*>(bytes), size});
}
const std::uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

std::string hex(const std::uint8_t* bytes, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", bytes[i]);
        out += digits.data();
    }
    return out;
}
template <std::size_t N>
std::array<std::uint8_t, N> unhex(const std::string& text) {
    std::array<std::uint8_t, N> out{};
    for (std::size_t i = 0; i < N && 2 * i + 1 < text.size(); ++i)
        out[i] = static_cast<std::uint8_t>(std::stoi(text.substr(2 * i, 2), nullptr, 16));
    return out;
}

// ---- what the library tells

const char* connection_name(Tox_Connection connection) {
    if (connection == TOX_CONNECTION_NONE) return "none";
    return connection == TOX_CONNECTION_UDP ? "udp" : "tcp";
}
void on_connection(Tox*, std::uint32_t contact, Tox_Connection connection, void*) {
    event("friend", contact, std::string("conn=") + connection_name(connection));
}
void on_request(Tox* tox, const std::uint8_t* key, const std::uint8_t* text, std::size_t size, void*) noexcept {
    print("0 ev request pk=" + hex(key, TOX_PUBLIC_KEY_SIZE) + " msg=" + text_of(text, size));
    if (accepting) tox_friend_add_norequest(tox, key, nullptr);
}
void on_message(Tox*, std::uint32_t contact, Tox_Message_Type type, const std::uint8_t* text, std::size_t size,
                void*) noexcept {
    event("message", contact,
          std::string("type=") + (type == TOX_MESSAGE_TYPE_ACTION ? "action" : "normal") +
              " text=" + text_of(text, size));
}
void on_typing(Tox*, std::uint32_t contact, bool typing, void*) { event("typing", contact, typing ? "on=1" : "on=0"); }

// ---- commands; each returns the reply's fields, or throws a word

std::string checked(bool good, const char* refusal) {
    if (!good) throw std::string(refusal);
    return {};
}

std::string make(const Fields&) {
    Tox_Options* options = tox_options_new(nullptr);
    tox_options_set_ipv6_enabled(options, false);
    tox_options_set_local_discovery_enabled(options, false);
    self.reset(tox_new(options, nullptr));
    tox_options_free(options);
    checked(self != nullptr, "new");
    tox_callback_friend_connection_status(self.get(), on_connection);
    tox_callback_friend_request(self.get(), on_request);
    tox_callback_friend_message(self.get(), on_message);
    tox_callback_friend_typing(self.get(), on_typing);
    std::array<std::uint8_t, TOX_ADDRESS_SIZE> id{};
    Key dht{};
    tox_self_get_address(self.get(), id.data());
    tox_self_get_dht_id(self.get(), dht.data());
    return "id=" + hex(id.data(), id.size()) + " dht=" + hex(dht.data(), dht.size()) +
           " udp_port=" + std::to_string(tox_self_get_udp_port(self.get(), nullptr));
}

std::uint32_t contact_of(const Fields& fields) { return static_cast<std::uint32_t>(std::stoul(fields.at("friend"))); }

std::string set(const Fields& fields) {
    for (const auto& [what, value] : fields) {
        if (what == "name") tox_self_set_name(self.get(), bytes_of(value), value.size(), nullptr);
        if (what == "msg") tox_self_set_status_message(self.get(), bytes_of(value), value.size(), nullptr);
        if (what != "status") continue;
        const Tox_User_Status busy = value == "busy" ? TOX_USER_STATUS_BUSY : TOX_USER_STATUS_NONE;
        tox_self_set_status(self.get(), value == "away" ? TOX_USER_STATUS_AWAY : busy);
    }
    return {};
}

std::string bootstrap(const Fields& fields) {
    return checked(
        tox_bootstrap(self.get(), fields.at("host").c_str(), static_cast<std::uint16_t>(std::stoul(fields.at("port"))),
                      unhex<TOX_PUBLIC_KEY_SIZE>(fields.at("pk")).data(), nullptr),
        "bootstrap");
}

std::string invite(const Fields& fields) {
    const std::string& text = fields.at("msg");
    const auto contact = tox_friend_add(self.get(), unhex<TOX_ADDRESS_SIZE>(fields.at("id")).data(), bytes_of(text),
                                        text.size(), nullptr);
    checked(contact != UINT32_MAX, "add");
    return "friend=" + std::to_string(contact);
}

std::string befriend(const Fields& fields) {
    const auto key = unhex<TOX_PUBLIC_KEY_SIZE>(fields.at("pk"));
    return "friend=" + std::to_string(tox_friend_add_norequest(self.get(), key.data(), nullptr));
}

std::string say(const Fields& fields) {
    const std::string& text = fields.at("text");
    const auto type = fields.at("type") == "action" ? TOX_MESSAGE_TYPE_ACTION : TOX_MESSAGE_TYPE_NORMAL;
    Tox_Err_Friend_Send_Message error{};
    tox_friend_send_message(self.get(), contact_of(fields), type, bytes_of(text), text.size(), &error);
    return checked(error == TOX_ERR_FRIEND_SEND_MESSAGE_OK, "send");
}

std::string type(const Fields& fields) {
    return checked(tox_self_set_typing(self.get(), contact_of(fields), fields.at("on") == "1", nullptr), "nofriend");
}

std::string behave(const Fields& fields) {
    accepting = fields.at("request") == "accept";
    return {};
}

std::string leave(const Fields&) {
    self.reset();
    return {};
}

std::string carry_out(const std::string& verb, const Fields& fields) {
    using Command = std::string (*)(const Fields&);
    static const std::map<std::string, Command> commands = {
        {"new", make},       {"auto", behave}, {"set", set},     {"bootstrap", bootstrap}, {"add", invite},
        {"addnr", befriend}, {"msg", say},     {"typing", type}, {"kill", leave}};
    const auto command = commands.find(verb);
    if (command == commands.end()) throw std::string("unsupported");
    if (self == nullptr && verb != "new") throw std::string("noinst");
    return command->second(fields);
}

void obey(const std::string& line) {
    std::istringstream words(line);
    std::string tag;
    std::string verb;
    words >> tag >> verb;
    Fields fields;
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals != std::string::npos)
            fields[word.substr(0, equals)] = host::percent_decoded(word.substr(equals + 1));
    }
    try {
        print("0 ok " + tag + " " + carry_out(verb, fields));
    } catch (const std::string& refusal) {
        print("0 err " + tag + " code=" + refusal);
    } catch (const std::exception&) {  // a field is missing or no number
        print("0 err " + tag + " code=badarg");
    }
}

// ---- the loop

gboolean on_input(gint descriptor, GIOCondition, gpointer loop) {
    static std::string partial;
    std::array<char, 4096> buffer{};
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got <= 0) {
        g_main_loop_quit(static_cast<GMainLoop*>(loop));
        return G_SOURCE_REMOVE;
    }
    partial.append(buffer.data(), static_cast<std::size_t>(got));
    for (auto end = partial.find('\n'); end != std::string::npos; end = partial.find('\n')) {
        obey(partial.substr(0, end));
        partial.erase(0, end + 1);
    }
    return G_SOURCE_CONTINUE;
}

gboolean on_tick(gpointer) {
    if (self != nullptr) tox_iterate(self.get(), nullptr);
    return G_SOURCE_CONTINUE;
}

}  // namespace

int main() {
    constexpr guint tick_ms = 20;  // libtoxcore is polled; this is shorter than it asks for
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    g_unix_fd_add(STDIN_FILENO, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_input, loop);
    g_timeout_add(tick_ms, on_tick, nullptr);
    print("- ev hello proto=1 driver=toxcore-peer caps=udp");
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    self.reset();
}
