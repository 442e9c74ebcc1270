// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/requests.hpp"

#include "engine/crypto/random.hpp"

namespace tox::dht {

std::uint64_t Requests::note(const Asked& asked) {
    forget_old(asked.at);
    if (order_.size() >= most_requests) forget_oldest();
    std::uint64_t id = random_u64();
    while (id == 0 || open_.contains(id)) id = random_u64();  // c-toxcore avoids 0 for its own (trap 41)
    open_.emplace(id, asked);
    last_.insert_or_assign(asked.node, asked.at);
    order_.push_back({id, asked.node, asked.at});
    return id;
}

bool Requests::expects(const Node& node, Instant now) { return asked_within(node, answer_time, now); }

std::optional<Asked> Requests::take(std::uint64_t id, const Node& node, Asked::What what, Instant now) {
    forget_old(now);
    const auto found = open_.find(id);
    if (found == open_.end() || found->second.node != node || found->second.what != what) return std::nullopt;
    const Asked asked = found->second;
    open_.erase(found);
    return asked;
}

bool Requests::asked_within(const Node& node, Duration time, Instant now) {
    const auto found = last_.find(node);
    return found != last_.end() && now - found->second < time;
}

bool Requests::waits(std::uint64_t id) const {
    const auto found = open_.find(id);
    return found != open_.end() && found->second.follow_up;
}

std::size_t Requests::in_flight(Instant now) const {
    std::size_t count = 0;
    for (auto sent = order_.rbegin(); sent != order_.rend() && now - sent->at < in_flight_time; ++sent)
        if (waits(sent->id)) ++count;
    return count;
}

Instant Requests::oldest_in_flight_until(Instant now) const {
    Instant until = never;
    for (auto sent = order_.rbegin(); sent != order_.rend() && now - sent->at < in_flight_time; ++sent)
        if (waits(sent->id)) until = sent->at + in_flight_time;
    return until;
}

void Requests::forget_old(Instant now) {
    while (!order_.empty() && now - order_.front().at >= answer_time) forget_oldest();
}

void Requests::forget_oldest() {
    const Sent& sent = order_.front();
    open_.erase(sent.id);
    if (const auto last = last_.find(sent.node); last != last_.end() && last->second == sent.at) last_.erase(last);
    order_.pop_front();
}

}  // namespace tox::dht
