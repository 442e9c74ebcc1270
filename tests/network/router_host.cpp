// SPDX-License-Identifier: GPL-3.0-or-later
// A libpurple program with our account behind a router, told on standard input, line by line, to sign "on", "off", and
// to "quit", as closing Pidgin does; or "no-mapping", the account's option. The plugin comes from the environment, the
// bootstrap node as an argument.
#include <prefs.h>

#include <optional>

#include "tests/purple/host.hpp"

namespace {

struct User {
    void obey(const std::string& line) {
        if (line == "on") host->connect(account);
        if (line == "off") host->disconnect(account);
        if (line == "no-mapping") purple_account_set_bool(account, "map-port", FALSE);
        if (line == "quit") host.reset();
    }

    host::UserDir dir;
    std::optional<host::Host> host;
    PurpleAccount* account = nullptr;
};

gboolean on_line(GIOChannel* input, GIOCondition, gpointer data) {
    char* line = nullptr;
    gsize end = 0;
    const bool read = g_io_channel_read_line(input, &line, nullptr, &end, nullptr) == G_IO_STATUS_NORMAL;
    static_cast<User*>(data)->obey(read ? std::string(line, end) : "quit");
    g_free(line);
    return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int count, char** words) {
    const char* plugin = g_getenv("PURPLE_TEST_PLUGIN");
    if (!plugin || count != 2) return 2;
    User user;
    user.host.emplace(user.dir.path(), plugin);
    purple_prefs_set_bool("/purple/network/map_ports", TRUE);
    user.account = user.host->add_account("me", "prpl-tox");
    purple_account_set_int(user.account, "port-from", 33445);
    purple_account_set_int(user.account, "port-to", 33445);
    purple_account_set_string(user.account, "bootstrap", words[1]);
    GIOChannel* input = g_io_channel_unix_new(0);
    const guint watch = g_io_add_watch(input, GIOCondition(G_IO_IN | G_IO_HUP), on_line, &user);
    while (user.host) g_main_context_iteration(nullptr, TRUE);
    g_source_remove(watch);
    g_io_channel_unref(input);
}
