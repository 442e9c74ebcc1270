// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in bootstrap nodes, in the notation of the account option.
#pragma once

namespace purple_tox {

extern const char* const public_nodes;

}  // namespace purple_tox
