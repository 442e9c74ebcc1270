// SPDX-License-Identifier: GPL-3.0-or-later
// Sends announce requests over our paths and matches the answers; keeps to the budget. Does not know why it is asked.
#pragma once

#include <unordered_map>

#include "engine/host/network.hpp"
#include "engine/onion/answered_share.hpp"
#include "engine/onion/entry_hops.hpp"
#include "engine/onion/sendbacks.hpp"
#include "engine/relay/relay_pool.hpp"

namespace tox {

struct Ask {
    Node to;
    wire::AnnounceBody body;  // its sendback is filled in here
    std::optional<LongTermKey> contact{};
    PathId path = no_path;  // only over this one if it is still trusted
    bool proven = false;
    bool urgent = false;  // a search that somebody waits for
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

enum class Asking {
    sent,
    not_there,  // this node cannot be asked now; others may
    nowhere     // there is no path to anybody
};

class Requests {
  public:
    // All outlive this. No relays (nullptr): paths begin at nodes only.
    Requests(const DhtKeyPair& self, NodeSource& nodes, Network& network, RelayPool* relays)
        : hops_(nodes), own_(self, hops_), contacts_(self, hops_), network_(network), relays_(relays) {}

    HopBook& hops() { return hops_; }
    bool ready(Instant now) { return hops_.ready(now); }
    // Whether the announcement's path may lead to this node again.
    bool trusted(PathId path, const Node& to, Instant now) { return own_.trusted(path, to, now) != nullptr; }

    // Where most requests get lost several carry the question, as far as the budget lasts; it counts as one, answered
    // once or overdue once.
    Asking ask(const Ask& ask, const Requester& requester, Instant now);
    std::optional<Answer> take(ByteView datagram, Instant now);  // 0x84 and 0x88, genuine and expected
    // A request that has become late or lost, each once; its path has been blamed already. Valid until the next call.
    const Pending* next_overdue(Instant now);
    Instant next_overdue() const { return sendbacks_.next_overdue(); }

    const AnsweredShare& answered_share() const { return answered_share_; }

    void start_over(Instant now) {  // on another network
        own_.forget_all();
        contacts_.forget_all();
        pace_.restart(now);
    }
    bool send_data(const Node& to, ByteView packet, Instant now);

    EntryHops& entries() { return entries_; }
    Instant next_own() const { return pace_.next(); }
    Instant next_search() const { return pace_.next_search(); }

  private:
    static constexpr unsigned reserve = 8;  // of the budget, not for copies

    struct Question {
        unsigned open = 0;  // requests that may still be answered in time
        bool done = false;  // answered
        bool late = false;  // and reported so
    };
    Asking ask_once(const Ask& ask, const Requester& requester, Instant now);
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
    EntryHops entries_;
    Pace pace_;
};

}  // namespace tox
