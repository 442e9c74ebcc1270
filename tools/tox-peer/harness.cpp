// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/harness.hpp"

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include <cerrno>

namespace tox_peer {

Harness::Harness(Driver& driver, GMainLoop* loop) : driver_(driver), loop_(loop) {
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    source_.reset(g_unix_fd_source_new(STDIN_FILENO, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP | G_IO_ERR)));
    g_source_set_name(source_.get(), "tox-peer commands");
    g_source_set_callback(source_.get(), G_SOURCE_FUNC(on_readable), this, nullptr);
    g_source_attach(source_.get(), nullptr);
}

gboolean Harness::on_readable(gint, GIOCondition, gpointer self) noexcept {
    static_cast<Harness*>(self)->read_some();
    return G_SOURCE_CONTINUE;
}

void Harness::read_some() {
    char buffer[8 * 1024];
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got > 0)
        take({buffer, static_cast<std::size_t>(got)});
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        end();
}

void Harness::take(std::string_view text) {
    while (!text.empty() && !driver_.quitting()) {
        const auto end_of_line = text.find('\n');
        const bool complete = end_of_line != std::string_view::npos;
        if (!skipping_) partial_.append(text.substr(0, end_of_line));
        text.remove_prefix(complete ? end_of_line + 1 : text.size());
        if (partial_.size() > max_line) {  // answered by what is left of it: its tag
            partial_.resize(partial_.find(' ') < max_line ? partial_.find(' ') : 1);
            driver_.obey(partial_);
            partial_.clear();
            skipping_ = true;
        }
        if (!complete) continue;
        if (!std::exchange(skipping_, false)) driver_.obey(partial_);
        partial_.clear();
    }
    if (driver_.quitting()) end();
}

void Harness::end() {
    driver_.freeze();
    source_.reset();
    g_main_loop_quit(loop_);
}

}  // namespace tox_peer
