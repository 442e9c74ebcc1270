// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's timers and descriptors as plain GLib sources, so that their ids serve g_source_remove.
#include "tests/purple/event_loop.hpp"

#include <glib-unix.h>

namespace host {
namespace {

struct Watch {
    PurpleInputFunction function;
    gpointer data;
};

gboolean on_ready(gint descriptor, GIOCondition ready, gpointer data) {
    const auto* watch = static_cast<Watch*>(data);
    int condition = 0;
    if ((ready & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0) condition |= PURPLE_INPUT_READ;
    if ((ready & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL)) != 0) condition |= PURPLE_INPUT_WRITE;
    watch->function(watch->data, descriptor, static_cast<PurpleInputCondition>(condition));
    return G_SOURCE_CONTINUE;
}

guint watch_descriptor(int descriptor, PurpleInputCondition condition, PurpleInputFunction function, gpointer data) {
    int wanted = G_IO_HUP | G_IO_ERR;
    if ((condition & PURPLE_INPUT_READ) != 0) wanted |= G_IO_IN;
    if ((condition & PURPLE_INPUT_WRITE) != 0) wanted |= G_IO_OUT | G_IO_NVAL;
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, descriptor, static_cast<GIOCondition>(wanted), on_ready,
                              new Watch{function, data}, [](gpointer watch) { delete static_cast<Watch*>(watch); });
}

}  // namespace

PurpleEventLoopUiOps* event_loop_ops() {
    static PurpleEventLoopUiOps ops{};
    ops.timeout_add = g_timeout_add;
    ops.timeout_add_seconds = g_timeout_add_seconds;
    ops.timeout_remove = g_source_remove;
    ops.input_add = watch_descriptor;
    ops.input_remove = g_source_remove;
    return &ops;
}

bool turn_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    bool expired = false;
    const auto on_limit = [](gpointer flag) -> gboolean {
        *static_cast<bool*>(flag) = true;
        return G_SOURCE_CONTINUE;
    };
    const guint alarm = g_timeout_add(static_cast<guint>(limit.count()), on_limit, &expired);
    bool holds = condition();
    while (!holds && !expired) {
        g_main_context_iteration(nullptr, TRUE);
        holds = condition();
    }
    g_source_remove(alarm);
    return holds;
}

}  // namespace host
