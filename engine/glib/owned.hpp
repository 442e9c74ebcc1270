// SPDX-License-Identifier: GPL-3.0-or-later
// RAII for what GLib hands out; a transfer of ownership is visible at the call (release() gives away).
#pragma once

#include <gio/gio.h>

#include <memory>

namespace tox {

// Lower than input and timers of the host, equal to GTK's redraws (GDK_PRIORITY_REDRAW): with a socket that is always
// readable neither starves the other, and a busy contact never delays a key press.
inline constexpr int source_priority = G_PRIORITY_HIGH_IDLE + 20;

struct SourceGone {  // no callback after its owner is gone
    void operator()(GSource* source) const {
        g_source_destroy(source);
        g_source_unref(source);
    }
};
using Source = std::unique_ptr<GSource, SourceGone>;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;  // Owned<char, g_free>, Owned<GError, g_error_free>

using Context = Owned<GMainContext, g_main_context_unref>;

}  // namespace tox
