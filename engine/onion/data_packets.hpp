// SPDX-License-Identifier: GPL-3.0-or-later
// Data packets as their two ends see them: sealed for the receiver's long-term key inside, for his announced data key
// outside, both with one nonce (spec: Onion, data to route).
#pragma once

#include "engine/wire/onion.hpp"

namespace tox {

struct DataAddress {
    LongTermKey contact;
    OnionKey data_key;
};

// With a key pair and a nonce of its own, so that copies have nothing in common. Empty if a key is no key.
Bytes seal_data(const LongTermKeyPair& identity, const DataAddress& to, ByteView content);

struct ReceivedData {
    LongTermKey sender;
    Bytes content;
};
std::optional<ReceivedData> open_data(const LongTermKeyPair& identity, const OnionKeyPair& data_keys,
                                      ByteView datagram);

}  // namespace tox
