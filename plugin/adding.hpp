// SPDX-License-Identifier: GPL-3.0-or-later
// The user adds somebody: by Tox ID, by a bare key, somebody who has asked, or once more somebody who does not answer.
// libpurple's list holds them already when we are asked; what cannot be added leaves it again.
#pragma once

#include <blist.h>

#include <string>

#include "engine/engine.hpp"

struct _PurpleConnection;

namespace purple_tox {

class Session;

std::string sentence(Session& session, tox::AddError error);
void forget_additions(unsigned session);  // the session ends

void on_ask_again(PurpleBlistNode* node, gpointer);  // a buddy's menu

// libpurple operations
void add_buddy_with_invite(_PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group, const char* message);
void add_buddy(_PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group);

}  // namespace purple_tox
