// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/crypto/random.hpp"

#include <sodium.h>

namespace tox {

bool crypto_ready() { return sodium_init() >= 0; }

void random_bytes(std::span<Byte> out) { randombytes_buf(out.data(), out.size()); }

std::uint64_t random_u64() {
    std::uint64_t number = 0;
    randombytes_buf(&number, sizeof number);
    return number;
}

std::uint32_t random_below(std::uint32_t bound) { return bound == 0 ? 0 : randombytes_uniform(bound); }

Duration jittered(Duration around, unsigned percent) {
    const auto spread = around.count() * static_cast<Duration::rep>(percent) / 100;
    if (spread <= 0) return around;
    return around +
           Duration(static_cast<Duration::rep>(random_u64() % static_cast<std::uint64_t>(2 * spread + 1)) - spread);
}

}  // namespace tox
