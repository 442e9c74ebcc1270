// SPDX-License-Identifier: GPL-3.0-or-later
// Where the user asks why a connection is as it is: menu entries, an action of the account, commands in conversations.
#pragma once

#include <glib.h>
#include <plugin.h>

#include "plugin/explain.hpp"

struct _PurpleBlistNode;

namespace purple_tox {

class Session;

Sentences why(Session& session, const tox::LongTermKey& key);    // of a contact; nothing if they are none
Sentences why(Session& session);                                 // of ourselves
bool can_search(Session& session, const tox::LongTermKey& key);  // whether looking for them now would change anything
std::string search_now(Session& session, const tox::LongTermKey& key);  // if so; the answer is for people
std::string as_lines(const Sentences& sentences);

void on_explain_own(PurplePluginAction* action);       // action of the account
void on_explain(_PurpleBlistNode* node, gpointer);     // menu of a buddy
void on_search_now(_PurpleBlistNode* node, gpointer);  // likewise

void register_commands();    // when the plugin is loaded
void unregister_commands();  // and unloaded: libpurple does not know whose they are

}  // namespace purple_tox
