// SPDX-License-Identifier: GPL-3.0-or-later
// Sends announce requests over our paths and matches the answers; keeps to the budget. Does not know why it is asked.
#pragma once

#include <unordered_map>

#include "engine/base/token_bucket.hpp"
#include "engine/host/network.hpp"
#include "engine/onion/answered_share.hpp"
#include "engine/onion/sendbacks.hpp"
#include "engine/relay/relay_pool.hpp"

namespace tox {

struct Ask {
    Node to;
    wire::AnnounceBody body;  // its sendback is filled in here
    std::optional<LongTermKey> contact{};
    PathId path = no_path;  // only over this one if it is still trusted
    bool proven = false;
};

struct Requester {  // in whose name
    RawKey key{};
    const SecretKey* secret = nullptr;
};

struct Answer {
    Pending pending;
    wire::Stored stored = wire::Stored::no;
    RawKey key_or_ping_id{};
    std::vector<Node> nodes;
};

class Requests {
  public:
    // Of all onion requests we send, and of searches for contacts (notes 12.5; bursts of 2 and 3 s at start).
    static constexpr unsigned per_second = 20, burst = 40;
    static constexpr unsigned searches_per_second = 8, search_burst = 24;

    // All outlive this. No relays (nullptr): paths begin at nodes only.
    Requests(const DhtKeyPair& self, const NodeSource& nodes, Network& network, RelayPool* relays)
        : hops_(nodes), own_(self, hops_), contacts_(self, hops_), network_(network), relays_(relays) {}

    HopBook& hops() { return hops_; }
    bool ready(Instant now) { return hops_.ready(now); }
    bool trusted(const std::optional<LongTermKey>& contact, PathId path, Instant now) {
        return pool(contact).trusted(path, now) != nullptr;
    }

    // False: no path can be built. Where most requests get lost several carry the question, as far as the budget lasts;
    // it counts as one, answered once or overdue once.
    bool ask(const Ask& ask, const Requester& requester, Instant now);
    std::optional<Answer> take(ByteView datagram, Instant now);  // 0x84 and 0x88, genuine and expected
    // A request that has become late or lost, each once; its path has been blamed already. Valid until the next call.
    const Pending* next_overdue(Instant now);
    Instant next_overdue() const { return sendbacks_.next_overdue(); }

    const AnsweredShare& answered_share() const { return answered_share_; }

    void forget_paths() {
        own_.forget_all();
        contacts_.forget_all();
    }
    bool send_data(const Node& to, ByteView packet, Instant now);

    Instant next_own() const { return all_.next(); }
    Instant next_search() const { return std::max(all_.next(), searches_.next()); }

  private:
    static constexpr unsigned reserve = 8;  // of the budget, not for copies

    struct Question {
        unsigned open = 0;  // requests that may still be answered in time
        bool done = false;  // answered
        bool late = false;  // and reported so
    };
    bool ask_once(const Ask& ask, const Requester& requester, Instant now);
    bool is_first(const Pending& answered);
    bool is_news(const Pending& overdue);
    bool forget(std::uint64_t question);
    bool send(const OnionPath& path, const Endpoint& to, ByteView inner, Instant now);
    template <class Response>
    std::optional<Answer> open(ByteView datagram, Instant now);
    PathPool& pool(const std::optional<LongTermKey>& contact) { return contact ? contacts_ : own_; }

    HopBook hops_;
    PathPool own_;       // paths that know who we are ...
    PathPool contacts_;  // ... never serve to show whom we look for (notes 12.4)
    Network& network_;
    RelayPool* relays_;
    Sendbacks sendbacks_;
    std::unordered_map<std::uint64_t, Question> questions_;
    std::uint64_t last_question_ = 0;
    AnsweredShare answered_share_;
    TokenBucket all_{per_second, burst};
    TokenBucket searches_{searches_per_second, search_burst};
};

}  // namespace tox
