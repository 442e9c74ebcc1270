// SPDX-License-Identifier: GPL-3.0-or-later
// Something the user of an account should know, in whatever way the host can say it.
#pragma once

#include <notify.h>

#include <string>

struct _PurpleConnection;

namespace purple_tox {

// BitlBee and its like: no dialogs, no menus, and of a conversation only what people say.
bool host_has_only_lines();

// Plain text. A dialog, a line of text, or at the least a line in libpurple's debug output.
void tell_user(_PurpleConnection* connection, PurpleNotifyMsgType type, const std::string& primary,
               const std::string& secondary);

}  // namespace purple_tox
