// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/rtt.hpp"

#include <algorithm>
#include <numeric>

#include "engine/crypto/random.hpp"
#include "tools/tox-peer/workload_text.hpp"

namespace tox_peer {
namespace {

using namespace std::chrono_literals;

constexpr tox::Duration answer_lost_after = 10s;
constexpr tox::Duration refused_again_after = 1ms;
constexpr std::uint32_t jitter_us = 50'000;  // keeps the probes from locking to either side's phase

}  // namespace

void Rtt::start(const Plan& plan) {
    *this = {};
    plan_ = plan;
    active_ = true;
}

tox::Instant Rtt::next() const {
    if (!active_) return tox::never;
    return sent_at_ ? *sent_at_ + answer_lost_after : next_at_;
}

std::optional<Fields> Rtt::pump(tox::Engine& engine) {
    const tox::Instant now = clock_now();
    if (now < next()) return std::nullopt;
    if (sent_at_) return finish();
    const std::string probe = workload_text('P', sequence_, plan_.size);
    sent_at_ = clock_now();  // before the call: an answer may be part of it on a fast loopback
    const bool sent = online(engine, plan_.target.key) &&
                      engine.send_message(plan_.target.key, tox::MessageKind::text, probe).has_value();
    if (sent) return std::nullopt;
    sent_at_.reset();
    next_at_ = now + refused_again_after;
    return std::nullopt;
}

bool Rtt::take(FriendNumber from, std::string_view text, std::optional<Fields>& done) {
    if (!active_ || !sent_at_ || from != plan_.target.number) return false;
    const auto sequence = sequence_of('R', text);
    if (!sequence) return false;
    if (*sequence != sequence_) return true;  // a late one
    const tox::Instant now = clock_now();
    times_.push_back((now - *sent_at_).count());
    sent_at_.reset();
    ++sequence_;
    const auto jitter = plan_.gap > 0s ? tox::random_below(jitter_us) : 0;
    next_at_ = now + plan_.gap + tox::Duration(jitter);
    if (times_.size() >= plan_.count) done = finish();
    return true;
}

Fields Rtt::finish() {
    active_ = false;
    std::sort(times_.begin(), times_.end());
    Fields fields;
    fields.number("friend", plan_.target.number).number("n", times_.size());
    if (times_.empty()) return fields;
    const auto percentile = [&](std::size_t percent) { return times_[times_.size() * percent / 100]; };
    const auto sum = std::accumulate(times_.begin(), times_.end(), tox::Duration::rep{0});
    fields.number("min_us", times_.front()).number("p50_us", percentile(50)).number("p90_us", percentile(90));
    fields.number("p99_us", percentile(99)).number("max_us", times_.back());
    return fields.number("mean_us", sum / static_cast<tox::Duration::rep>(times_.size()));
}

}  // namespace tox_peer
