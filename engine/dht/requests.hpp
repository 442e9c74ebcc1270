// SPDX-License-Identifier: GPL-3.0-or-later
// What we have asked and may be answered: an answer must match id, key and address within five seconds, once (R34).
#pragma once

#include <deque>
#include <unordered_map>

#include "engine/base/time.hpp"
#include "engine/dht/distance.hpp"

namespace tox::dht {

inline constexpr Duration answer_time = 5s;        // notes 4.2, 4.4: PING_TIMEOUT
inline constexpr Duration in_flight_time = 1s;     // after that a lost packet is likelier than a slow node
inline constexpr std::size_t most_requests = 512;  // notes 4.5; five seconds of our own rate limit are 280

struct Asked {
    enum class What : Byte { ping, nodes };
    What what;
    Node node;
    RawKey wanted{};         // of a nodes request
    bool neutral = false;    // not on behalf of a contact's search: see KnownNode::neutral
    bool follow_up = false;  // counts as in flight
    Instant at{};
};

class Requests {
  public:
    std::uint64_t note(const Asked& asked);  // the id to send
    // Whether an answer from this node can be ours at all: asked before anything is decrypted.
    bool expects(const Node& node, Instant now);
    std::optional<Asked> take(std::uint64_t id, const Node& node, Asked::What what, Instant now);

    bool asked_within(const Node& node, Duration time, Instant now);
    std::size_t in_flight(Instant now) const;           // follow-ups only: bootstrap nodes may well be dead
    Instant oldest_in_flight_until(Instant now) const;  // when in_flight() falls next; `never` if nothing is
    std::size_t size() const { return open_.size(); }

  private:
    struct Sent {
        std::uint64_t id;
        Node node;
        Instant at;
    };
    bool waits(std::uint64_t id) const;
    void forget_old(Instant now);
    void forget_oldest();

    std::unordered_map<std::uint64_t, Asked> open_;
    std::unordered_map<Node, Instant, NodeHash> last_;  // for each node in order_, when it was asked last
    std::deque<Sent> order_;
};

}  // namespace tox::dht
