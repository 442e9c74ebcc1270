// SPDX-License-Identifier: GPL-3.0-or-later
// tox-node: a bootstrap node for servers and tests. See data/tox-node.1.
#include <glib-unix.h>
#include <sys/resource.h>

#include <algorithm>
#include <clocale>
#include <cstdio>

#include "tools/tox-node/node.hpp"

namespace {

enum ExitStatus { stopped = 0, cannot_run = 1, wrong_usage = 2 };

int fail(ExitStatus status, const std::string& sentence) {
    std::fprintf(stderr, "tox-node: %s\n", sentence.c_str());
    if (status == wrong_usage) std::fputs("Try \"tox-node --help\".\n", stderr);
    return status;
}

gboolean stop(gpointer loop) noexcept {
    g_main_loop_quit(static_cast<GMainLoop*>(loop));
    return G_SOURCE_CONTINUE;
}

// A relay has a descriptor for each client, 4,096 at most; usually a program may have 1,024 unless it asks for more.
void allow_many_descriptors() {
    constexpr rlim_t enough = 8192;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, enough));
    setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const tox_node::NodeOptions& options) {
    if (!options.relay_ports.empty()) allow_many_descriptors();
    const auto node = tox_node::EchoNode::start(options);
    if (!node) return fail(cannot_run, node.error());
    const tox::Owned<GMainLoop, g_main_loop_unref> loop(g_main_loop_new(nullptr, FALSE));
    for (const int signal : {SIGTERM, SIGINT}) g_unix_signal_add(signal, stop, loop.get());
    std::fprintf(stderr, "tox-node: up, %s\n", (*node)->line().c_str());
    if (options.print) {
        std::puts((*node)->line().c_str());
        std::fflush(stdout);
    }
    g_main_loop_run(loop.get());
    return stopped;
}

}  // namespace

int main(int argc, char** argv) {
    std::setlocale(LC_ALL, "");  // what is printed comes from GLib in the user's language and encoding
    const auto options = tox_node::parse_options(argc, argv);
    if (!options) return fail(wrong_usage, options.error());
    if (!options->show_version) return run(*options);
    std::puts("tox-node " TOX_VERSION);
    return stopped;
}
