// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/quiet_loop.hpp"

#include <glib-unix.h>

#include "plugin/boundary.hpp"

namespace purple_tox {
namespace {

GMainContext* turning = nullptr;  // of the one there is
PurpleEventLoopUiOps* others = nullptr;

guint add(GSource* source) {
    const guint id = g_source_attach(source, turning);
    g_source_unref(source);
    return id;
}

guint add_timer(guint milliseconds, GSourceFunc function, gpointer data) {
    GSource* const source = g_timeout_source_new(milliseconds);
    g_source_set_callback(source, function, data, nullptr);
    return add(source);
}

guint add_timer_in_seconds(guint seconds, GSourceFunc function, gpointer data) {
    return add_timer(seconds * 1000, function, data);
}

// What was begun before is the program's.
gboolean remove_source(guint id) {
    GSource* const source = g_main_context_find_source_by_id(turning, id);
    if (!source) return others->timeout_remove(id);
    g_source_destroy(source);
    return TRUE;
}

struct Watch {
    PurpleInputFunction function;
    gpointer data;
};

gboolean on_ready(gint descriptor, GIOCondition ready, gpointer data) {
    const Watch watch = *static_cast<Watch*>(data);
    int condition = 0;
    if (ready & (G_IO_IN | G_IO_HUP | G_IO_ERR)) condition |= PURPLE_INPUT_READ;
    if (ready & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL)) condition |= PURPLE_INPUT_WRITE;
    watch.function(watch.data, descriptor, static_cast<PurpleInputCondition>(condition));
    return G_SOURCE_CONTINUE;
}

void forget_watch(gpointer watch) { delete static_cast<Watch*>(watch); }

guint add_watch(int descriptor, PurpleInputCondition condition, PurpleInputFunction function, gpointer data) {
    int wanted = G_IO_HUP | G_IO_ERR;
    if (condition & PURPLE_INPUT_READ) wanted |= G_IO_IN;
    if (condition & PURPLE_INPUT_WRITE) wanted |= G_IO_OUT | G_IO_NVAL;
    GSource* const source = g_unix_fd_source_new(descriptor, static_cast<GIOCondition>(wanted));
    g_source_set_callback(source, G_SOURCE_FUNC(guarded<on_ready>), new Watch{function, data}, guarded<forget_watch>);
    return add(source);
}

PurpleEventLoopUiOps* ops() {
    static PurpleEventLoopUiOps ours{};
    ours.timeout_add = guarded<add_timer>;
    ours.timeout_add_seconds = guarded<add_timer_in_seconds>;
    ours.timeout_remove = guarded<remove_source>;
    ours.input_add = guarded<add_watch>;
    ours.input_remove = guarded<remove_source>;
    return &ours;
}

}  // namespace

QuietLoop::QuietLoop() : context_(g_main_context_new()), before_(purple_eventloop_get_ui_ops()) {
    turning = context_;
    others = before_;
    purple_eventloop_set_ui_ops(ops());
}

QuietLoop::~QuietLoop() {
    purple_eventloop_set_ui_ops(before_);
    turning = nullptr;
    g_main_context_unref(context_);
}

void QuietLoop::turn_while(const std::function<bool()>& condition, std::chrono::milliseconds at_most) {
    const gint64 end = g_get_monotonic_time() + at_most.count() * 1000;
    constexpr guint often = 20;  // milliseconds: the end of patience needs something to wake for
    const auto stay = [](gpointer) -> gboolean { return G_SOURCE_CONTINUE; };
    const guint pulse = add_timer(often, stay, nullptr);
    while (condition() && g_get_monotonic_time() < end) g_main_context_iteration(context_, TRUE);
    remove_source(pulse);
}

}  // namespace purple_tox
