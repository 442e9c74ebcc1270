// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes to be asked about a key, nearest first, each once per round.
#pragma once

#include <map>
#include <vector>

#include "engine/dht/distance.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class Candidates {
  public:
    static constexpr std::size_t capacity = 16;  // two answers of four nodes for each of the 8 seeds, nearest kept
    static constexpr std::size_t memory = 48;    // nodes asked in one round; more are a chase set up by somebody

    Candidates(const RawKey& target, const DhtKey& self) : target_(target), self_(self) {}

    void begin_round();
    void offer(const Node& node);
    bool claim(const Node& node);  // as if next() had yielded it; false: it has, or never will
    std::optional<Node> next();
    bool empty() const { return waiting_.empty(); }

  private:
    bool barred(const Node& node) const;

    RawKey target_;
    DhtKey self_;  // never asked
    std::map<dht::Distance, Node> waiting_;
    std::vector<DhtKey> asked_;
};

}  // namespace tox
