// SPDX-License-Identifier: GPL-3.0-or-later
// Where we enter the network: bootstrap nodes, asked again with back-off until they answer, and nodes of the last run,
// asked a few at a time and forgotten if silent. Says whom to ask; does not send.
#pragma once

#include "engine/base/time.hpp"
#include "engine/wire/nodes.hpp"

namespace tox::dht {

class Seeds {
  public:
    static constexpr std::size_t most_bootstrap = 256;  // people paste whole lists, and most of them may be gone
    static constexpr std::size_t most_saved = 128;      // more than a c-toxcore save holds in practice
    static constexpr std::size_t most_entries = 32;     // proven hops worth keeping (notes 12.4)
    static constexpr std::size_t most_persistent = 16;  // saved nodes asked again and again while nobody answers
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
    // One that was asked least so far: of saved nodes the best, of the others any, for in a list the dead may all stand
    // at the beginning. Counts as asked. Saved nodes are forgotten if silent, unless nobody at all is `met`: then the
    // best of them are asked on with back-off.
    std::optional<Due> take(Instant now, bool met);
    Instant next() const;
    std::size_t size() const { return bootstrap_.size() + saved_.size(); }
    // Where the network can be entered, whoever has answered so far; one address for each node, public ones first.
    std::vector<Node> entries() const;
    // Saved nodes that have not been silent while others answered.
    const std::vector<Node>& kept() const { return kept_; }
    // Whether any leads beyond our LAN.
    bool lead_outside() const;

  private:
    struct Seed {
        Node node;
        unsigned tries = 0;
        Instant next;
    };
    enum class Order : Byte { listed, any };
    static std::optional<Due> take_from(std::vector<Seed>& seeds, Order order, Instant now);
    std::optional<Due> take_from(bool saved, Instant now);
    void forget_silent(Instant now, bool met);

    std::vector<Seed> bootstrap_;  // next == never: it has answered, or needs not be asked
    std::vector<Seed> saved_;
    std::vector<Node> kept_;  // best first
    bool saved_turn_ = false;
};

}  // namespace tox::dht
