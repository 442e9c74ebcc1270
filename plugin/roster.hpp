// SPDX-License-Identifier: GPL-3.0-or-later
// What the user takes out of libpurple's list is a contact no more, also while the account is signed off or the host
// tells only its list. What is merely missing from the list is not taken out: another libpurple program, a lost
// blist.xml or BitlBee begin with an empty one, and get all contacts of the profile.
#pragma once

#include <plugin.h>

#include "engine/crypto/keys.hpp"

namespace purple_tox {

class Session;

void watch_list(PurplePlugin* plugin);  // from now on, whether an account is connected or not

void drop_removed(Session& session);                                 // at login: those taken out while signed off
void remove_contact(Session& session, const tox::LongTermKey& key);  // or back into the list, if that cannot be

}  // namespace purple_tox
