// SPDX-License-Identifier: GPL-3.0-or-later
// Buddies' presence as libpurple wants it: status types, status changes, status texts, emblems.
#pragma once

#include <glib.h>

#include "engine/crypto/keys.hpp"
#include "plugin/presentation.hpp"

struct _PurpleAccount;
struct _PurpleBuddy;

namespace tox {
struct ContactInfo;
}  // namespace tox

namespace purple_tox {

class Session;

void refresh_presence(Session& session, const tox::LongTermKey& key);  // the session may be gone afterwards
void refresh_if_cut_off(
    Session& session);  // everybody's, if we are connected to the network now and were not, or the reverse
void repaint(Session& session, const tox::LongTermKey& key);
Look look_of(const tox::ContactInfo& info, bool cut_off);

// libpurple operations
GList* status_types(_PurpleAccount* account);
char* status_text(_PurpleBuddy* buddy);
const char* list_emblem(_PurpleBuddy* buddy);
const char* list_icon(_PurpleAccount* account, _PurpleBuddy* buddy);

}  // namespace purple_tox
