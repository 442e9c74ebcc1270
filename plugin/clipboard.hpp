// SPDX-License-Identifier: GPL-3.0-or-later
// The clipboard of the program we are loaded into. libpurple has none, and Pidgin's is GTK's, which this plugin must
// not link: other programs have no GTK.
#pragma once

#include <string>

namespace purple_tox {

bool has_clipboard();
void copy_to_clipboard(const std::string& text);  // nothing happens where there is none

}  // namespace purple_tox
