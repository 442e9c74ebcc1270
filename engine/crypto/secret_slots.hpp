// SPDX-License-Identifier: GPL-3.0-or-later
// Places for secrets of 32 bytes in memory that is locked (never swapped out), not in core dumps, and fenced by pages
// that may not be touched. What is given back is wiped at once. Only Secret uses it.
#pragma once

#include "engine/base/bytes.hpp"

namespace tox::secret_slots {

inline constexpr std::size_t size = 32;

Byte* take();  // zeros; throws std::bad_alloc if there is no memory. Where locking fails it is used all the same
void give_back(Byte* slot);

}  // namespace tox::secret_slots
