// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine tells its user: everything that can happen, as values.
#pragma once

#include <string>
#include <variant>

#include "engine/contact/progress.hpp"
#include "engine/crypto/keys.hpp"
#include "engine/messenger/types.hpp"

namespace tox {

struct ProgressChanged {
    LongTermKey contact;
    Progress progress;
};
// The contact's messenger has answered (packet ONLINE) or is gone. Between the two texts and receipts flow.
struct PresenceChanged {
    LongTermKey contact;
    bool online;
};
struct RouteChanged {  // how their packets reach us, while established
    LongTermKey contact;
};
// What follows about a contact's person is told at once as a rule, and later, as it is then, if it changes too often.
struct NameChanged {
    LongTermKey contact;
    std::string name;  // empty: they call themselves nothing (any more)
};
struct StatusMessageChanged {
    LongTermKey contact;
    std::string message;
};
struct StatusChanged {
    LongTermKey contact;
    UserStatus status;
};
struct TypingChanged {
    LongTermKey contact;
    bool typing;
};
struct MessageReceived {  // one packet; text is valid UTF-8 (what was not is replaced), may contain newlines
    LongTermKey contact;
    MessageKind kind;
    std::string text;
};
struct MessageDelivered {  // all parts of it have been acknowledged by the contact's program
    LongTermKey contact;
    MessageId id;
};
struct RequestReceived {  // also at open() for each request that waits for an answer
    LongTermKey from;
    std::string message;
};
struct RequestAccepted {  // a contact we sent a request to has come online for the first time
    LongTermKey contact;
};
enum class OfferKind : Byte { file, call, group, conference };
// Something that cannot be taken yet. It has been refused, where the protocol has a refusal; an invitation has none.
// Of one kind by one contact at most one an hour is told.
struct Offered {
    LongTermKey contact;
    OfferKind kind;
    std::string name;    // of a file or group; one line, may be empty
    std::uint64_t size;  // of a file, in bytes; all ones: not known
};
struct CustomPacketReceived {  // lossless 160..191, lossy 200..254; the first byte included
    LongTermKey contact;
    Bytes packet;
};
struct NetworkChanged {};  // Engine::network() reads differently now
struct SaveFailed {        // the profile can no longer be written; the engine goes on, tries again, and says SaveWorks
    std::string reason;
};
struct SaveWorks {};  // all that had not been written is

using Event = std::variant<ProgressChanged, PresenceChanged, RouteChanged, NameChanged, StatusMessageChanged,
                           StatusChanged, TypingChanged, MessageReceived, MessageDelivered, RequestReceived,
                           RequestAccepted, Offered, CustomPacketReceived, NetworkChanged, SaveFailed, SaveWorks>;

}  // namespace tox
