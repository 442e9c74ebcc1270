// SPDX-License-Identifier: GPL-3.0-or-later
// An account's options: how libpurple shows and keeps them, and what they are set to.
#pragma once

#include <glib.h>

#include "plugin/settings.hpp"

struct _PurpleAccount;

namespace purple_tox {

GList* account_options();  // a new list, for the plugin's table

// The settings of the account, its proxy, and the user's file of nodes.
Checked<NetworkSettings> network_settings(_PurpleAccount* account);

// Appends all that network_settings() depends on, as a text that differs if one of it does. Cheap: it is compared in
// every turn of the main loop.
void describe_wishes(_PurpleAccount* account, std::string& out);

}  // namespace purple_tox
