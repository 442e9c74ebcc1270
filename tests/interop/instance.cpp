// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/interop/instance.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace interop {
namespace {

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}
Instance& self(void* user) { return *static_cast<Instance*>(user); }

std::string connection(Tox_Connection value) { return field("conn", connection_name(value)); }
std::string of(std::uint32_t contact) { return field("friend", contact); }

constexpr std::array<std::string_view, 3> statuses{"online", "away", "busy"};

void on_self(Tox*, Tox_Connection value, void* user) noexcept { self(user).tell("self", connection(value)); }
void on_friend(Tox*, std::uint32_t contact, Tox_Connection value, void* user) noexcept {
    self(user).tell("friend", of(contact) + connection(value));
}
void on_request(Tox*, const std::uint8_t* key, const std::uint8_t* text, size_t size, void* user) noexcept {
    self(user).asked(key, view(text, size));
}
void on_message(Tox*, std::uint32_t contact, Tox_Message_Type type, const std::uint8_t* text, size_t size,
                void* user) noexcept {
    self(user).heard(contact, type, view(text, size));
}
void on_receipt(Tox*, std::uint32_t contact, std::uint32_t id, void* user) noexcept { self(user).receipt(contact, id); }
void on_name(Tox*, std::uint32_t contact, const std::uint8_t* text, size_t size, void* user) noexcept {
    self(user).tell("name", of(contact) + field("name", view(text, size)));
}
void on_status_message(Tox*, std::uint32_t contact, const std::uint8_t* text, size_t size, void* user) noexcept {
    self(user).tell("status_msg", of(contact) + field("msg", view(text, size)));
}
void on_status(Tox*, std::uint32_t contact, Tox_User_Status value, void* user) noexcept {
    self(user).tell("status", of(contact) + field("status", statuses.at(static_cast<std::size_t>(value))));
}
void on_typing(Tox*, std::uint32_t contact, bool on, void* user) noexcept {
    self(user).tell("typing", of(contact) + field("on", on ? 1U : 0U));
}

void on_file_control(Tox*, std::uint32_t contact, std::uint32_t file, Tox_File_Control control, void* user) noexcept {
    self(user).tell("file_ctl", of(contact) + field("file", file) + field("control", static_cast<unsigned>(control)));
}

struct OptionsGone {
    void operator()(Tox_Options* options) const { tox_options_free(options); }
};
using OwnedOptions = std::unique_ptr<Tox_Options, OptionsGone>;

std::string file_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

OwnedOptions options_for(const Command& command, const std::string& save) {
    OwnedOptions options(tox_options_new(nullptr));
    const auto port = static_cast<std::uint16_t>(command.number("port"));
    tox_options_set_udp_enabled(options.get(), command.number("udp", 1) != 0);
    tox_options_set_tcp_port(options.get(), static_cast<std::uint16_t>(command.number("tcp")));
    tox_options_set_hole_punching_enabled(options.get(), command.number("hole", 1) != 0);
    tox_options_set_ipv6_enabled(options.get(), command.number("ipv6") != 0);
    // Off unless asked for: it would short-cut what is being tested.
    tox_options_set_local_discovery_enabled(options.get(), command.number("lan") != 0);
    tox_options_set_start_port(options.get(), port);
    tox_options_set_end_port(options.get(), port);
    if (!save.empty()) {
        tox_options_set_savedata_type(options.get(), TOX_SAVEDATA_TYPE_TOX_SAVE);
        tox_options_set_savedata_data(options.get(), reinterpret_cast<const std::uint8_t*>(save.data()), save.size());
    }
    return options;
}

}  // namespace

Instance::Instance(std::string name, const Command& command)
    : name_(std::move(name)), path_(command.text("save")), running_(command.number("hold") == 0) {
    const std::string save = path_.empty() ? std::string() : file_content(path_);
    Tox_Err_New error{};
    tox_.reset(tox_new(options_for(command, save).get(), &error));
    if (!tox_ || error != TOX_ERR_NEW_OK) throw Refused{"new"};
    tox_callback_self_connection_status(tox(), on_self);
    tox_callback_friend_connection_status(tox(), on_friend);
    tox_callback_friend_request(tox(), on_request);
    tox_callback_friend_message(tox(), on_message);
    tox_callback_friend_read_receipt(tox(), on_receipt);
    tox_callback_friend_name(tox(), on_name);
    tox_callback_friend_status_message(tox(), on_status_message);
    tox_callback_friend_status(tox(), on_status);
    tox_callback_friend_typing(tox(), on_typing);
    tox_callback_file_recv_control(tox(), on_file_control);
}

