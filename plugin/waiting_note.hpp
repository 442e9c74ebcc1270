// SPDX-License-Identifier: GPL-3.0-or-later
// What a conversation has said of messages that wait: once per spell, and taken back when they are delivered. Pure.
#pragma once

#include <optional>
#include <utility>

#include "engine/base/time.hpp"

namespace purple_tox {

class WaitingNote {
  public:
    // Whoever is back at once need not be spoken of: sessions are renewed, and texts follow within a round trip.
    static constexpr tox::Duration patience = std::chrono::seconds(2);

    // Whether it is to be said now. `wait`: there are some, for somebody who is not there.
    bool due(bool wait, tox::Instant now) {
        if (!wait || said_) {
            since_.reset();
            return false;
        }
        if (!since_) since_ = now;
        return now >= *since_ + patience;
    }
    tox::Instant look_again() const { return since_ ? *since_ + patience : tox::never; }

    bool said() const { return said_; }
    void say() { said_ = true; }
    bool take_back() { return std::exchange(said_, false); }  // whether there was something to take back

  private:
    bool said_ = false;
    std::optional<tox::Instant> since_;
};

}  // namespace purple_tox
