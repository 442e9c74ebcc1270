// SPDX-License-Identifier: GPL-3.0-or-later
// A libpurple program that signs on with whatever proxy it is told to, each with an account of its own: a line "TYPE
// PORT HOST" on standard input, the host percent-encoded; for "environment" it is what HTTP_PROXY says. Answers "on",
// or the sentence of the error. The plugin comes from the environment, the bootstrap node as an argument.
#include <proxy.h>

#include <optional>

#include "tests/purple/host.hpp"

namespace {

std::optional<PurpleProxyType> type_of(const std::string& word) {
    if (word == "none") return PURPLE_PROXY_NONE;
    if (word == "http") return PURPLE_PROXY_HTTP;
    if (word == "socks5") return PURPLE_PROXY_SOCKS5;
    if (word == "tor") return PURPLE_PROXY_TOR;
    if (word == "environment") return PURPLE_PROXY_USE_ENVVAR;
    return std::nullopt;
}

struct User {
    explicit User(const char* plugin, std::string entrance) : bootstrap(std::move(entrance)) {
        host.emplace(dir.path(), plugin);
    }

    void sign_on(const std::string& type, int port, const std::string& proxy) {
        const std::string name = "me " + std::to_string(++accounts);
        PurpleAccount* const account = host->add_account(name, "prpl-tox");
        purple_account_set_string(account, "bootstrap", bootstrap.c_str());
        PurpleProxyInfo* const info = purple_proxy_info_new();
        purple_proxy_info_set_type(info, *type_of(type));
        purple_proxy_info_set_host(info, proxy.c_str());
        purple_proxy_info_set_port(info, port);
        purple_account_set_proxy_info(account, info);
        if (type == "environment") g_setenv("HTTP_PROXY", proxy.c_str(), TRUE);
        host->seen().clear();
        host->connect(account);
        host::Host::settle();
        const auto* error = host->seen().last("ui:error");
        g_print("%s\n", error ? error->text.c_str() : host->seen().count("signed-on") > 0 ? "on" : "neither");
    }

    void obey(const std::string& line) {
        char** const words = g_strsplit(line.c_str(), " ", 3);
        if (g_strv_length(words) == 3 && type_of(words[0])) {
            char* const proxy = g_uri_unescape_string(words[2], nullptr);
            sign_on(words[0], std::atoi(words[1]), proxy ? proxy : "");
            g_free(proxy);
        } else {
            host.reset();
        }
        g_strfreev(words);
    }

    host::UserDir dir;
    std::string bootstrap;
    std::optional<host::Host> host;
    unsigned accounts = 0;
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
    User user(plugin, words[1]);
    GIOChannel* input = g_io_channel_unix_new(0);
    const guint watch = g_io_add_watch(input, GIOCondition(G_IO_IN | G_IO_HUP), on_line, &user);
    while (user.host) g_main_context_iteration(nullptr, TRUE);
    g_source_remove(watch);
    g_io_channel_unref(input);
}
