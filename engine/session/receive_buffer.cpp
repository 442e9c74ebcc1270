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
    if (offset > 0) {
        slots_.fit(start_, offset + 1);
        if (!make_room(slots_.at(number), packet.size())) return Fate::no_room;
    }
    note_end(number + 1);
    if (offset == 0) return Fate::in_order;
    Slot& slot = slots_.at(number);
    slot.packet.assign(packet.begin(), packet.end());
    slot.present = true;
    ++stored_;
    stored_end_ = std::max(stored_end_, offset + 1);
    return Fate::stored;
}

bool ReceiveBuffer::make_room(Slot& slot, std::size_t size) {
    if (size <= slot.packet.capacity()) return true;
    if (!memory_.take(size - slot.packet.capacity())) return false;
    Bytes().swap(slot.packet);
    slot.packet.reserve(size);
    return true;
}

void ReceiveBuffer::release_memory() {
    slots_.release();
    memory_.give_back(memory_.held());
}

void ReceiveBuffer::advance() {
    if (present(0)) {
        Slot& slot = slots_.at(start_);
        slot.present = false;
        --stored_;
        if (memory_.held() > most_kept) {
            memory_.give_back(slot.packet.capacity());
            Bytes().swap(slot.packet);
        }
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
    const std::uint32_t reach = memory_.held() > memory_.limit() / 2 ? stored_end_ : capacity;
    wire::write_missing(out, std::min({end_ - start_, until - start_, reach}), room,
                        [this](std::uint32_t i) { return !present(i); });
}

}  // namespace tox
