// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a contact, as a list of facts for tooltips and "Get Info".
#pragma once

#include <glib.h>
#include <notify.h>

struct _PurpleBuddy;
struct _PurpleConnection;

namespace purple_tox {

// libpurple operations
void tooltip_text(_PurpleBuddy* buddy, PurpleNotifyUserInfo* info, gboolean full);
void get_info(_PurpleConnection* connection, const char* who);

}  // namespace purple_tox
