// SPDX-License-Identifier: GPL-3.0-or-later
// The no_replay number of DHT-key packets: unix seconds that rise strictly, also when the wall clock goes back or we
// restart (a contact ignores a number that is not higher than the last one). Knows nothing of the packet.
#pragma once

#include "engine/base/time.hpp"
#include "engine/host/storage.hpp"

namespace tox {

class RisingNumber {
  public:
    // Numbers are reserved on the disk this far ahead: one small write in ten minutes of sending. After a crash we run
    // at most so far ahead of the clock, and other programs on the same profile are ignored for as long.
    static constexpr std::chrono::seconds reserve = 600s;

    explicit RisingNumber(Storage& storage) : storage_(storage) {}  // outlives this

    bool load();  // false: the file is there but cannot be read or makes no sense; numbers follow the clock then
    // Higher than any number before. If the reservation cannot be written the number is still good for this run.
    std::uint64_t next(WallTime wall);
    bool settle();  // at the end of a run: gives back what was reserved and not used

  private:
    bool store(std::uint64_t bound);

    Storage& storage_;
    std::uint64_t last_ = 0;
    std::uint64_t reserved_ = 0;  // numbers up to here may be handed out without writing
};

}  // namespace tox
