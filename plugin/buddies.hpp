// SPDX-License-Identifier: GPL-3.0-or-later
// The buddy list: contacts of the profile in, additions and removals by the user out. The profile is the roster; the
// list follows it.
#pragma once

#include "engine/crypto/keys.hpp"

struct _PurpleBuddy;
struct _PurpleConnection;
struct _PurpleGroup;

namespace purple_tox {

class Session;

void sync_roster(Session& session);                                 // at login
void ensure_buddy(Session& session, const tox::LongTermKey& key);   // a contact must be in the list
void announce_name(Session& session, const tox::LongTermKey& key);  // the contact's nickname as server alias

// libpurple operations
void add_buddy_with_invite(_PurpleConnection* connection, _PurpleBuddy* buddy, _PurpleGroup* group,
                           const char* message);
void add_buddy(_PurpleConnection* connection, _PurpleBuddy* buddy, _PurpleGroup* group);
void remove_buddy(_PurpleConnection* connection, _PurpleBuddy* buddy, _PurpleGroup* group);
void group_buddy(_PurpleConnection* connection, const char* who, const char* old_group, const char* new_group);

}  // namespace purple_tox
