// SPDX-License-Identifier: GPL-3.0-or-later
// As many messages as the engine takes (driver protocol 1, verb flood).
#pragma once

#include "tools/tox-peer/output.hpp"
#include "tools/tox-peer/target.hpp"

namespace tox_peer {

class Flood {
  public:
    enum class Kind { message, lossless, lossy };
    struct Plan {
        Target target;
        Kind kind = Kind::message;
        std::uint32_t count = 1000;
        std::size_t size = 50;
        std::uint32_t window = 0;  // most messages without receipt; 0: any number
        tox::Duration limit{};
    };
    bool active() const { return active_; }
    void start(const Plan& plan);
    // Sends a bounded burst. Fields of flood_done when all is acknowledged or the time is up.
    std::optional<Fields> pump(tox::Engine& engine);
    tox::Instant next() const;  // when pump() has something to do without anything having happened
    bool take_receipt(FriendNumber from, tox::MessageId id);  // whether it belongs to this flood

  private:
    bool may_send() const;
    bool send_one(tox::Engine& engine);
    void send_burst(tox::Engine& engine);
    Fields finish(tox::Instant now);

    Plan plan_;
    bool active_ = false;
    bool refused_last_ = false;
    std::uint32_t sent_ = 0, acknowledged_ = 0;
    std::uint64_t refused_ = 0;
    tox::MessageId first_id_ = 0;  // what was sent before does not count
    tox::Instant began_{}, all_sent_{};
};

}  // namespace tox_peer
