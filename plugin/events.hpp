// SPDX-License-Identifier: GPL-3.0-or-later
// The one place where the engine's events are handed to the part of the plugin that shows them.
#pragma once

#include "engine/engine.hpp"

namespace purple_tox {

class Session;

void handle_event(Session& session, const tox::Event& event);  // the session may be gone afterwards

}  // namespace purple_tox
