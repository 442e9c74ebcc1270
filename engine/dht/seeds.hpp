// SPDX-License-Identifier: GPL-3.0-or-later
// Where we enter the network: bootstrap nodes, asked again with back-off until they answer, and nodes of the last run,
// asked a few at a time and forgotten if silent. Says whom to ask; does not send.
#pragma once

#include "engine/base/time.hpp"
#include "engine/wire/nodes.hpp"

namespace tox::dht {

class Seeds {
  public:
    static constexpr std::size_t most_bootstrap = 64;  // several addresses of each of the few dozen public nodes
    static constexpr std::size_t most_saved = 128;     // more than a c-toxcore save holds in practice
    static constexpr std::size_t saved_at_once = 8;    // notes 4.13: saved nodes asked per second
    static constexpr unsigned saved_tries = 3;
    static constexpr Duration longest_wait = 240s;  // "up to a few minutes"

    void add(const Node& node, Instant now);
    void remember(const std::vector<Node>& saved, Instant now);
    void answered(const Node& node);
    // Nobody is left: bootstrap nodes are asked again, from the start.
    void restart(Instant now);
    // The network knows us: nobody else needs to be asked for now.
    void satisfied();

    struct Due {
        Node node;
        unsigned tries;  // before this one
    };
    std::optional<Due> take(Instant now);  // counts as asked
    Instant next() const;
    std::size_t size() const { return bootstrap_.size() + saved_.size(); }

  private:
    struct Seed {
        Node node;
        unsigned tries = 0;
        Instant next;
    };
    std::optional<Due> take_from(std::vector<Seed>& seeds, Instant now);

    std::vector<Seed> bootstrap_;  // next == never: it has answered, or needs not be asked
    std::vector<Seed> saved_;
};

}  // namespace tox::dht
