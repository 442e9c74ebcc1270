// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/receive_buffer.hpp"

#include "engine/wire/missing_list.hpp"

namespace tox {

bool ReceiveBuffer::present(std::uint32_t offset) const {
    return offset < stored_end_ && slots_.at(start_ + offset).present;
}

ReceiveBuffer::Fate ReceiveBuffer::take(std::uint32_t number, ByteView packet) {
    const std::int32_t distance = ahead(number, start_);
    if (distance < 0) return Fate::duplicate;
    const auto offset = static_cast<std::uint32_t>(distance);
    if (offset >= capacity) return Fate::no_room;
    if (present(offset)) return Fate::duplicate;
    if (offset > 0 && stored_bytes_ + packet.size() > most_bytes) return Fate::no_room;
    note_end(number + 1);
    if (offset == 0) return Fate::in_order;
    slots_.fit(start_, offset + 1);
    Slot& slot = slots_.at(number);
    slot.packet.assign(packet.begin(), packet.end());
    slot.present = true;
    stored_bytes_ += packet.size();
    stored_end_ = std::max(stored_end_, offset + 1);
    return Fate::stored;
}

void ReceiveBuffer::advance() {
    if (present(0)) {
        stored_bytes_ -= slots_.at(start_).packet.size();
        slots_.at(start_).present = false;
    }
    if (stored_end_ > 0) --stored_end_;
    ++start_;
    note_end(start_);
}

std::optional<ByteView> ReceiveBuffer::next() const {
    if (!present(0)) return std::nullopt;
    return ByteView(slots_.at(start_).packet);
}

bool ReceiveBuffer::note_end(std::uint32_t end) {
    if (ahead(end, end_) <= 0 || ahead(end, start_) > furthest_end) return false;
    end_ = end;
    return true;
}

void ReceiveBuffer::write_missing(Bytes& out, std::size_t room, std::uint32_t until) const {
    if (ahead(until, start_) <= 0) return;
    // Once half of the byte budget is used only holes are asked for, nothing behind the last stored packet: it might
    // find no room.
    const std::uint32_t reach = stored_bytes_ > most_bytes / 2 ? stored_end_ : capacity;
    wire::write_missing(out, std::min({end_ - start_, until - start_, reach}), room,
                        [this](std::uint32_t i) { return !present(i); });
}

}  // namespace tox
