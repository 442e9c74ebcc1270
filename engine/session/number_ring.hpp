// SPDX-License-Identifier: GPL-3.0-or-later
// Slots for consecutive packet numbers, which wrap at 2^32. Grows on demand up to a bound, so that an idle session
// costs little (c-toxcore: 512 KiB each). Does not know what is in the slots.
#pragma once

#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"

namespace tox {

// How far `number` is behind `from` in serial order; negative if before.
inline std::int32_t ahead(std::uint32_t number, std::uint32_t from) { return static_cast<std::int32_t>(number - from); }

template <class Slot, std::uint32_t Most>
class NumberRing {
    static_assert((Most & (Most - 1)) == 0);

  public:
    static constexpr std::uint32_t most = Most;
    static constexpr std::uint32_t least = 16;  // what a conversation needs; more comes with file transfers

    Slot& at(std::uint32_t number) { return slots_[number & (size() - 1)]; }
    const Slot& at(std::uint32_t number) const { return slots_[number & (size() - 1)]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }

    // Room for `span` numbers from `start` on, keeping those that are there; span <= Most.
    void fit(std::uint32_t start, std::uint32_t span) {
        if (span <= size()) return;
        std::uint32_t wanted = std::max(size(), least);
        while (wanted < span) wanted *= 2;
        std::vector<Slot> larger(wanted);
        for (std::uint32_t i = 0; i < size(); ++i) larger[(start + i) & (wanted - 1)] = std::move(at(start + i));
        slots_ = std::move(larger);
    }
    void release() { slots_ = {}; }

  private:
    std::vector<Slot> slots_;
};

}  // namespace tox
