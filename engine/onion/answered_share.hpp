// SPDX-License-Identifier: GPL-3.0-or-later
// What share of our onion requests is answered, and what follows from it: an onion request and its answer cross eight
// lines, so that 0.06 come back where each of them loses 30 %. Nodes and paths that are gone lower it as well.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/base/time.hpp"

namespace tox {

class AnsweredShare {
  public:
    static constexpr unsigned most_copies = 8;

    void answered() { note(1); }
    void lost() { note(0); }

    double value() const { return share_; }
    // How many requests make it likely that one of them is answered: 1 where half of them are.
    unsigned copies() const {
        return std::clamp(static_cast<unsigned>(std::lround(0.5 / std::max(share_, 0.01))), 1U, most_copies);
    }
    // How much one that is lost says against its path: little where most are. And a question against its node.
    double blame_of_path() const { return std::min(1.0, 2 * share_); }
    double blame_of_node() const { return std::min(1.0, share_ * std::max(copies(), 2U)); }
    // A pause between attempts, shorter where fewer than half are answered, down to `least`.
    Duration pause(Duration usual, Duration least) const {
        return std::clamp(std::chrono::duration_cast<Duration>(2 * share_ * usual), least, usual);
    }

  private:
    static constexpr double remembered = 24;  // requests: two seconds of them where much is lost

    void note(double answered) {  // a mean of those so far, and of the last ones when there are enough
        known_ = std::min(known_ + 1, remembered);
        share_ += (answered - share_) / known_;
    }

    double share_ = 1;
    double known_ = 1;  // as if one had been answered
};

}  // namespace tox
