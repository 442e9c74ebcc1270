// SPDX-License-Identifier: GPL-3.0-or-later
// Seals, for ourselves alone, where a response must go back to. One symmetric key for all packets, replaced now and
// then, so that the relay needs no memory of what passed through it (spec: Onion, return data).
#pragma once

#include "engine/base/time.hpp"
#include "engine/wire/onion.hpp"

namespace tox {

class ReturnSealer {
  public:
    static constexpr Duration lifetime = 2h;  // as c-toxcore
    static constexpr Duration grace = 60s;    // ours: what was sealed just before a change still finds its way back

    // One return layer more than `before`.
    Bytes seal(const Endpoint& back, ByteView before, Instant now);
    std::optional<wire::ReturnBody> open(ByteView data, Instant now);

  private:
    void rotate(Instant now);

    SharedKey current_ = random_symmetric_key();
    std::optional<Instant> born_;
    std::optional<Known<SharedKey>> previous_;
};

}  // namespace tox
