// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/sendbacks.hpp"

#include "engine/crypto/random.hpp"

namespace tox {

wire::Sendback Sendbacks::add(Pending pending, Patience patience) {
    const Instant now = pending.sent;
    forget_old(now);
    wire::Sendback sendback{};
    do random_bytes(sendback);
    while (slots_.contains(sendback));
    slots_.emplace(sendback, Slot{std::move(pending), now + patience.late, now + patience.lost});
    waiting_.emplace(now + patience.late, sendback);
    sent_.emplace_back(now, sendback);
    return sendback;
}

Pending* Sendbacks::find(const wire::Sendback& sendback, Instant now) {
    const auto slot = slots_.find(sendback);
    return slot != slots_.end() && now < slot->second.pending.sent + lifetime ? &slot->second.pending : nullptr;
}

void Sendbacks::erase(const wire::Sendback& sendback) {
    if (const auto slot = slots_.find(sendback); slot != slots_.end()) erase(slot);
}

void Sendbacks::erase(Slots::iterator slot) {
    waiting_.erase({slot->second.overdue_at, slot->first});
    slots_.erase(slot);
}

void Sendbacks::forget_old(Instant now) {
    while (!sent_.empty() && (sent_.front().first + lifetime <= now || sent_.size() >= capacity)) {
        erase(sent_.front().second);
        sent_.pop_front();
    }
}

Pending* Sendbacks::next_overdue(Instant now) {
    if (waiting_.empty() || waiting_.begin()->first > now) return nullptr;
    const wire::Sendback sendback = waiting_.begin()->second;
    Slot& slot = slots_.at(sendback);
    waiting_.erase(waiting_.begin());
    if (slot.pending.overdue == Overdue::no) {
        slot.pending.overdue = Overdue::late;
        slot.overdue_at = slot.lost_at;
        waiting_.emplace(slot.overdue_at, sendback);
    } else {
        slot.pending.overdue = Overdue::lost;
    }
    return &slot.pending;
}

}  // namespace tox
