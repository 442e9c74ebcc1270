// SPDX-License-Identifier: GPL-3.0-or-later
// Menus: what can be done with an account or a buddy.
#pragma once

#include <plugin.h>

struct _PurpleBlistNode;

namespace purple_tox {

// libpurple operations
GList* actions(PurplePlugin* plugin, gpointer connection);
GList* blist_node_menu(_PurpleBlistNode* node);

}  // namespace purple_tox
