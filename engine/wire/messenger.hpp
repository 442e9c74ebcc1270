// SPDX-License-Identifier: GPL-3.0-or-later
// Lossless packets of the messenger (spec: Messenger). Limits are checked by whoever handles them.
#pragma once

#include "engine/wire/codec.hpp"

namespace tox::wire {

struct Online {  // exactly one byte: c-toxcore ignores longer ones
    static constexpr Byte kind = 24;
    static constexpr auto fields() { return std::tuple{}; }
    bool operator==(const Online&) const = default;
};

struct Offline {  // the sender has removed us
    static constexpr Byte kind = 25;
    static constexpr auto fields() { return std::tuple{}; }
    bool operator==(const Offline&) const = default;
};

struct Nickname {
    static constexpr Byte kind = 48;
    Rest<> name;
    static constexpr auto fields() { return std::tuple{&Nickname::name}; }
    bool operator==(const Nickname&) const = default;
};

struct StatusMessage {
    static constexpr Byte kind = 49;
    Rest<> message;
    static constexpr auto fields() { return std::tuple{&StatusMessage::message}; }
    bool operator==(const StatusMessage&) const = default;
};

struct Status {
    static constexpr Byte kind = 50;
    Byte status = 0;
    static constexpr auto fields() { return std::tuple{&Status::status}; }
    bool operator==(const Status&) const = default;
};

struct Typing {
    static constexpr Byte kind = 51;
    Byte typing = 0;
    static constexpr auto fields() { return std::tuple{&Typing::typing}; }
    bool operator==(const Typing&) const = default;
};

struct Text {
    static constexpr Byte kind = 64;
    Rest<1> text;
    static constexpr auto fields() { return std::tuple{&Text::text}; }
    bool operator==(const Text&) const = default;
};

struct Action {
    static constexpr Byte kind = 65;
    Rest<1> text;
    static constexpr auto fields() { return std::tuple{&Action::text}; }
    bool operator==(const Action&) const = default;
};

}  // namespace tox::wire
