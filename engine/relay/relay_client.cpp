// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/relay_client.hpp"

#include <algorithm>

namespace tox::relay {

void Client::leave() {
    if (!std::exchange(gone_, true)) board_.on_client_gone(*this);
}

void Client::on_frame(ByteView frame) {
    if (!gone() && !board_.on_client_frame(*this, frame)) leave();
}

Slot* Client::slot(Byte at) {
    const std::size_t index = at - std::size_t{wire::first_slot};
    return index < slots_.size() && slots_[index].used ? &slots_[index] : nullptr;
}

std::optional<Byte> Client::slot_for(const DhtKey& peer) const {
    const auto found =
        std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.used && slot.peer == peer; });
    if (found == slots_.end()) return std::nullopt;
    return static_cast<Byte>(wire::first_slot + (found - slots_.begin()));
}

std::optional<Byte> Client::take_slot(const DhtKey& peer) {
    if (const auto known = slot_for(peer)) return known;
    auto free = std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.used; });
    if (free == slots_.end()) {
        if (slots_.size() == wire::slots) return std::nullopt;
        free = slots_.insert(slots_.end(), Slot{});
    }
    *free = Slot{true, peer, nullptr, 0};
    return static_cast<Byte>(wire::first_slot + (free - slots_.begin()));
}

}  // namespace tox::relay
