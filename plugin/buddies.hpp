// SPDX-License-Identifier: GPL-3.0-or-later
// The buddy list: contacts of the profile in, removals by the user out.
#pragma once

#include <blist.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/crypto/keys.hpp"

struct _PurpleAccount;
struct _PurpleConnection;

namespace purple_tox {

class Session;

void sync_roster(Session& session);                                // at login: every contact is in the list
void ensure_buddy(Session& session, const tox::LongTermKey& key);  // a contact must be in the list
void take_up(Session& session, const tox::LongTermKey& key);       // the user wants this contact: as above, and welcome
void announce_name(Session& session, const tox::LongTermKey& key);  // the contact's nickname as server alias
void open_conversation(Session& session, const tox::LongTermKey& key);

void show_when_offline(PurpleBuddy* buddy);  // a new one, unless the user has other wishes
bool keeps_list(_PurpleAccount* account);    // libpurple does, or else the host has a list of its own (BitlBee)
std::vector<PurpleBuddy*> buddies_of(_PurpleAccount* account, const std::function<bool(PurpleBuddy*)>& want);
std::vector<PurpleBuddy*> buddies_with_key(_PurpleAccount* account, const tox::LongTermKey& key);
void restore_entries(_PurpleAccount* account, const tox::LongTermKey& key);  // that libpurple finds buddies by
std::string group_of(PurpleBuddy* buddy);

// libpurple operations
void remove_buddy(_PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group);
void group_buddy(_PurpleConnection* connection, const char* who, const char* old_group, const char* new_group);

}  // namespace purple_tox
