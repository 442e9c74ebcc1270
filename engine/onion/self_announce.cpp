// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/self_announce.hpp"

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

constexpr Duration retry = 3s;             // not stored, or a second answer missing (as c-toxcore)
constexpr Duration lossy_gap = 1s;         // this and rounds, where hardly any request is answered
constexpr Duration young_refresh = 15s;    // stored for less than 90 s
constexpr Duration young = 90s;            // both as c-toxcore
constexpr Duration steady_refresh = 120s;  // as c-toxcore; entries live 300 s
constexpr Duration company = 15s;          // steady refreshes go together, so that an idle account wakes rarely
constexpr Duration full_retry = 60s;       // the node prefers nearer keys (notes 13.4)
constexpr Duration stored_for = 300s;      // spec: Onion, announce store
constexpr Duration ping_id_for = 290s;     // a ping id is valid 300 s at least
constexpr unsigned hopeful_rounds = 30;    // one per second while nobody answers at all
constexpr Duration sparse_gap = 15s;       // while nobody stores us
constexpr Duration steady_gap = 120s;      // looking for nearer nodes
constexpr std::size_t near_seeds = SelfAnnounce::list_size, random_seeds = 4;

bool is_search(const Pending& pending) { return !pending.proven; }  // nodes of the list are asked as proven ones

}  // namespace

SelfAnnounce::SelfAnnounce(const SelfKeys& keys, const NodeSource& nodes, Requests& requests)
    : keys_(keys),
      nodes_(nodes),
      requests_(requests),
      list_(keys.identity.public_key.raw(), list_size),
      candidates_(keys.identity.public_key.raw(), keys.dht_key) {}

void SelfAnnounce::start_over(Instant now) {
    for (auto& [distance, entry] : list_.entries()) entry.state = State{.due = now};
    rounds_ = 0;
    gap_ = 1s;
    next_round_ = now;
    refresh_due();
}

void SelfAnnounce::tick(Instant now) {
    if (next_round_ <= now) begin_round(now);
}

// Nodes of the list are asked anyway when their announcement is refreshed; a round looks for others.
void SelfAnnounce::begin_round(Instant now) {
    candidates_.begin_round();
    const RawKey& own = keys_.identity.public_key.raw();
    if (list_.entries().empty())
        for (const Node& node : remembered_.nodes) candidates_.offer(node);
    for (const Node& node : nodes_.closest(own, near_seeds, Scope::host, now))
        if (list_.wants(node.key)) candidates_.offer(node);
    for (const Node& node : nodes_.random_nodes(random_seeds, now))
        if (!list_.find(node.key)) candidates_.offer(node);
    ++rounds_;
    const bool stored = storing(now) > 0;
    if (list_.entries().empty() && rounds_ < hopeful_rounds)
        gap_ = 1s;
    else
        gap_ = std::min(2 * gap_, stored ? steady_gap : requests_.answered_share().pause(sparse_gap, lossy_gap));
    next_round_ = now + jittered(gap_);
}

bool SelfAnnounce::pump(Instant now) {
    if (!announce_due(now)) return false;
    while (in_flight_ < in_flight_limit && requests_.next_own() <= now) {
        const auto node = candidates_.next();
        if (!node) break;
        if (list_.find(node->key)) continue;
        if (search(*node, now) == Asking::nowhere) return false;
    }
    return true;
}

bool SelfAnnounce::announce_due(Instant now) {
    refresh_due();
    if (next_due_ > now) return true;
    bool paths = true;
    for (auto& [distance, entry] : list_.entries()) {
        const bool steady = entry.state.stored_since && now >= *entry.state.stored_since + young;
        const bool due = entry.state.due <= now + (steady ? company : 0s);
        if (!due || entry.state.asked || requests_.next_own() > now) continue;
        paths = ask(entry, now) != Asking::nowhere;
        if (!paths) break;
    }
    refresh_due();
    return paths;
}

