// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps our long-term key announced at the nodes nearest to it (spec: Onion, announcing; notes 13.4).
#pragma once

#include "engine/onion/candidates.hpp"
#include "engine/onion/near_list.hpp"
#include "engine/onion/requests.hpp"

namespace tox {

struct SelfKeys {  // all outlive the user
    const LongTermKeyPair& identity;
    const OnionKey& data_key;  // the same for the life of the process (trap 16)
    const DhtKey& dht_key;
};

class SelfAnnounce {
  public:
    static constexpr std::size_t list_size = 12;  // as c-toxcore

    SelfAnnounce(const SelfKeys& keys, const NodeSource& nodes, Requests& requests);

    void remember(NodesNear near) { remembered_ = std::move(near); }  // before the first round
    NodesNear near(Instant now) const;                                // what was remembered, if none has answered yet
    void start_over(Instant now);  // on another network: nobody may know us, and paths lead elsewhere
    void tick(Instant now);
    bool pump(Instant now);  // sends what is wanted within the budget; false: no paths
    bool on_answer(const Answer& answer, Scope teller, Instant now);
    void on_overdue(const Pending& pending, Instant now);

    unsigned storing(Instant now) const;
    Instant next_round() const { return next_round_; }
    Instant next_due() const { return next_due_; }
    bool waiting() const { return !candidates_.empty() && in_flight_ < in_flight_limit; }

  private:
    static constexpr unsigned in_flight_limit = 8;  // searches; announcements are limited by the list

    struct State {
        wire::PingId ping_id{};
        Instant ping_until{};   // after that the node may have forgotten it
        PathId path = no_path;  // the only one whose last hop the ping id is for (trap 15)
        bool asked = false;     // an answer is awaited
        Instant due = never;
        Instant stored_until{};
        std::optional<Instant> stored_since;
        unsigned refusals = 0;  // in a row, with a valid ping id
    };
    using List = NearList<State>;

    void begin_round(Instant now);
    bool announce_due(Instant now);
    Asking ask(List::Entry& entry, Instant now);
    Asking search(const Node& node, Instant now);
    void judge(State& state, const Answer& answer, Instant now);
    void refresh_due();

    SelfKeys keys_;
    const NodeSource& nodes_;
    Requests& requests_;
    List list_;
    NodesNear remembered_;  // asked until anybody has answered
    Candidates candidates_;
    unsigned in_flight_ = 0;  // searches that are not late
    unsigned rounds_ = 0;
    Duration gap_ = 1s;
    Instant next_round_{};
    Instant next_due_ = never;
};

}  // namespace tox
