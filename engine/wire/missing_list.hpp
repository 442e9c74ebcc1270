// SPDX-License-Identifier: GPL-3.0-or-later
// The list in a request packet (spec: Net crypto, packet request): which numbers from the buffer start on are missing,
// as distances; 0 stands for 255 present in a row. Every sequence of bytes is a valid list. Works on distances from the
// buffer start, so numbers may wrap.
#pragma once

#include <algorithm>

#include "engine/base/bytes.hpp"

namespace tox::wire {

inline constexpr Byte longest_distance = 255;

// Appends the list for the first `count` numbers; `missing(i)` tells of the i-th. Stops when `room` bytes are used:
// what is behind stays unmentioned, which says nothing about it.
template <class Missing>
void write_missing(Bytes& out, std::uint32_t count, std::size_t room, Missing missing) {
    std::uint32_t distance = 1;
    const std::size_t full = out.size() + room;
    for (std::uint32_t i = 0; i < count && out.size() < full; ++i, ++distance) {
        const bool listed = missing(i);
        if (!listed && distance != longest_distance) continue;
        out.push_back(listed ? static_cast<Byte>(distance) : Byte{0});
        distance = 0;
    }
}

// Walks a list over the first `count` numbers: `present(first, n)` for runs the list vouches for, `missing(i)` for each
// listed one. What lies beyond `count` is cut off (trap T8).
template <class Present, class Missing>
void read_missing(ByteView list, std::uint32_t count, Present present, Missing missing) {
    std::uint32_t next = 0;
    for (const Byte distance : list) {
        const std::uint32_t run = distance == 0 ? longest_distance : distance - 1U;
        present(next, std::min(run, count - next));
        if (run >= count - next) return;
        next += run;
        if (distance != 0) missing(next++);
        if (next >= count) return;
    }
}

}  // namespace tox::wire
