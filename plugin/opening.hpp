// SPDX-License-Identifier: GPL-3.0-or-later
// What opening a Tox profile has found, in sentences: only what is true of this file, and what can be done about it.
#pragma once

#include <string>

#include "engine/profile/opened.hpp"

namespace purple_tox {

std::string opened_text(const tox::Opened& opened);  // of a profile that is in use now; empty if all is well

}  // namespace purple_tox
