// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/send_buffer.hpp"

#include <limits>

#include "engine/wire/missing_list.hpp"

namespace tox {

std::size_t SendBuffer::room() const {
    const std::uint32_t used = end_ - start_;
    return used < capacity - vital_share ? capacity - vital_share - used : 0;
}

void SendBuffer::put(std::uint32_t number, ByteView packet, bool vital) {
    Slot& slot = slots_.at(number);
    slot.packet.assign(packet.begin(), packet.end());
    slot.state = State::unsent;
    slot.resent = false;
    slot.reported = false;
    slot.vital = vital;
    slot.by_all_ways = false;
    slot.times_sent = 0;
}

std::optional<std::uint32_t> SendBuffer::push(ByteView packet) {
    if (room() == 0) return std::nullopt;
    slots_.fit(start_, end_ - start_ + 1);
    put(end_++, packet, false);
    return pushed_++;
}

// A number is a packet's own only when it has been sent: the others move one further.
bool SendBuffer::push_vital(ByteView packet) {
    if (end_ - start_ == capacity) return false;
    slots_.fit(start_, end_ - start_ + 1);
    std::uint32_t place = sent_end_;
    while (place != end_ && slots_.at(place).vital) ++place;
    for (std::uint32_t number = end_++; number != place; --number) std::swap(slots_.at(number), slots_.at(number - 1));
    put(place, packet, true);
    return true;
}

bool SendBuffer::acknowledged(std::uint32_t number) const {
    if (ahead(number, start_) < 0) return true;
    return ahead(number, end_) < 0 && slots_.at(number).state == State::delivered;
}

void SendBuffer::deliver(std::uint32_t number, Instant now, Sample& sample) {
    Slot& slot = slots_.at(number);
    if (slot.state == State::delivered) return;
    if (slot.state == State::in_flight) --in_flight_;
    if (slot.state == State::lost) --lost_;
    slot.state = State::delivered;
    ++delivered_;
    note_size(slot);
    sample.old_news |= slot.reported;
    if (slot.resent) return;
    const Duration measured = now - slot.sent_at;
    sample.newest = std::min(sample.newest.value_or(measured), measured);
}

void SendBuffer::note_size(const Slot& slot) {
    const std::size_t size = slot.packet.size();
    if (slot.times_sent == 1 && !slot.by_all_ways) passed_ = std::max(passed_, size);
    if (slot.times_sent > 1 && slot.by_all_ways) rescued_ = rescued_ == 0 ? size : std::min(rescued_, size);
}

void SendBuffer::conclude(const Sample& sample, Outcome& outcome) {
    outcome.passed = std::max(outcome.passed, std::exchange(passed_, 0));
    if (const std::size_t size = std::exchange(rescued_, 0); size > 0)
        outcome.rescued = outcome.rescued == 0 ? size : std::min(outcome.rescued, size);
    if (!sample.newest) return;
    auto& place = sample.old_news ? outcome.at_most : outcome.round_trip;
    place = std::min(place.value_or(*sample.newest), *sample.newest);
}

void SendBuffer::acknowledge_before(std::uint32_t next_wanted, Instant now, Outcome& outcome) {
    Sample sample;
    for (; ahead(next_wanted, start_) > 0; ++start_) {
        missed_ = {};
        deliver(start_, now, sample);
        if (!slots_.at(start_).vital) ++arrived_;
    }
    if (ahead(lost_hint_, start_) < 0) lost_hint_ = start_;
    conclude(sample, outcome);
    outcome.delivered += std::exchange(delivered_, 0);
}

void SendBuffer::lose(std::uint32_t number, const Request& request, Instant now) {
    Slot& slot = slots_.at(number);
    slot.reported = true;
    if (slot.state != State::in_flight ||
        now - slot.sent_at < (slot.resent ? request.guards.again : request.guards.first))
        return;
    slot.state = State::lost;
    --in_flight_;
    ++lost_;
    ++newly_lost_;
    if (number == start_ && missed_.times++ == 0) missed_.since = now;
    if (ahead(number, lost_hint_) < 0) lost_hint_ = number;
}

void SendBuffer::take_request(const Request& request, Instant now, Outcome& outcome) {
    const std::int32_t count = ahead(sent_end_, request.next_wanted);
    // Stale by more than the buffer holds: nothing in it can concern us any more.
    if (count <= 0 || static_cast<std::uint32_t>(count) > 2 * capacity) return;
    Sample sample;
    const auto present = [&](std::uint32_t first, std::uint32_t run) {
        for (std::uint32_t number = request.next_wanted + first; run > 0; --run, ++number)
            if (ahead(number, start_) >= 0) deliver(number, now, sample);
    };
    const auto missing = [&](std::uint32_t index) {
        const std::uint32_t number = request.next_wanted + index;
        if (ahead(number, start_) < 0) return;
        sample.old_news = slots_.at(number).reported;
        lose(number, request, now);
    };
    wire::read_missing(request.list, static_cast<std::uint32_t>(count), present, missing);
    conclude(sample, outcome);
    outcome.delivered += std::exchange(delivered_, 0);
    outcome.lost += std::exchange(newly_lost_, 0);
}

std::optional<std::uint32_t> SendBuffer::next_to_send() const {
    if (lost_ > 0) {
        while (slots_.at(lost_hint_).state != State::lost) ++lost_hint_;
        return lost_hint_;
    }
    if (sent_end_ != end_) return sent_end_;
    return std::nullopt;
}

void SendBuffer::sent(std::uint32_t number, Instant now) {
    Slot& slot = slots_.at(number);
    slot.resent = number != sent_end_;
    if (number == sent_end_) ++sent_end_;
    if (slot.state == State::lost) --lost_;
    if (slot.state != State::in_flight) ++in_flight_;
    slot.state = State::in_flight;
    slot.sent_at = now;
    if (slot.times_sent < std::numeric_limits<Byte>::max()) ++slot.times_sent;
}

std::optional<std::uint32_t> SendBuffer::oldest_in_flight() const {
    if (in_flight_ == 0) return std::nullopt;
    std::uint32_t number = start_;
    while (slots_.at(number).state != State::in_flight) ++number;
    return number;
}

void SendBuffer::give_up_in_flight() {
    for (std::uint32_t number = start_; number != sent_end_; ++number) {
        Slot& slot = slots_.at(number);
        if (slot.state != State::in_flight) continue;
        slot.state = State::lost;
        slot.resent = true;  // should it have arrived all the same: what its acknowledgement took is no round trip
    }
    lost_ += in_flight_;
    in_flight_ = 0;
    lost_hint_ = start_;
}

}  // namespace tox
