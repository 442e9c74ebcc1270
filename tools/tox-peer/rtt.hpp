// SPDX-License-Identifier: GPL-3.0-or-later
// Round trips of messages, one probe at a time (driver protocol 1, verb rtt).
#pragma once

#include "tools/tox-peer/output.hpp"
#include "tools/tox-peer/target.hpp"

namespace tox_peer {

class Rtt {
  public:
    struct Plan {
        Target target;
        std::uint64_t count = 100;
        std::size_t size = 50;
        tox::Duration gap{};
    };
    bool active() const { return active_; }
    void start(const Plan& plan);
    // Sends what is due. Fields of rtt_done when an answer has been missing for too long.
    std::optional<Fields> pump(tox::Engine& engine);
    tox::Instant next() const;  // when pump() has something to do
    // Whether the message was the awaited answer; then `done` may become the fields of rtt_done.
    bool take(FriendNumber from, std::string_view text, std::optional<Fields>& done);

  private:
    Fields finish();

    Plan plan_;
    bool active_ = false;
    std::uint32_t sequence_ = 0;
    std::optional<tox::Instant> sent_at_;
    tox::Instant next_at_{};
    std::vector<tox::Duration::rep> times_;
};

}  // namespace tox_peer
