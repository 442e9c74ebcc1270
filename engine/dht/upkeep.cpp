// SPDX-License-Identifier: GPL-3.0-or-later
// What time demands: retries, rounds of searches, keep-alives (notes 12.3). Work that is not urgent waits for company,
// so that an idle node wakes rarely.
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::Asked;
using dht::Candidate;
using dht::KnownNode;
using dht::Search;

namespace {

constexpr Duration company = 10s;  // what is due within this time goes along with what is due now
constexpr unsigned reserve = 8;    // packets that follow-ups leave for rounds and retries
constexpr std::array<Duration, 5> dense_rounds{1s, 1s, 2s, 4s, 8s};  // after the first at 0: 1, 2, 4, 8, 16 s
constexpr unsigned dense_asks = 4;
constexpr Duration pursuit_time = 2s;      // between tries while others name the searched node
constexpr Duration round_time = 25s;       // a contact's search; c-toxcore: 20 s
constexpr Duration walk_round_time = 60s;  // a random walk, and nodes near us
constexpr unsigned walk_dense_rounds = 2;
constexpr std::size_t few_seeds = 4;
constexpr std::size_t many_seeds = 64;     // then most of them are asked one thing only, so that all are asked soon
constexpr unsigned met_price = 8;          // of a seed, once somebody has answered: others are likelier to know more
constexpr unsigned most_keep_alives = 32;  // in one go; 40/s are allowed
constexpr Duration sleep_noticed = 2min;   // later than wished: the computer was suspended

}  // namespace

void Dht::Body::tick(Instant now) {
    if (now < wake_at || !udp()) return;
    const bool overslept = wake_at != Instant{} && now > wake_at + sleep_noticed;
    wake_at = never;
    if (overslept) network_changed(now);
    check_lonely(now);
    call_out(now);
    ask_doubted(now);
    ask_seeds(now);
    ask_for_ourselves(now);
    run_searches(now);
    open_nats(now);
    keep_alive(now);
    send_greetings(now);
    pump(now);
    wake_at = std::max(wake_at, now + 1ms);
    fire();
}

bool Dht::Body::ask(const Candidate& candidate, Instant now, bool follow_up) {
    const Node& node = candidate.node;
    if (node.key == self.public_key || !network.reaches(node.endpoint.family) || !budget.take(now)) return false;
    const Asked asked{Asked::What::nodes, node, candidate.wanted, candidate.neutral, follow_up, now};
    const std::uint64_t id = requests.note(asked);
    if (KnownNode* known = table.find(node.key))
        if (auto& address = known->of(node.endpoint.family); address && address->endpoint == node.endpoint) {
            note_question(*address, now);
            address->asked(now);
        }
    send<wire::NodesRequest>(node, wire::NodesRequestBody{candidate.wanted, id});
    return true;
}

bool Dht::Body::ping(const Node& node, Instant now) {
    if (node.key == self.public_key || !network.reaches(node.endpoint.family) || !budget.take(now)) return false;
    return send_ping(node, now);
}

bool Dht::Body::send_ping(const Node& node, Instant now) {
    const bool contact = searches.find(node.key) != nullptr;
    const std::uint64_t id = requests.note({Asked::What::ping, node, {}, !contact, false, now});
    return send<wire::PingRequest>(node, wire::PingBody<0x00>{id});
}

// Asks nodes we were told of, nearest first, as far as the budget goes.
void Dht::Body::pump(Instant now) {
    while (!follow_ups.empty()) {
        if (requests.in_flight(now) >= dht::FollowUps::most_in_flight)
            return wake(requests.oldest_in_flight_until(now));
        if (!budget.ready(now, reserve)) return wake(std::max(now, budget.next(reserve)));
        ask(*follow_ups.take(), now, true);
    }
}

void Dht::Body::ask_seeds(Instant now) {
    while (udp() && seeds.next() <= now) {
        const Instant turn = std::max({budget.next(1), burst.next(), seed_pace.next()});
        if (turn > now) return wake(turn);
        const auto due = seeds.take(now, met);
        if (!due) break;
        burst.spend(now);
        for (unsigned i = 0; i < (met ? met_price : 1); ++i) seed_pace.spend(now);
        ask({due->node, self.public_key.raw(), true, false}, now);
        // A second key at once: one answer alone names four nodes, all of the same region. With few nodes to ask, a
        // second packet is also what gets us in where many are lost.
        const unsigned twice = seeds.size() <= few_seeds ? 4 : seeds.size() <= many_seeds ? 1 : 0;
        if (due->tries < twice) ask({due->node, searches.walks()[0].target.raw(), true, false}, now);
    }
    wake(seeds.next());
}

void Dht::Body::send_greetings(Instant now) {
    while (const auto node = greetings.take(now)) ping(*node, now);
    wake(greetings.next(now));
}

void Dht::Body::ask_for_ourselves(Instant now) {
    for (Instant& due : own_asks) {
        if (due > now) continue;
        due = never;
        for (const Node& node : random_nodes(2, now)) ask({node, self.public_key.raw(), true, false}, now);
    }
    if (met && now + company >= own_round_next) {
        if (own_round_next != never)
            for (const Node& node : random_nodes(1, now)) ask({node, self.public_key.raw(), true, false}, now);
        own_round_next = never;
    }
    if (met && own_round_next == never) own_round_next = now + jittered(walk_round_time);
    for (const Instant due : own_asks) wake(due);
    wake(own_round_next);
}

bool Dht::Body::target_good(const Search& search, Instant now) const {
    const KnownNode* target = table.find(search.target);
    return target != nullptr && target->good(now);
}

