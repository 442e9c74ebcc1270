// SPDX-License-Identifier: GPL-3.0-or-later
// A contact's nickname in the list, and the line in the conversation when it changes.
#pragma once

#include <string>

struct _PurpleAccount;

namespace purple_tox {

void show_nickname(_PurpleAccount* account, const std::string& buddy, const std::string& nickname);

}  // namespace purple_tox
