// SPDX-License-Identifier: GPL-3.0-or-later
// Lossy packets that wait for the next tick.
#pragma once

#include <vector>

#include "engine/base/bytes.hpp"

namespace tox {

class LossyQueue {
  public:
    static constexpr std::size_t capacity = 64;  // what one tick may send at once; more would only be late

    bool push(ByteView packet) {
        if (used_ == capacity) return false;
        if (used_ == packets_.size()) packets_.emplace_back();
        packets_[used_++].assign(packet.begin(), packet.end());
        return true;
    }
    bool empty() const { return used_ == 0; }
    template <class Send>
    void drain(Send send) {
        for (std::size_t i = 0; i < used_; ++i) send(ByteView(packets_[i]));
        used_ = 0;
    }
    void release_memory() { packets_ = {}; }

  private:
    std::vector<Bytes> packets_;  // keeps its memory while in use
    std::size_t used_ = 0;
};

}  // namespace tox
