// SPDX-License-Identifier: GPL-3.0-or-later
// Randomness, through libsodium alone: simulations install a seeded implementation there.
#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/time.hpp"

namespace tox {

// Makes libsodium choose its fast implementations; needed once before guarded memory is used, harmless again. False:
// the machine has no randomness to offer.
bool crypto_ready();

void random_bytes(std::span<Byte> out);
std::uint64_t random_u64();
std::uint32_t random_below(std::uint32_t bound);  // uniform in [0, bound); 0 for a bound of 0
template <class Items>
void shuffle(Items& items) {
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[random_below(static_cast<std::uint32_t>(i))]);
}
Duration jittered(Duration around,
                  unsigned percent = 20);  // uniform within +- percent, so that clients do not beat together

}  // namespace tox
