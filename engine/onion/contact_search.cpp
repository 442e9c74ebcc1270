// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/contact_search.hpp"

#include <span>

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

// Rounds after the start of a search, then every 15 s up to 2 min, then doubling to 15 min (notes 12.3, which look less
// often in the first seconds: but a libtoxcore that starts when we do is announced after 4 to 8).
constexpr Duration dense_rounds[] = {1s, 2s, 3s, 4s, 5s, 6s, 8s};
constexpr Duration busy_rounds[] = {1s, 2s, 4s, 8s};  // while other searches use up the budget
constexpr Duration regular_gap = 15s;
constexpr Duration lossy_gap = 1s;  // these where hardly any request is answered
constexpr Duration regular_for = 120s;
constexpr Duration longest_gap = 15min;
constexpr Duration hopeful_for = 30s;   // one round per second while no node answers at all
constexpr Duration revival_gap = 5min;  // a node that lies by turns must not keep a search dense for ever
constexpr std::size_t asked_first = 2, asked_again = 4, near_seeds = ContactSearch::list_size, random_seeds = 2;

}  // namespace

ContactSearch::ContactSearch(const LongTermKey& contact, const DhtKey& self)
    : contact_(contact), list_(contact.raw(), list_size), candidates_(contact.raw(), self) {}

void ContactSearch::begin_round(const Sources& sources, const Requests& requests, Instant now) {
    if (keys_until_ && *keys_until_ <= now) renew_keys();
    if (!keys_until_) keys_until_ = now + key_lifetime;
    first_round_ = !dense_since_.has_value();
    if (first_round_) dense_since_ = now;
    candidates_.begin_round();
    again_.clear();
    first_.clear();
    if (list_.entries().empty() && sources.remembered) offer_remembered(*sources.remembered);
    std::size_t rank = 0;
    for (const auto& [distance, entry] : list_.entries())
        if (rank++ < asked_again || entry.state.data_key) again_.push_back(entry.node);
    for (const Node& node : sources.nodes.closest(contact_.raw(), near_seeds, Scope::host, now))
        if (list_.wants(node.key)) candidates_.offer(node);
    for (const Node& node : sources.nodes.random_nodes(list_.full() ? 1 : random_seeds, now))
        if (!list_.find(node.key)) candidates_.offer(node);
    plan_next_round(requests, now);
}

// The first of them held the announcement the last time. But they may all be gone: others are not to wait for that.
void ContactSearch::offer_remembered(const NodesNear& remembered) {
    for (const Node& node : remembered.nodes)
        if (first_.size() < asked_first && candidates_.claim(node))
            first_.push_back(node);
        else
            candidates_.offer(node);
}

// Answers on the way are opened with what their requests remember.
void ContactSearch::renew_keys() {
    keys_ = OnionKeyPair::generate();
    keys_until_.reset();
}

void ContactSearch::plan_next_round(const Requests& requests, Instant now) {
    const Duration elapsed = now - *dense_since_;
    const bool busy = requests.next_search() > now;
    const std::span<const Duration> rounds = busy ? std::span<const Duration>(busy_rounds) : dense_rounds;
    const auto dense = std::find_if(rounds.begin(), rounds.end(), [&](Duration at) { return elapsed < at; });
    if (list_.entries().empty() && elapsed < hopeful_for)
        gap_ = 1s;
    else if (dense != rounds.end())
        gap_ = *dense - elapsed;
    else if (elapsed < regular_for)
        gap_ = requests.answered_share().pause(regular_gap, lossy_gap);
    else
        gap_ = std::min(2 * std::max(gap_, regular_gap), longest_gap);
    next_round_ = now + (gap_ < regular_gap ? gap_ : jittered(gap_));
}

bool ContactSearch::young(Instant now) const {
    return dense_since_ && now - *dense_since_ < std::end(dense_rounds)[-1];
}

bool ContactSearch::wants_to_ask() const {
    if (!again_.empty()) return true;
    return !(first_.empty() && candidates_.empty()) && in_flight_ < (first_round_ ? first_round_parallel : parallel);
}

std::optional<Ask> ContactSearch::next_ask() {
    std::optional<Node> node;
    if (std::vector<Node>& sure = again_.empty() ? first_ : again_; sure.empty()) {
        node = candidates_.next();
    } else {
        node = sure.front();  // the nearest
        sure.erase(sure.begin());
    }
    if (!node) return std::nullopt;
    Ask ask{*node, {{}, contact_.raw(), {}, {}}, contact_};
    ask.proven = list_.find(node->key) != nullptr;
    return ask;
}

void ContactSearch::settle(const Pending& pending) {
    if (!pending.proven && pending.overdue == Overdue::no && in_flight_ > 0) --in_flight_;
}

ContactSearch::Outcome ContactSearch::on_answer(const Answer& answer, Scope teller, Instant now) {
    settle(answer.pending);
    if (answer.stored == wire::Stored::by_requester) return Outcome::invalid;  // a search key announces nothing
    State state;
    if (answer.stored == wire::Stored::by_another) {
        state.data_key = OnionKey::from(answer.key_or_ping_id);
        if (!state.data_key) return Outcome::invalid;
    }
    const bool known = storing() > 0;
    auto* entry = list_.answered(answer.pending.to, now);
    if (entry) entry->state = state;
    for (const Node& node : answer.nodes)
        if (scope_of(node.endpoint) >= teller && list_.wants(node.key)) candidates_.offer(node);
    if (!entry || !state.data_key) return Outcome::not_stored;
    last_found_ = now;
    if (!known) newly_found(now);
    return Outcome::stored;
}

// Whoever is stored now and was not before has just come online: look at him more often again.
void ContactSearch::newly_found(Instant now) {
    if (gap_ <= regular_gap || now < next_revival_) return;
    next_revival_ = now + revival_gap;
    dense_since_ = now - std::end(dense_rounds)[-1];
    first_round_ = false;
}

void ContactSearch::on_overdue(const Pending& pending, double blame) {
    if (pending.overdue == Overdue::lost)
        list_.unanswered(pending.to.key, blame);
    else if (!pending.proven && in_flight_ > 0)
        --in_flight_;
}

bool ContactSearch::votes(const NearList<State>::Entry& entry) const {
    return entry.state.data_key && entry.last_answer + vote >= last_found_;
}

std::optional<OnionKey> ContactSearch::majority() const {
    std::map<OnionKey, std::pair<unsigned, Instant>> count;  // ties go to the key heard of last
    for (const auto& [distance, entry] : list_.entries()) {
        if (!votes(entry)) continue;
        auto& [number, latest] = count[*entry.state.data_key];
        ++number;
        latest = std::max(latest, entry.last_answer);
    }
    const auto best =
        std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == count.end()) return std::nullopt;
    return best->first;
}

std::vector<ContactSearch::Storing> ContactSearch::agreeing() const {
    const auto key = majority();
    std::vector<Storing> out;
    for (const auto& [distance, entry] : list_.entries())
        if (votes(entry) && entry.state.data_key == key) out.push_back({entry.node, *key});
    return out;
}

NodesNear ContactSearch::near() const {
    return list_.worth_remembering(contact_, [](const auto& entry) { return entry.state.data_key.has_value(); });
}

unsigned ContactSearch::storing() const {
    unsigned count = 0;
    for (const auto& [distance, entry] : list_.entries()) count += entry.state.data_key ? 1U : 0U;
    return count;
}

}  // namespace tox
