// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/onion/seeded.hpp"

#include <sodium.h>

namespace tox::test {
namespace {

std::uint64_t state = 1;

std::uint64_t next() {  // splitmix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

const char* name() { return "seeded"; }
std::uint32_t number() { return static_cast<std::uint32_t>(next()); }
void fill(void* const buffer, const std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) static_cast<unsigned char*>(buffer)[i] = static_cast<unsigned char>(next());
}

randombytes_implementation implementation = {name, number, nullptr, nullptr, fill, nullptr};

}  // namespace

void seed_randomness(std::uint64_t seed) {
    state = seed;
    randombytes_set_implementation(&implementation);
}

}  // namespace tox::test
