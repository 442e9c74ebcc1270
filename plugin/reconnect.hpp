// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the network act at once: an account whose settings change while it is connected falls silent, and signs
// on again with the new ones.
#pragma once

struct _PurpleConnection;

namespace purple_tox {

class Session;

void watch_settings(Session& session);                      // from login
void forget_settings(const _PurpleConnection* connection);  // until close
void forget_reconnects();                                   // the plugin is unloaded

}  // namespace purple_tox