std::string Instance::describe() const {
    std::array<std::uint8_t, TOX_ADDRESS_SIZE> id{};
    std::array<std::uint8_t, TOX_PUBLIC_KEY_SIZE> dht{};
    tox_self_get_address(tox(), id.data());
    tox_self_get_dht_id(tox(), dht.data());
    std::string name(tox_self_get_name_size(tox()), '\0');
    tox_self_get_name(tox(), reinterpret_cast<std::uint8_t*>(name.data()));
    std::string message(tox_self_get_status_message_size(tox()), '\0');
    tox_self_get_status_message(tox(), reinterpret_cast<std::uint8_t*>(message.data()));
    return field("id", hex(id.data(), id.size())) + field("pk", hex(id.data(), TOX_PUBLIC_KEY_SIZE)) +
           field("dht", hex(dht.data(), dht.size())) + field("udp_port", tox_self_get_udp_port(tox(), nullptr)) +
           field("tcp_port", tox_self_get_tcp_port(tox(), nullptr)) +
           field("friends", tox_self_get_friend_list_size(tox())) + field("name", name) + field("msg", message) +
           connection(tox_self_get_connection_status(tox()));
}

void Instance::iterate() {
    pour();
    tox_iterate(tox(), this);
}

std::uint64_t Instance::save() {
    std::string data(tox_get_savedata_size(tox()), '\0');
    tox_get_savedata(tox(), reinterpret_cast<std::uint8_t*>(data.data()));
    if (path_.empty()) return data.size();
    const std::string fresh = path_ + ".new";
    std::ofstream(fresh, std::ios::binary) << data;
    if (std::rename(fresh.c_str(), path_.c_str()) != 0) throw Refused{"io"};
    return data.size();
}

// ---- workloads ----------------------------------------------------------------------------------------------------

void Instance::flood(std::uint32_t contact, std::uint64_t count, std::size_t size) {
    flood_ = Flood{contact, count, size};
}

void Instance::pour() {
    while (flood_ && flood_->sent < flood_->count) {
        char head[10];
        std::snprintf(head, sizeof head, "F%08x", static_cast<unsigned>(flood_->sent));
        std::string text = head;
        while (text.size() < flood_->size) text.push_back(static_cast<char>('a' + text.size() % 26));
        Tox_Err_Friend_Send_Message error{};
        tox_friend_send_message(tox(), flood_->contact, TOX_MESSAGE_TYPE_NORMAL,
                                reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &error);
        if (error != TOX_ERR_FRIEND_SEND_MESSAGE_OK) return;  // its queue is full: again after the next iteration
        ++flood_->sent;
    }
}

void Instance::receipt(std::uint32_t contact, std::uint32_t id) {
    if (!flood_ || flood_->contact != contact) return tell("receipt", of(contact) + field("id", id));
    if (++flood_->acked < flood_->count) return;
    tell("flood_done", field("sent", flood_->sent) + field("acked", flood_->acked));
    flood_.reset();
}

void Instance::heard(std::uint32_t contact, Tox_Message_Type type, std::string_view text) {
    if (!count_messages) {
        const std::string_view kind = type == TOX_MESSAGE_TYPE_ACTION ? "action" : "normal";
        return tell("message", of(contact) + field("type", kind) + field("len", text.size()) + field("text", text));
    }
    const auto number = text.size() >= 9 ? std::strtoull(std::string(text.substr(1, 8)).c_str(), nullptr, 16) : ~0ULL;
    if (number != expected_.got) ++expected_.bad;
    if (++expected_.got == expected_.count) tell("expect_done", stats());
}

std::string Instance::stats() const { return field("msgs", expected_.got) + field("bad", expected_.bad); }

void Instance::asked(const std::uint8_t* key, std::string_view text) {
    tell("request", field("pk", hex(key, TOX_PUBLIC_KEY_SIZE)) + field("msg", text));
    if (accept_requests) tox_friend_add_norequest(tox(), key, nullptr);
}

}  // namespace interop
