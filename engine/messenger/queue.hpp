// SPDX-License-Identifier: GPL-3.0-or-later
// Messages on their way out, as the messenger sees them; the profile keeps them on disk.
#pragma once

#include <string>
#include <vector>

#include "engine/crypto/keys.hpp"
#include "engine/messenger/types.hpp"

namespace tox {

struct QueuedMessage {
    MessageId id = 0;
    MessageKind kind = MessageKind::text;
    std::string text;
    bool operator==(const QueuedMessage&) const = default;
};

class MessageQueue {
  public:
    // Ordered by id; valid until the queue changes.
    virtual const std::vector<QueuedMessage>& pending(const LongTermKey& contact) const = 0;
    virtual bool done(MessageId id) = 0;  // delivered; false: no such message

  protected:
    ~MessageQueue() = default;
};

}  // namespace tox
