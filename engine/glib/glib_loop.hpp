// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's time on a GMainContext: one GSource whose ready time is the one wish. Knows nothing of sockets.
#pragma once

#include "engine/glib/owned.hpp"
#include "engine/host/loop.hpp"

namespace tox {

class GlibLoop final : public Loop {
  public:
    explicit GlibLoop(GMainContext* context = nullptr,
                      const char* name = "tox engine");  // nullptr: the default context
    ~GlibLoop() override;                                // also inside on_wake
    GlibLoop(const GlibLoop&) = delete;
    GlibLoop& operator=(const GlibLoop&) = delete;

    // Stands still while the context dispatches, whoever is being called; fresh in each dispatch. Outside of any (a
    // program before its first iteration) it is simply the clock.
    Instant now() const override;
    WallTime wall() const override;
    void set_waker(Waker* waker) override;
    void wake_at(Instant when) override;

  private:
    struct WakeSource;
    static gboolean dispatch(GSource* source, GSourceFunc callback, gpointer data) noexcept;

    Context context_;
    Source source_;
    Waker* waker_ = nullptr;
};

}  // namespace tox
