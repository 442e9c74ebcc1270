// SPDX-License-Identifier: GPL-3.0-or-later
// tox-peer: Tox instances on this engine, driven line by line over stdin and stdout (driver protocol, version 1), for
// tests and measurements. Not installed.
#include <cstdio>
#include <cstring>

#include "tools/tox-peer/harness.hpp"

namespace {

tox_peer::Process* g_process = nullptr;  // a GPollFunc gets no user data

gint write_then_poll(GPollFD* descriptors, guint count, gint timeout) noexcept {
    g_process->output.flush();
    if (timeout != 0) ++g_process->sleeps;
    return g_poll(descriptors, count, timeout);
}

constexpr const char* help =
    "Usage: tox-peer [--version]\n"
    "Obeys the peer driver protocol, version 1: commands on stdin, replies and events on stdout.\n";

// The status to end with at once, if it is not to run.
std::optional<int> answer_options(int argc, char** argv) {
    const bool alone = argc == 2;
    if (argc == 1) return std::nullopt;
    if (alone && std::strcmp(argv[1], "--version") == 0) return std::puts("tox-peer " TOX_VERSION) < 0 ? 1 : 0;
    if (alone && std::strcmp(argv[1], "--help") == 0) return std::fputs(help, stdout) < 0 ? 1 : 0;
    std::fprintf(stderr, "tox-peer: nothing but --version or --help is expected, and \"%s\" is neither.\n",
                 argv[alone ? 1 : 2]);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto status = answer_options(argc, argv)) return *status;
    tox_peer::Process process;
    g_process = &process;
    g_main_context_set_poll_func(nullptr, write_then_poll);
    const tox::Owned<GMainLoop, g_main_loop_unref> loop(g_main_loop_new(nullptr, FALSE));
    {
        tox_peer::Driver driver(process);
        driver.hello();
        const tox_peer::Harness harness(driver, loop.get());
        g_main_loop_run(loop.get());
    }
    process.output.flush();
    return 0;
}
