// SPDX-License-Identifier: GPL-3.0-or-later
// The names of a profile's files within its Storage; on a disk the profile's name stands before them ("alice.tox").
#pragma once

#include "engine/host/storage.hpp"

namespace tox::files {

inline constexpr const char* profile = "tox";
inline constexpr const char* profile_backup = "tox.bak";  // see ProfileStore
inline constexpr const char* profile_new = "tox.new";     // what a PosixStorage leaves if it dies while replacing
inline constexpr const char* queue = "queue";             // Outbox
inline constexpr const char* requests = "requests";       // ContactRequests
inline constexpr const char* nodes = "nodes";             // NodeFile
inline constexpr const char* counter = "counter";         // RisingNumber
inline constexpr const char* unseen = "unseen";  // the key of a profile we made, until its owner has seen the Tox ID

// Keeps bytes that cannot be used and are about to be replaced, as "<name>.bad-<8 hex of their hash>" (R51, B49): the
// same damage is kept once. False if that was not possible: then do not replace them.
bool set_aside(Storage& storage, const std::string& name, ByteView content);

}  // namespace tox::files
