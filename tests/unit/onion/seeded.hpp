// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a test the same every time: all randomness of the engine comes from libsodium, and libsodium's from here.
#pragma once

#include <cstdint>

namespace tox::test {

void seed_randomness(std::uint64_t seed);

}  // namespace tox::test
