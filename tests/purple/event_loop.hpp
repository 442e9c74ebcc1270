// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's timers and descriptors on the default GLib main loop, and waiting on that loop.
#pragma once

#include <purple.h>

#include <chrono>
#include <functional>

namespace host {

PurpleEventLoopUiOps* event_loop_ops();

// Turns the loop until the condition holds (true) or the limit has passed (false).
bool turn_until(const std::function<bool()>& condition, std::chrono::milliseconds limit);

}  // namespace host
