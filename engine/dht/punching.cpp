// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/punching.hpp"

#include <cstdlib>

namespace tox::dht {
namespace {

template <std::size_t N>
Duration pause_after(const std::array<Duration, N>& pauses, unsigned done) {
    return pauses[std::min<std::size_t>(done, N - 1)];
}

}  // namespace

void Punching::suspect(Instant at) { next_request_ = next_request_ == never ? at : next_request_; }

void Punching::heard(Instant now) {
    if (!looking(now) || next_punch_ == never) next_punch_ = std::min(next_punch_, now);
    if (!worth_guessing()) next_punch_ = std::max(now, heard_ + punch_pauses.back());
    heard_ = now;
    // They punch only if we ask them to as well; but two of us must not urge each other on without end.
    suspect(std::max(now, requested_ + (worth_guessing() ? request_pauses.back() : late_pause)));
}

bool Punching::may_answer(Instant now) {
    if (now < next_answer_) return false;
    next_answer_ = now + answer_pause;
    return true;
}

void Punching::reset() {
    const Instant answer = next_answer_;
    *this = {};
    next_answer_ = answer;
}

void Punching::requested(Instant now) {
    const bool more = requests_ < most_tries || (looking(now) && worth_guessing());
    next_request_ = more ? now + pause_after(request_pauses, requests_) : never;
    requested_ = now;
    ++requests_;
}

bool Punching::punch_due(Instant now) {
    if (next_punch_ > now) return false;
    if (!looking(now)) next_punch_ = never;
    return next_punch_ != never;
}

void Punching::punched(Instant now) {
    next_punch_ = punches_ < most_tries ? now + pause_after(punch_pauses, punches_) : never;
    ++punches_;
}

std::vector<std::uint16_t> ports_near(const std::vector<std::uint16_t>& seen, unsigned skip, unsigned count) {
    std::vector<std::uint16_t> near;
    const auto first_near = [&](int port, std::size_t base, int distance) {  // no other is nearer, or as near before it
        for (std::size_t i = 0; i < seen.size(); ++i)
            if (std::abs(port - seen[i]) < distance + (i < base ? 1 : 0)) return false;
        return true;
    };
    const auto add = [&](int port, std::size_t base, int distance) {
        if (port <= 0 || port > 0xffff || near.size() == count || !first_near(port, base, distance)) return;
        if (skip > 0)
            --skip;
        else
            near.push_back(static_cast<std::uint16_t>(port));
    };
    for (int distance = 0; !seen.empty() && near.size() < count && distance <= 0xffff; ++distance)
        for (std::size_t base = 0; base < seen.size(); ++base) {
            add(seen[base] + distance, base, distance);
            if (distance > 0) add(seen[base] - distance, base, distance);
        }
    return near;
}

}  // namespace tox::dht
