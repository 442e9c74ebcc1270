// SPDX-License-Identifier: GPL-3.0-or-later
// stdin as lines, without blocking the loop. Knows nothing of what they say.
#pragma once

#include "engine/glib/owned.hpp"
#include "tools/tox-peer/driver.hpp"

namespace tox_peer {

class Harness {
  public:
    Harness(Driver& driver, GMainLoop* loop);
    Harness(const Harness&) = delete;
    Harness& operator=(const Harness&) = delete;

  private:
    static gboolean on_readable(gint fd, GIOCondition condition, gpointer self) noexcept;
    void read_some();
    void take(std::string_view text);
    void end();

    Driver& driver_;
    GMainLoop* loop_;
    std::string partial_;    // a line that is not complete; never longer than max_line
    bool skipping_ = false;  // the rest of a line that was too long
    tox::Source source_;
};

}  // namespace tox_peer
