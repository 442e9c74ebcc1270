// SPDX-License-Identifier: GPL-3.0-or-later
// Which nonce a data packet was sealed with, from the two bytes of it that travel (spec: Net crypto, data packets), and
// whether such a packet has been seen already (R23; c-toxcore has no replay window, having one interoperates).
#pragma once

#include <bitset>

#include "engine/crypto/keys.hpp"

namespace tox {

class NonceWindow {
  public:
    // spec: DATA_NUM_THRESHOLD, a third of the numbers two bytes can tell apart
    static constexpr std::uint16_t threshold = 21845;

    explicit NonceWindow(const Nonce& base) : base_(base) {}

    std::optional<Nonce> locate(std::uint16_t tail) const;  // nothing if a packet with it has been accepted before
    void accept(std::uint16_t tail);                        // only after the packet has proved genuine

  private:
    std::uint16_t distance(std::uint16_t tail) const { return static_cast<std::uint16_t>(tail - base_.low16()); }

    Nonce base_;               // the lowest nonce that is still understood; the window is the 65536 from it on
    std::bitset<65536> seen_;  // by tail: within the window each tail stands for one nonce
};

}  // namespace tox
