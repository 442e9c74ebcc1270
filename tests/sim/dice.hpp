// SPDX-License-Identifier: GPL-3.0-or-later
// Where all chance in a simulation comes from: one seed. The world's own dice, and the stream the engines draw from.
#pragma once

#include <string>

#include "engine/base/time.hpp"

namespace tox::sim {

// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014). Good enough for faults, never for
// secrets.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
    bool chance(double probability) { return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability; }
    Duration between(Duration least, Duration most);

  private:
    std::uint64_t state_;
};

// From now on libsodium's random bytes in this process follow from the seed alone, and are no secret at all.
void seed_engines(std::uint64_t seed);

// A number from the environment, so that the same program runs small in ./check and long by hand.
std::uint64_t figure(const char* variable, std::uint64_t fallback);

}  // namespace tox::sim
