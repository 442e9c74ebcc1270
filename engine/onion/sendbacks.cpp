// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/sendbacks.hpp"

#include "engine/crypto/random.hpp"

namespace tox {

static_assert(Sendbacks::capacity == 256, "the first byte of a sendback is its slot");

wire::Sendback Sendbacks::add(Pending pending, Patience patience) {
    const std::size_t index = next_++ % capacity;
    clear(index);
    Slot& slot = slots_[index];
    random_bytes(slot.sendback);
    slot.sendback[0] = static_cast<Byte>(index);
    slot.overdue_at = pending.sent + patience.late;
    slot.lost_at = pending.sent + patience.lost;
    slot.pending = std::move(pending);
    waiting_.emplace(slot.overdue_at, index);
    return slot.sendback;
}

Sendbacks::Slot* Sendbacks::slot_of(const wire::Sendback& sendback) {
    Slot& slot = slots_[sendback[0]];
    return slot.pending && slot.sendback == sendback ? &slot : nullptr;
}

Pending* Sendbacks::find(const wire::Sendback& sendback, Instant now) {
    Slot* slot = slot_of(sendback);
    return slot && now < slot->pending->sent + lifetime ? &*slot->pending : nullptr;
}

void Sendbacks::erase(const wire::Sendback& sendback) {
    if (slot_of(sendback)) clear(sendback[0]);
}

void Sendbacks::clear(std::size_t index) {
    waiting_.erase({slots_[index].overdue_at, index});
    slots_[index].pending.reset();
}

Pending* Sendbacks::next_overdue(Instant now) {
    if (waiting_.empty() || waiting_.begin()->first > now) return nullptr;
    const std::size_t index = waiting_.begin()->second;
    Slot& slot = slots_[index];
    waiting_.erase(waiting_.begin());
    if (slot.pending->overdue == Overdue::no) {
        slot.pending->overdue = Overdue::late;
        slot.overdue_at = slot.lost_at;
        waiting_.emplace(slot.overdue_at, index);
    } else {
        slot.pending->overdue = Overdue::lost;
    }
    return &*slot.pending;
}

}  // namespace tox
