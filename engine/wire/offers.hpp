// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts may offer within a session besides words: files (spec: Messenger, file transfers), calls (ToxAV, MSI),
// conferences and groups (invitations). Limits are checked by whoever handles them.
#pragma once

#include "engine/wire/codec.hpp"

namespace tox::wire {

struct FileOffer {
    static constexpr Byte kind = 80;
    Byte number = 0;            // of the sender's choice; taken until one side ends the transfer
    std::uint32_t purpose = 0;  // 0: a file, 1: an avatar
    std::uint64_t size = 0;     // all ones: not known
    ByteArray<32> id{};
    Rest<> name;
    static constexpr auto fields() {
        using F = FileOffer;
        return std::tuple{&F::number, &F::purpose, &F::size, &F::id, &F::name};
    }
    bool operator==(const FileOffer&) const = default;
};
static_assert(size_of<FileOffer> == 46);

struct FileControl {  // but for "seek", which carries a position
    static constexpr Byte kind = 81;
    Byte by_receiver = 0;  // of the file; 0: by the one who sends it
    Byte number = 0;
    Byte what = 0;  // 0 accept, 1 pause, 2 end
    static constexpr auto fields() {
        using F = FileControl;
        return std::tuple{&F::by_receiver, &F::number, &F::what};
    }
    bool operator==(const FileControl&) const = default;
};
static_assert(size_of<FileControl> == 4);

struct CallField {
    Byte id = 0;    // 1 what is asked, 2 error, 3 capabilities
    Byte size = 1;  // of the value
    Byte value = 0;
    static constexpr auto fields() { return std::tuple{&CallField::id, &CallField::size, &CallField::value}; }
    bool operator==(const CallField&) const = default;
};

struct CallFields {
    std::vector<CallField> list;
    bool operator==(const CallFields&) const = default;
};
template <>
struct Field<CallFields> {
    static constexpr std::size_t least = 0;
    static constexpr bool open = true;
    static bool read(ByteView& in, CallFields& value, std::size_t reserve) {
        while (in.size() >= reserve + size_of<CallField>)
            if (!wire::read(in, value.list.emplace_back())) return false;
        return in.size() == reserve;
    }
    static void write(Bytes& out, const CallFields& value) {
        for (const CallField& field : value.list) wire::write(out, field);
    }
};

struct CallSignal {
    static constexpr Byte kind = 69;
    CallFields content;
    Zeros<1> end;
    static constexpr auto fields() { return std::tuple{&CallSignal::content, &CallSignal::end}; }
    bool operator==(const CallSignal&) const = default;
};

struct GroupPacket {  // an invitation, or an answer to one
    static constexpr Byte kind = 95;
    Byte mark = 0xfe;
    Byte stage = 0;  // 0 invitation, 1 accepted, 2 confirmed
    ByteArray<32> group{};
    ByteArray<32> sender{};
    Rest<> name;  // of the group, in an invitation
    static constexpr auto fields() {
        using G = GroupPacket;
        return std::tuple{&G::mark, &G::stage, &G::group, &G::sender, &G::name};
    }
    bool operator==(const GroupPacket&) const = default;
};
static_assert(size_of<GroupPacket> == 67);

struct ConferenceInvitation {  // the answers to it are longer
    static constexpr Byte kind = 96;
    Byte stage = 0;
    std::uint16_t number = 0;  // of the conference, at the sender
    Byte type = 0;
    ByteArray<32> id{};
    static constexpr auto fields() {
        using C = ConferenceInvitation;
        return std::tuple{&C::stage, &C::number, &C::type, &C::id};
    }
    bool operator==(const ConferenceInvitation&) const = default;
};
static_assert(size_of<ConferenceInvitation> == 37);

}  // namespace tox::wire
