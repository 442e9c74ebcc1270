// SPDX-License-Identifier: GPL-3.0-or-later
// Times as files hold them: unix seconds, which damage or another program may have made anything (R44).
#pragma once

#include <optional>

#include "engine/base/time.hpp"

namespace tox {

// Nothing for what no calendar shows; libraries that write times down for people break on it.
inline std::optional<WallTime> sane_time(std::uint64_t seconds) {
    constexpr std::uint64_t last = 253'402'300'799;  // end of the year 9999
    if (seconds > last) return std::nullopt;
    return WallTime(std::chrono::seconds(seconds));
}

}  // namespace tox