void Dht::Body::run_searches(Instant now) {
    // The walk over all searches is made only when one is due: its round then moves on by a second at least.
    if (searches_next <= now + company) {
        searches_next = never;
        searches.each([&](Search& search, bool contact) {
            const bool soft = (search.rounds > dense_rounds.size() && !search.pursued()) ||
                              (!contact && search.rounds > walk_dense_rounds);
            if (search.next_round <= (soft ? now + company : now)) round(search, contact, now);
            searches_next = std::min(searches_next, search.next_round);
        });
    }
    wake(searches_next);
}

void Dht::Body::fill(Search& search, Instant now) {
    const auto& nodes = search.list.nodes();
    const bool full = nodes.size() == dht::list_size;
    if (full && std::all_of(nodes.begin(), nodes.end(), [&](const KnownNode* node) { return node->good(now); })) return;
    for (const Node& near : closest(search.target.raw(), dht::list_size, Scope::host, now))
        if (KnownNode* node = table.find(near.key)) search.list.place(*node, table, now);
}

// Others name it, but it has not answered us: packets are lost, or a NAT is between us. True while it is worth haste.
bool Dht::Body::pursue(Search& search, Instant now) {
    std::size_t asked = 0;
    const auto reports = search.fresh_reports(now);
    for (auto report = reports.rbegin(); report != reports.rend() && asked < dense_asks; ++report) {
        const Node place{search.target, report->place};
        if (requests.asked_within(place, 500ms, now)) continue;
        if (ask({place, search.target.raw(), false, true}, now)) ++asked;
    }
    if (reports.empty()) search.pursuits = 0;
    if (!reports.empty()) suspect_nat(search, now);
    return !reports.empty() && ++search.pursuits <= Search::most_pursuits;
}

void Dht::Body::round(Search& search, bool contact, Instant now) {
    const unsigned dense = contact ? static_cast<unsigned>(dense_rounds.size()) : walk_dense_rounds;
    if (contact && target_good(search, now)) {  // its keep-alive is enough; when it goes, dense again
        search.rounds = search.pursuits = 0;
        search.next_round = table.find(search.target)->confirmed() + dht::good_time;
        return;
    }
    if (contact) fill(search, now);
    std::vector<const KnownNode*> alive;  // nearest first
    for (const KnownNode* node : search.list.nodes())
        if (node->alive(now)) alive.push_back(node);
    if (alive.empty()) {
        search.next_round = never;  // place_in() starts it again
        return;
    }
    if (!budget.ready(now, dense_asks)) {
        search.next_round = std::max(now, budget.next(dense_asks));
        return;
    }
    const std::size_t asks = search.rounds <= dense ? dense_asks : 1;
    while (alive.size() > asks) {  // few asks: any node, the nearest are likelier by what follows
        if (asks > 1)
            alive.pop_back();
        else
            alive.erase(alive.begin() + random_below(static_cast<std::uint32_t>(alive.size())));
    }
    for (const KnownNode* node : alive)
        ask({{node->key, node->freshest()->endpoint}, search.target.raw(), !contact, contact}, now);
    const bool pursued = contact && pursue(search, now);
    Duration pause = contact ? round_time : walk_round_time;
    if (search.rounds < dense) pause = dense_rounds[search.rounds];
    if (pursued) pause = std::min(pause, pursuit_time);
    search.next_round = now + jittered(pause);
    ++search.rounds;
}

// Asks the node at those of its addresses whose turn it is, within the room left; says how often it asked.
unsigned Dht::Body::keep_alive(dht::KnownNode& node, unsigned room, Instant now) {
    unsigned asked = 0;
    for (auto& address : node.addresses) {
        if (!address || !address->alive(now)) continue;
        if (address->next_ask <= now + company) {
            bool neutral = true;
            const RawKey wanted = keep_alive_target(node, neutral);
            if (asked < room && ask({{node.key, address->endpoint}, wanted, neutral, false}, now))
                ++asked;
            else
                address->next_ask = std::max(address->next_ask, now + 1s);
        }
        keep_alive_next = std::min(keep_alive_next, address->next_ask);
    }
    return asked;
}

void Dht::Body::keep_alive(Instant now) {
    if (keep_alive_next <= now + company) {
        keep_alive_next = never;
        unsigned room = most_keep_alives;
        for (auto& [key, node] : table.nodes()) room -= keep_alive(node, room, now);
    }
    wake(keep_alive_next);
}

// One keep-alive serves all lists that a node is in: it asks for one of their keys in turn (c-toxcore sends one each).
RawKey Dht::Body::keep_alive_target(const KnownNode& node, bool& neutral) {
    std::vector<std::pair<RawKey, bool>> targets;
    if (buckets.holds(node)) targets.emplace_back(self.public_key.raw(), true);
    searches.each([&](Search& search, bool contact) {
        if (search.list.holds(node)) targets.emplace_back(search.target.raw(), !contact);
    });
    if (targets.empty()) return self.public_key.raw();
    const auto chosen = targets[random_below(static_cast<std::uint32_t>(targets.size()))];
    neutral = chosen.second;
    return chosen.first;
}

// Nobody answers any more: back to the bootstrap nodes, and to those that once answered, with back-off.
void Dht::Body::check_lonely(Instant now) {
    if (now < lonely_at) return wake(lonely_at);
    if (met) lonely_at = std::max(lonely_at, table.lonely_at());
    if (now < lonely_at) return wake(lonely_at);
    if (met) seeds.restart(now);
    met = false;
    doubt(now);
    lonely_at = now + jittered(std::min<Duration>(dht::Seeds::longest_wait, 10s * (1U << std::min(revivals, 5U))));
    ++revivals;
    wake(lonely_at);
}

}  // namespace tox
