// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts offered and did not get: one line in the conversation.
#pragma once

#include "engine/messenger/events.hpp"

namespace purple_tox {

class Session;

void tell_offer(Session& session, const tox::Offered& offer);

}  // namespace purple_tox
