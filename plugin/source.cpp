// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/source.hpp"

#include <utility>

namespace purple_tox {

void Source::after(std::chrono::milliseconds delay, std::function<void()> run) {
    cancel();
    run_ = std::move(run);
    source_ = delay.count() > 0 ? g_timeout_source_new(static_cast<guint>(delay.count())) : g_idle_source_new();
    g_source_set_priority(source_, G_PRIORITY_DEFAULT);
    g_source_set_name(source_, name_);
    g_source_set_callback(source_, guarded<&Source::fire>, this, nullptr);
    g_source_attach(source_, nullptr);
}

void Source::cancel() {
    if (!source_) return;
    g_source_destroy(source_);
    g_source_unref(source_);
    source_ = nullptr;
}

gboolean Source::fire(gpointer self) {
    auto& source = *static_cast<Source*>(self);
    source.cancel();
    const auto run = std::exchange(source.run_, nullptr);
    run();  // `source` may be gone afterwards
    return G_SOURCE_REMOVE;
}

}  // namespace purple_tox
