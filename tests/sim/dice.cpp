// SPDX-License-Identifier: GPL-3.0-or-later
// The only place outside engine/crypto that includes sodium.h: randombytes_set_implementation has no other door.
#include "tests/sim/dice.hpp"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

#include "engine/crypto/box.hpp"

namespace tox::sim {
namespace {

Dice& engine_stream() {
    static Dice stream{0};
    return stream;
}

void fill(void* out, const std::size_t size) {
    auto* bytes = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
        const std::uint64_t word = engine_stream().next();
        std::memcpy(bytes + i, &word, std::min(sizeof word, size - i));
    }
}

const char* name() { return "simulation"; }
std::uint32_t word() { return static_cast<std::uint32_t>(engine_stream().next() >> 32U); }

void install() {
    static randombytes_implementation simulated{name, word, nullptr, nullptr, fill, nullptr};
    randombytes_set_implementation(&simulated);
    if (sodium_init() < 0) std::abort();
    // The hash secret is drawn once per process; draw it here, or the first seed of a process would differ from its
    // replay.
    short_hash({});
}

}  // namespace

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

Duration Dice::between(Duration least, Duration most) {
    if (most <= least) return least;
    return least + Duration(static_cast<Duration::rep>(below(static_cast<std::uint64_t>((most - least).count()) + 1)));
}

void seed_engines(std::uint64_t seed) {
    static const bool installed = (install(), true);
    if (installed) engine_stream() = Dice(seed);
}

std::uint64_t figure(const char* variable, std::uint64_t fallback) {
    const char* text = std::getenv(variable);
    return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : fallback;
}

}  // namespace tox::sim
