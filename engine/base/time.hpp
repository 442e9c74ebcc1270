// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's two clocks: a monotonic one for everything it schedules, wall time only for what people and peers read.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tox {

using namespace std::chrono_literals;

using Duration = std::chrono::microseconds;

struct Monotonic {  // names the time line; has no now() of its own: time is given to the engine by its Loop
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Monotonic>;
    static constexpr bool is_steady = true;
};

using Instant = Monotonic::time_point;
using WallTime = std::chrono::sys_seconds;

inline constexpr Instant never = Instant::max();

// A fact and the instant at which it stops being one (design section 4).
template <class T>
struct Known {
    T value;
    Instant until;
};

template <class T>
bool fresh(const std::optional<Known<T>>& fact, Instant now) {
    return fact && now < fact->until;
}

// As files and packets hold it; what was before 1970 was then.
inline std::uint64_t unix_seconds(WallTime time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
}

}  // namespace tox
