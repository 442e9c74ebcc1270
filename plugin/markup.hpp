// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a text is the markup that libpurple promises, or plain text that somebody handed over in its place. Pure.
#pragma once

#include <string_view>

namespace purple_tox {

// User interfaces escape what people type: in what they hand over each "<" begins a tag, tags come in pairs, and each
// "&" begins an entity. Pounces, callers over D-Bus and the statuses of some hosts hand over what was typed.
bool is_markup(std::string_view text);

}  // namespace purple_tox
