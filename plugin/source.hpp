// SPDX-License-Identifier: GPL-3.0-or-later
// A named one-shot timer on GLib's default context. It dies with its owner and never fires after that.
#pragma once

#include <chrono>
#include <functional>

#include "plugin/boundary.hpp"

namespace purple_tox {

class Source {
  public:
    explicit Source(const char* name) : name_(name) {}
    ~Source() { cancel(); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    // Replaces an earlier wish. `run` may destroy this object.
    void after(std::chrono::milliseconds delay, std::function<void()> run);
    void cancel();
    bool armed() const { return source_ != nullptr; }

  private:
    static gboolean fire(gpointer self);

    const char* name_;
    GSource* source_ = nullptr;
    std::function<void()> run_;
};

}  // namespace purple_tox
