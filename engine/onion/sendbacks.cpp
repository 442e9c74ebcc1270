// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/sendbacks.hpp"

#include "engine/crypto/random.hpp"

namespace tox {

static_assert(Sendbacks::capacity == 256, "the first byte of a sendback is its slot");

wire::Sendback Sendbacks::add(Pending pending, Duration patience) {
    const std::size_t index = next_++ % capacity;
    clear(index);
    Slot& slot = slots_[index];
    random_bytes(slot.sendback);
    slot.sendback[0] = static_cast<Byte>(index);
    slot.lost_at = pending.sent + patience;
    slot.pending = std::move(pending);
    waiting_.emplace(slot.lost_at, index);
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
    waiting_.erase({slots_[index].lost_at, index});
    slots_[index].pending.reset();
}

Pending* Sendbacks::next_lost(Instant now) {
    if (waiting_.empty() || waiting_.begin()->first > now) return nullptr;
    Pending& pending = *slots_[waiting_.begin()->second].pending;
    waiting_.erase(waiting_.begin());
    pending.lost = true;
    return &pending;
}

}  // namespace tox
