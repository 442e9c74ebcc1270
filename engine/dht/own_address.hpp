// SPDX-License-Identifier: GPL-3.0-or-later
// Our address as others see it: what nodes say when they are asked for our own key (notes 12.3). A vote: one liar
// must not be able to move us.
#pragma once

#include "engine/dht/node_table.hpp"

namespace tox::dht {

class OwnAddress {
  public:
    static constexpr std::size_t most_votes = 16;  // per family and kind; the latest ones
    static constexpr Duration vote_time = 300s;    // NAT mappings of a busy port live about as long
    static constexpr Duration distrust_time = 3s;  // by then those who answer have asked us back and know better

    // `reporter` sees us at `seen`; `nodes_known` good nodes are known. True if the result has changed.
    bool vote(const Node& reporter, const Endpoint& seen, std::size_t nodes_known, Instant now);
    std::optional<Endpoint> of(Endpoint::Family family) const { return result_[static_cast<std::size_t>(family)]; }
    // We may be elsewhere. Others go on for a while to name the address where they knew us: that does not count then.
    void forget(Instant now);
    Instant trusts_from() const { return distrust_until_; }
    // What our own host says, until others say something: on a LAN or without a NAT it is right, and known at once.
    // True if the result has changed.
    bool suppose(const Endpoint& source);

  private:
    struct Vote {
        DhtKey reporter;
        Endpoint seen;
        Instant at;
    };
    using Votes = std::vector<Vote>;
    static std::optional<Endpoint> majority(const Votes& votes, std::size_t nodes_known);

    std::array<std::array<Votes, 2>, 2> votes_;  // by family; public ones, and those from the LAN
    std::array<std::optional<Endpoint>, 2> result_;
    std::array<std::optional<Endpoint>, 2> before_;  // what it was when it was forgotten
    Instant distrust_until_{};
};

}  // namespace tox::dht
