// SPDX-License-Identifier: GPL-3.0-or-later
// Two waiting lines of nodes we have heard of and not yet heard from: those named in answers, to be asked nearest
// first, and those that came to us, to be pinged a moment later (notes 13.1, 13.3). They do not send.
#pragma once

#include <deque>

#include "engine/base/token_bucket.hpp"
#include "engine/dht/distance.hpp"

namespace tox::dht {

struct Candidate {
    Node node;
    RawKey wanted{};       // what to ask it for
    bool neutral = false;  // see KnownNode::neutral
    bool urgent = false;   // for a contact's search: before all others
};

class FollowUps {
  public:
    static constexpr std::size_t most = 64;            // four answers' worth for each of the 16 in flight
    static constexpr std::size_t most_in_flight = 16;  // notes 12.3

    void add(const Candidate& candidate);  // full: the least promising one is forgotten
    std::optional<Candidate> take();       // the most promising one
    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }

  private:
    std::vector<Candidate> waiting_;
};

class Greetings {
  public:
    static constexpr std::size_t most = 32;      // notes 4.5: to_ping
    static constexpr Duration patience = 100ms;  // notes 13.1; c-toxcore waits 2 s

    explicit Greetings(const DhtKey& self) : self_(self) {}
    void add(const Node& node, Instant now);  // full: the one farthest from us is forgotten
    std::optional<Node> take(Instant now);    // at most 16 a second (notes 13.1)
    Instant next(Instant now);                // when take() will yield one; `never` if none waits
    std::size_t size() const { return waiting_.size(); }

  private:
    DhtKey self_;
    std::deque<Node> waiting_;
    Instant since_{};
    TokenBucket budget_{16, 4};
};

}  // namespace tox::dht
