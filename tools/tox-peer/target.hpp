// SPDX-License-Identifier: GPL-3.0-or-later
// To whom a workload talks, and how.
#pragma once

#include "engine/engine.hpp"
#include "tools/tox-peer/friends.hpp"

namespace tox_peer {

struct Target {
    FriendNumber number = 0;
    tox::LongTermKey key;
};

inline bool online(const tox::Engine& engine, const tox::LongTermKey& key) {
    const auto contact = engine.contact(key);
    return contact && contact->online;
}

}  // namespace tox_peer
