// SPDX-License-Identifier: GPL-3.0-or-later
// An outbox on a disk, and what is in it, for its tests.
#pragma once

#include "engine/profile/memory_storage.hpp"
#include "engine/profile/outbox.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {

inline const LongTermKey alice = samples::key(1);
inline const LongTermKey bob = samples::key(2);

using Texts = std::vector<std::string>;

inline Texts texts(const Outbox& outbox, const LongTermKey& key) {
    Texts all;
    for (const auto& message : outbox.pending(key)) all.push_back(message.text);
    return all;
}

struct Loaded {  // an outbox as it stands after a crash of the machine whose disk is given
    explicit Loaded(const MemoryStorage::Disk& disk) : storage(disk), outbox(storage) { ok = outbox.load(); }
    MemoryStorage storage;
    Outbox outbox;
    bool ok = false;
};

}  // namespace tox
