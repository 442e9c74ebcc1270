// SPDX-License-Identifier: GPL-3.0-or-later
// One contact's search: which nodes near the long-term key answered, and which of them store an announcement of it.
#pragma once

#include "engine/onion/candidates.hpp"
#include "engine/onion/near_list.hpp"
#include "engine/onion/requests.hpp"

namespace tox {

class ContactSearch {
  public:
    static constexpr std::size_t list_size = 8;          // as c-toxcore
    static constexpr unsigned first_round_parallel = 8;  // notes 13.4
    static constexpr unsigned parallel = 4;
    static constexpr Duration key_lifetime = 1200s;  // of the search key pair (R19)
    // Answers so much older than the newest no longer vote on the data key: the contact may have started anew since.
    static constexpr Duration vote = 60s;

    ContactSearch(const LongTermKey& contact, const DhtKey& self);

    const LongTermKey& contact() const { return contact_; }
    NodesNear near() const;  // no nodes: none has answered

    struct Sources {
        const NodeSource& nodes;
        const NodesNear* remembered;  // asked until anybody has answered; nullptr: nobody has ever
    };
    void begin_round(const Sources& sources, const Requests& requests, Instant now);
    bool young(Instant now) const;  // in its dense rounds
    void afresh() { dense_since_.reset(); }
    void renew_keys();
    Duration slack() const { return gap_ >= Duration(15s) ? gap_ / 8 : Duration{}; }
    Instant next_round() const { return next_round_; }
    void schedule(Instant when) { next_round_ = when; }

    bool wants_to_ask() const;
    std::optional<Ask> next_ask();
    Requester requester() const { return {keys_.public_key.raw(), &keys_.secret}; }
    void asked(const Ask& ask) { in_flight_ += ask.proven ? 0 : 1; }

    void settle(const Pending& pending);  // it has been answered, whatever the answer is worth

    enum class Outcome { invalid, not_stored, stored };
    // `teller`: of our first hop; what can be of no use to it is of none to us.
    Outcome on_answer(const Answer& answer, Scope teller, Instant now);
    void on_overdue(const Pending& pending, double blame);

    struct Storing {
        Node node;
        OnionKey data_key;
    };
    std::vector<Storing> agreeing() const;  // nodes that name the data key most of them name, nearest first
    unsigned answered() const { return static_cast<unsigned>(list_.entries().size()); }
    unsigned storing() const;
    Instant last_found() const { return last_found_; }

  private:
    struct State {
        std::optional<OnionKey> data_key;
    };
    void offer_remembered(const NodesNear& remembered);
    void plan_next_round(const Requests& requests, Instant now);
    void newly_found(Instant now);
    std::optional<OnionKey> majority() const;
    bool votes(const NearList<State>::Entry& entry) const;

    LongTermKey contact_;
    OnionKeyPair keys_ = OnionKeyPair::generate();
    std::optional<Instant> keys_until_;
    NearList<State> list_;
    std::vector<Node> again_;  // nodes of the list, in this round: they answer, and need not wait for others
    std::vector<Node> first_;  // remembered, the likeliest to know: before others
    Candidates candidates_;
    unsigned in_flight_ = 0;  // requests to nodes that never answered, and that are not late
    bool first_round_ = true;
    std::optional<Instant> dense_since_;
    Duration gap_ = 0s;
    Instant next_round_{};
    Instant last_found_{};
    Instant next_revival_{};
};

}  // namespace tox
