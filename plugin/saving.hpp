// SPDX-License-Identifier: GPL-3.0-or-later
// What the user hears of a profile that cannot be written: at once, once, and why; and once when it can be again (B30).
#pragma once

#include <string>

namespace purple_tox {

class Session;

void save_failed(Session& session, const std::string& reason);
void save_works(Session& session);
std::string told_save_fault(Session& session);  // the same as the reason in another dialog, which then is the one

}  // namespace purple_tox
