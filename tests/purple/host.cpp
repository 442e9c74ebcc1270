// SPDX-License-Identifier: GPL-3.0-or-later
// Life and death of the libpurple core, and what a user does with it.
#include "tests/purple/host.hpp"

#include <cstdlib>
#include <stdexcept>

#include "tests/purple/event_loop.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace host {
namespace {

#ifdef __SANITIZE_ADDRESS__
using Forgiven = __lsan::ScopedDisabler;  // what is made in its life may stay
#else
struct Forgiven {
    Forgiven() {}
};
#endif

constexpr const char* ui_id = "purple-tox-test";
Recorder* starting = nullptr;  // for the callbacks of purple_core_init, which carry no data

// purple_prefs_add_* keeps an existing value, so what is added here wins over the defaults that libpurple adds a moment
// later: otherwise the core multicasts UPnP discovery as soon as it starts.
void add_prefs() {
    purple_prefs_add_none("/purple/network");
    for (const char* name : {"/purple/network/map_ports", "/purple/network/auto_ip"})
        purple_prefs_add_bool(name, FALSE);
    purple_prefs_add_none("/purple/logging");
    for (const char* name : {"/purple/logging/log_ims", "/purple/logging/log_chats", "/purple/logging/log_system"})
        purple_prefs_add_bool(name, FALSE);
    purple_prefs_add_none("/purple/away");
    purple_prefs_add_string("/purple/away/idle_reporting", "none");
    purple_prefs_add_bool("/purple/away/away_when_idle", FALSE);
}

PurpleCoreUiOps* core_ops() {
    static PurpleCoreUiOps ops{};
    ops.ui_prefs_init = add_prefs;
    ops.ui_init = [] { record_ui(starting); };
    return &ops;
}

PurpleAccountPrefsUiOps* unsaved_accounts() {
    static PurpleAccountPrefsUiOps ops{};
    ops.save = [] {};
    ops.schedule_save = [] {};
    return &ops;
}

// On a session bus the core would claim Pidgin's name; on the system bus it asks whether we are online.
void leave_the_buses() {
    g_setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
    g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "disabled:", TRUE);
    g_unsetenv("DISPLAY");
}

void load(const std::filesystem::path& plugin) {
    PurplePlugin* probed = purple_plugin_probe(plugin.c_str());
    if (probed == nullptr || purple_plugin_is_unloadable(probed))
        throw std::runtime_error(
            "cannot load " + plugin.string() +
            (probed != nullptr && probed->error != nullptr ? std::string(": ") + probed->error : ""));
    purple_plugins_probe("no-such-suffix");  // only this enters protocols into libpurple's list
    if (g_list_find(purple_plugins_get_all(), probed) == nullptr || !purple_plugin_is_loaded(probed))
        throw std::runtime_error("libpurple refused " + plugin.string());
}

}  // namespace

UserDir::UserDir() {
    std::string name = (std::filesystem::temp_directory_path() / "purple-tox-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
}
UserDir::~UserDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Host::Host(const std::filesystem::path& user_dir, const std::filesystem::path& plugin) {
    leave_the_buses();
    count_complaints();
    purple_util_set_user_dir(user_dir.c_str());
    purple_debug_set_enabled(g_getenv("PURPLE_TEST_DEBUG") != nullptr);
    starting = &recorder_;
    purple_core_set_ui_ops(core_ops());
    purple_eventloop_set_ui_ops(event_loop_ops());
    purple_account_prefs_set_ui_ops(unsaved_accounts());
    begin();
    load(plugin);
}

// Much of what libpurple and GStreamer make here they never give back. It is none of our affair, and to find it out by
// its trace, a thousand times over, takes the sanitizer half a minute.
void Host::begin() {
    const Forgiven leaks;
    if (!purple_core_init(ui_id)) throw std::runtime_error("libpurple does not start");
    purple_network_force_online();
    purple_set_blist(purple_blist_new());
    purple_blist_load();
    record_signals(recorder_);
    settle();  // the core's own idle source would otherwise fire into a dead signal table when a test ends at once
}

Host::~Host() {
    forget_signals();
    purple_core_quit();
    settle();  // what the plugin forgot to remove fires now, into freed memory if it is careless
    record_ui(nullptr);
}

PurpleAccount* Host::add_account(const std::string& name, const std::string& protocol) {
    if (purple_find_prpl(protocol.c_str()) == nullptr) throw std::runtime_error("no protocol " + protocol);
    PurpleAccount* account = purple_account_new(name.c_str(), protocol.c_str());
    purple_accounts_add(account);
    return account;
}

void Host::connect(PurpleAccount* account) { purple_account_set_enabled(account, ui_id, TRUE); }
void Host::disconnect(PurpleAccount* account) { purple_account_set_enabled(account, ui_id, FALSE); }

void Host::add_buddy(PurpleAccount* account, const std::string& name, const std::string& invitation) {
    PurpleBuddy* buddy = purple_buddy_new(account, name.c_str(), nullptr);
    purple_blist_add_buddy(buddy, nullptr, nullptr, nullptr);
    purple_account_add_buddy_with_invite(account, buddy, invitation.empty() ? nullptr : invitation.c_str());
}

void Host::remove_buddy(PurpleBuddy* buddy) {
    purple_account_remove_buddy(purple_buddy_get_account(buddy), buddy, purple_buddy_get_group(buddy));
    purple_blist_remove_buddy(buddy);
}

PurpleConversation* Host::converse(PurpleAccount* account, const std::string& who) {
    PurpleConversation* open = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who.c_str(), account);
    return open != nullptr ? open : purple_conversation_new(PURPLE_CONV_TYPE_IM, account, who.c_str());
}

void Host::say(PurpleAccount* account, const std::string& who, const std::string& html) {
    purple_conv_im_send(PURPLE_CONV_IM(converse(account, who)), html.c_str());
}

bool Host::wait(const std::function<bool()>& condition) { return turn_until(condition, patience); }

bool Host::wait_for(std::string_view event, std::string_view who, std::size_t times) {
    return wait([&] { return recorder_.count(event, who) >= times; });
}

void Host::settle() {
    while (g_main_context_iteration(nullptr, FALSE)) {
    }
}

}  // namespace host
