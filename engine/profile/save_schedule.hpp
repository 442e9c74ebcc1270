// SPDX-License-Identifier: GPL-3.0-or-later
// When the profile is to be written next, and when people are to be told: once when it can no longer be written, and
// once when it can again (B30, R52).
#pragma once

#include <array>

#include "engine/base/time.hpp"

namespace tox {

class SaveSchedule {
  public:
    enum class News { none, failing, works_again };

    void want(Instant when) { due_ = std::min(due_, when); }
    Instant due() const { return due_; }

    News tried(bool written, Instant now) {
        const std::size_t failed_before = failures_;
        failures_ = written ? 0 : std::min(failures_ + 1, retries.size());
        due_ = written ? never : now + retries[failures_ - 1];
        if (written == (failed_before == 0)) return News::none;
        return written ? News::works_again : News::failing;
    }

  private:
    static constexpr std::array<Duration, 3> retries{5s, 30s, 5min};  // R52; the last one again and again
    std::size_t failures_ = 0;                                        // in a row
    Instant due_ = never;
};

}  // namespace tox
