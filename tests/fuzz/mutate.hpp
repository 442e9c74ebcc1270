// SPDX-License-Identifier: GPL-3.0-or-later
// Damages bytes in the ways that find faults: flips, cuts, doubling, extremes, splices. Knows no format.
#pragma once

#include "engine/base/bytes.hpp"
#include "tests/sim/dice.hpp"

namespace tox::fuzz {

inline Bytes random_bytes_of(sim::Dice& dice, std::size_t size) {
    Bytes bytes(size);
    for (Byte& b : bytes) b = static_cast<Byte>(dice.next());
    return bytes;
}

inline void set_extreme(Bytes& bytes, sim::Dice& dice) {
    static constexpr std::array<Byte, 8> extremes{0, 1, 2, 10, 0x7f, 0x80, 0xfe, 0xff};
    const std::size_t at = dice.below(bytes.size());
    const std::size_t run = std::min<std::size_t>(1 + dice.below(4), bytes.size() - at);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), run, extremes[dice.below(extremes.size())]);
}

inline void mutate_once(Bytes& bytes, sim::Dice& dice) {
    if (bytes.empty()) return bytes.push_back(static_cast<Byte>(dice.next()));
    const auto at = static_cast<std::ptrdiff_t>(dice.below(bytes.size()));
    switch (dice.below(6)) {
        case 0:
            bytes[static_cast<std::size_t>(at)] ^= static_cast<Byte>(1U << dice.below(8));
            break;
        case 1:
            set_extreme(bytes, dice);
            break;
        case 2:
            bytes.resize(static_cast<std::size_t>(at));
            break;
        case 3:
            append(bytes, random_bytes_of(dice, 1 + dice.below(60)));
            break;
        case 4:
            bytes.erase(bytes.begin() + at);
            break;
        default:
            bytes.insert(bytes.begin() + at, static_cast<Byte>(dice.next()));
    }
}

inline Bytes mutated(Bytes bytes, sim::Dice& dice) {
    for (auto changes = 1 + dice.below(4); changes > 0; --changes) mutate_once(bytes, dice);
    return bytes;
}

}  // namespace tox::fuzz
