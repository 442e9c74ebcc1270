// SPDX-License-Identifier: GPL-3.0-or-later
// A private main context for one test, and turning it until something has happened.
#pragma once

#include "engine/glib/owned.hpp"

namespace tox {

class Turn {
  public:
    Turn() : context_(g_main_context_new()) {}
    GMainContext* context() const { return context_.get(); }

    bool once() { return g_main_context_iteration(context_.get(), FALSE) != FALSE; }
    void all() {
        while (once()) {
        }
    }
    // Blocks between events; whoever waits for something that never comes is ended by the test runner's own limit.
    template <class Condition>
    void until(Condition condition) {
        while (!condition()) g_main_context_iteration(context_.get(), TRUE);
    }

  private:
    Context context_;
};

}  // namespace tox