// With the ping id if its path still works; otherwise without one, over another path: the answer brings a new one.
Asking SelfAnnounce::ask(List::Entry& entry, Instant now) {
    State& state = entry.state;
    const bool valid = now < state.ping_until && requests_.trusted(state.path, entry.node, now);
    Ask ask{entry.node, {{}, keys_.identity.public_key.raw(), keys_.data_key.raw(), {}}};
    ask.proven = true;
    if (valid) {
        ask.body.ping_id = state.ping_id;
        ask.path = state.path;
    }
    const Asking done = requests_.ask(ask, {keys_.identity.public_key.raw(), &keys_.identity.secret}, now);
    state.asked = done == Asking::sent;
    if (done == Asking::not_there) state.due = now + retry;
    return done;
}

Asking SelfAnnounce::search(const Node& node, Instant now) {
    const RawKey& own = keys_.identity.public_key.raw();
    const Ask ask{node, {{}, own, keys_.data_key.raw(), {}}};
    const Asking done = requests_.ask(ask, {own, &keys_.identity.secret}, now);
    if (done == Asking::sent) ++in_flight_;
    return done;
}

bool SelfAnnounce::on_answer(const Answer& answer, Scope teller, Instant now) {
    if (is_search(answer.pending) && answer.pending.overdue == Overdue::no && in_flight_ > 0) --in_flight_;
    if (answer.stored == wire::Stored::by_another) return false;  // nobody else can be stored under our key
    if (List::Entry* entry = list_.answered(answer.pending.to, now)) {
        entry->state.asked = false;
        judge(entry->state, answer, now);
    }
    for (const Node& node : answer.nodes)
        if (scope_of(node.endpoint) >= teller && list_.wants(node.key)) candidates_.offer(node);
    refresh_due();
    return true;
}

// An answer to a request without ping id says nothing about how long we stay stored: announce at once.
void SelfAnnounce::judge(State& state, const Answer& answer, Instant now) {
    state.ping_id = answer.key_or_ping_id;
    state.ping_until = now + ping_id_for;
    state.path = answer.pending.path;
    state.due = now;
    if (!answer.pending.with_ping_id) return;
    if (answer.stored == wire::Stored::by_requester) {
        state.refusals = 0;
        state.stored_until = now + stored_for;
        if (!state.stored_since) state.stored_since = now;
        state.due = now + jittered(now - *state.stored_since < young ? young_refresh : steady_refresh, 10);
        return;
    }
    state.stored_until = {};
    state.stored_since.reset();
    state.due =
        now + (++state.refusals >= 2 ? jittered(full_retry) : requests_.answered_share().pause(retry, lossy_gap));
}

void SelfAnnounce::on_overdue(const Pending& pending, Instant now) {
    if (pending.overdue == Overdue::late) {
        if (is_search(pending) && in_flight_ > 0) --in_flight_;
        return;
    }
    List::Entry* entry = list_.find(pending.to.key);
    if (!entry || is_search(pending)) return;
    entry->state.asked = false;
    entry->state.due = entry->unanswered == 0 ? now : now + requests_.answered_share().pause(retry, lossy_gap);
    list_.unanswered(pending.to.key, requests_.answered_share().blame_of_node());
    refresh_due();
}

NodesNear SelfAnnounce::near(Instant now) const {
    if (list_.entries().empty()) return remembered_;
    return list_.worth_remembering(keys_.identity.public_key,
                                   [now](const List::Entry& entry) { return now < entry.state.stored_until; });
}

unsigned SelfAnnounce::storing(Instant now) const {
    unsigned count = 0;
    for (const auto& [distance, entry] : list_.entries()) count += now < entry.state.stored_until ? 1U : 0U;
    return count;
}

void SelfAnnounce::refresh_due() {
    next_due_ = never;
    for (const auto& [distance, entry] : list_.entries())
        if (!entry.state.asked) next_due_ = std::min(next_due_, entry.state.due);
}

}  // namespace tox
