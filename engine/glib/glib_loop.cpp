// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_loop.hpp"

namespace tox {
namespace {

constexpr gint64 no_ready_time = -1;  // GLib: never

Instant instant_of(gint64 monotonic) { return Instant(Duration(monotonic)); }

gint64 ready_time_of(Instant when) {
    return when == never ? no_ready_time : std::max<gint64>(0, when.time_since_epoch().count());
}

}  // namespace

struct GlibLoop::WakeSource {
    GSource base;
    GlibLoop* loop;
};

GlibLoop::GlibLoop(GMainContext* context, const char* name)
    : context_(g_main_context_ref(context ? context : g_main_context_default())) {
    static GSourceFuncs functions{nullptr, nullptr, dispatch, nullptr, nullptr, nullptr};
    source_.reset(g_source_new(&functions, sizeof(WakeSource)));
    reinterpret_cast<WakeSource*>(source_.get())->loop = this;
    g_source_set_name(source_.get(), name);
    g_source_set_priority(source_.get(), source_priority);
    g_source_attach(source_.get(), context_.get());
}

GlibLoop::~GlibLoop() = default;

Instant GlibLoop::now() const {
    GSource* running = g_main_current_source();
    const bool dispatching = running && g_source_get_context(running) == context_.get();
    return instant_of(dispatching ? g_source_get_time(source_.get()) : g_get_monotonic_time());
}

WallTime GlibLoop::wall() const {
    const std::chrono::sys_time<Duration> time{Duration(g_get_real_time())};
    return std::chrono::floor<std::chrono::seconds>(time);
}

void GlibLoop::set_waker(Waker* waker) {
    waker_ = waker;
    if (!waker) wake_at(never);
}

void GlibLoop::wake_at(Instant when) { g_source_set_ready_time(source_.get(), ready_time_of(when)); }

gboolean GlibLoop::dispatch(GSource* source, GSourceFunc, gpointer) noexcept {
    g_source_set_ready_time(source, no_ready_time);  // first: on_wake may state the next wish
    GlibLoop& loop = *reinterpret_cast<WakeSource*>(source)->loop;
    if (loop.waker_) loop.waker_->on_wake();  // may destroy the loop, so it is last
    return G_SOURCE_CONTINUE;
}

}  // namespace tox
