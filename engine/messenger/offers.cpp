// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/messenger/offers.hpp"

#include <algorithm>

#include "engine/messenger/text.hpp"
#include "engine/wire/offers.hpp"

namespace tox {
namespace {

constexpr Duration politeness = 1h;  // between two that are told, of one kind by one contact (B93)
constexpr std::uint32_t plain_file = 0;
constexpr Byte end_transfer = 2;
constexpr Byte call_request = 1, call_begin = 0, call_end = 2;
constexpr Byte invitation = 0;

bool is_call(const wire::CallSignal& signal) {
    return std::ranges::any_of(signal.content.list, [](const wire::CallField& field) {
        return field.id == call_request && field.value == call_begin;
    });
}

}  // namespace

bool Offers::received(const LongTermKey& contact, ByteView packet, Instant now) {
    switch (packet.front()) {
        case wire::FileOffer::kind:
            take_file(contact, packet, now);
            return true;
        case wire::CallSignal::kind:
            take_call(contact, packet, now);
            return true;
        case wire::GroupPacket::kind:
            take_group(contact, packet, now);
            return true;
        case wire::ConferenceInvitation::kind:
            take_conference(contact, packet, now);
            return true;
        default:
            return false;
    }
}

// An avatar is not offered to the user but to the program, and other purposes are private to some programs.
void Offers::take_file(const LongTermKey& contact, ByteView packet, Instant now) {
    const auto offer = wire::parse<wire::FileOffer>(packet);
    if (!offer) return;
    open_[contact].files.set(offer->number);
    if (offer->purpose == plain_file)
        tell({contact, OfferKind::file, received_line(text_of(offer->name.bytes)), offer->size}, now);
}

// Only the beginning of a call is answered: c-toxcore answers even a refusal, and two that do never stop.
void Offers::take_call(const LongTermKey& contact, ByteView packet, Instant now) {
    const auto signal = wire::parse<wire::CallSignal>(packet);
    if (!signal || !is_call(*signal)) return;
    open_[contact].call = true;
    tell({contact, OfferKind::call, {}, {}}, now);
}

// Invitations cannot be refused: no answer is the answer.
void Offers::take_group(const LongTermKey& contact, ByteView packet, Instant now) {
    const auto group = wire::parse<wire::GroupPacket>(packet);
    if (group && group->stage == invitation && !group->name.bytes.empty())
        tell({contact, OfferKind::group, received_line(text_of(group->name.bytes)), {}}, now);
}

void Offers::take_conference(const LongTermKey& contact, ByteView packet, Instant now) {
    const auto conference = wire::parse<wire::ConferenceInvitation>(packet);
    if (conference && conference->stage == invitation) tell({contact, OfferKind::conference, {}, {}}, now);
}

void Offers::tell(const Offered& offer, Instant now) {
    Instant& quiet_until = open_[offer.contact].quiet_until.at(static_cast<std::size_t>(offer.kind));
    if (now < quiet_until) return;
    quiet_until = now + politeness;
    events_.push_back(offer);
}

bool Offers::refuse(const LongTermKey& contact, const Send& send) {
    const auto found = open_.find(contact);
    if (found == open_.end()) return false;
    Open& open = found->second;
    const auto before = open.files.count() + (open.call ? 1 : 0);
    constexpr Byte by_receiver = 1;
    for (std::size_t number = 0; number < file_numbers; ++number) {
        if (!open.files.test(number)) continue;
        if (!send(wire::serialise(wire::FileControl{by_receiver, static_cast<Byte>(number), end_transfer}))) break;
        open.files.reset(number);
    }
    if (open.call) open.call = !send(wire::serialise(wire::CallSignal{{{{call_request, 1, call_end}}}, {}}));
    return before != open.files.count() + (open.call ? 1 : 0);
}

void Offers::session_ended(const LongTermKey& contact) {
    const auto found = open_.find(contact);
    if (found == open_.end()) return;
    found->second.files.reset();
    found->second.call = false;
}

}  // namespace tox
