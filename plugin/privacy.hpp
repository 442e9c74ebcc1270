// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's permit and deny lists as the engine's policy: who is denied finds us absent.
#pragma once

#include "engine/crypto/keys.hpp"

struct _PurpleAccount;
struct _PurpleConnection;

namespace purple_tox {

class Session;

void apply_privacy(Session& session);
bool is_denied(_PurpleAccount* account, const tox::LongTermKey& key);  // by name, whatever the general rule is

// libpurple operations
void set_permit_deny(_PurpleConnection* connection);
void privacy_changed(_PurpleConnection* connection, const char* who);

}  // namespace purple_tox
