// SPDX-License-Identifier: GPL-3.0-or-later
// One's own Tox ID, shown so that it can be given to people, in whatever way the host has.
#pragma once

#include <string>

namespace purple_tox {

class Session;

void show_own_id(Session& session);                               // the user asks for it
void announce_new_id(Session& session, const std::string& more);  // a profile was made; `more` is said with it
// Where there is no menu to ask for it, it is said at each login.
void say_own_id_without_menu(Session& session);

bool is_own_name(Session& session, const std::string& who);  // the account's name, or our key

void forget_id_dialogs(unsigned session);  // it ends: libpurple closes them without a word

}  // namespace purple_tox
