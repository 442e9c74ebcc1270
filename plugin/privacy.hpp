// SPDX-License-Identifier: GPL-3.0-or-later
// Who may reach us: libpurple's rule (everybody, nobody, or by a list) as the engine's policy. It is computed from the
// rule, the lists and the contacts whenever one of them changes, and before a session is possible, so that nobody is
// online, and no text is acknowledged, whom libpurple would not show.
#pragma once

#include "engine/crypto/keys.hpp"

struct _PurpleAccount;
struct _PurpleConnection;

namespace purple_tox {

class Session;

void take_over_rules(Session& session);  // at login, before there is a way to anybody
void apply_privacy(Session& session);    // to all contacts and requests
bool admits_request(_PurpleAccount* account, const tox::LongTermKey& stranger);
// The user wants them: they leave the list of the blocked, or join that of the permitted.
void welcome(Session& session, const tox::LongTermKey& key);
void block(Session& session, const tox::LongTermKey& key);  // as "Block" in a menu, for somebody who is in none

// libpurple operations
void set_permit_deny(_PurpleConnection* connection);
void privacy_changed(_PurpleConnection* connection, const char* who);

}  // namespace purple_tox
