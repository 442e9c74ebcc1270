// SPDX-License-Identifier: GPL-3.0-or-later
// Waits for what libpurple is asked meanwhile, and turns nothing else: while a program quits, its own sources must not
// run, among them the one that quits. Knows nothing of what is waited for.
#pragma once

#include <eventloop.h>

#include <chrono>
#include <functional>

namespace purple_tox {

class QuietLoop {
  public:
    QuietLoop();   // from now on libpurple's timers and descriptors are ours,
    ~QuietLoop();  // and now the program's again
    QuietLoop(const QuietLoop&) = delete;
    QuietLoop& operator=(const QuietLoop&) = delete;

    void turn_while(const std::function<bool()>& condition, std::chrono::milliseconds at_most);

  private:
    GMainContext* const context_;
    PurpleEventLoopUiOps* const before_;
};

}  // namespace purple_tox
