// SPDX-License-Identifier: GPL-3.0-or-later
// What contacts tell each other outside a session: DHT keys and requests (spec: Onion, DHT public key packet; friend
// requests), and the packets of the friend connection inside one (spec: Friend connection).
#pragma once

#include "engine/crypto/tox_id.hpp"
#include "engine/wire/nodes.hpp"

namespace tox::wire {

struct DhtKeyPacket {  // data packet, also inside RoutedDhtKey
    static constexpr Byte kind = 156;
    std::uint64_t no_replay = 0;  // unix seconds of the sender, strictly growing
    DhtKey dht_key;
    RestNodes<4> nodes;
    static constexpr auto fields() {
        using P = DhtKeyPacket;
        return std::tuple{&P::no_replay, &P::dht_key, &P::nodes};
    }
    bool operator==(const DhtKeyPacket&) const = default;
};
static_assert(size_of<DhtKeyPacket> == 41);

struct RoutedDhtKey {  // content of a DHT request
    static constexpr Byte kind = 156;
    LongTermKey sender;
    Nonce nonce;
    Sealed<DhtKeyPacket> body;  // from long-term key to long-term key
    static constexpr auto fields() {
        using P = RoutedDhtKey;
        return std::tuple{&P::sender, &P::nonce, &P::body};
    }
    bool operator==(const RoutedDhtKey&) const = default;
};
static_assert(size_of<RoutedDhtKey> == 57 + 16 + 41);

struct FriendRequest {  // data packet
    static constexpr Byte kind = 32;
    Nospam nospam{};
    Rest<1> message;
    static constexpr auto fields() { return std::tuple{&FriendRequest::nospam, &FriendRequest::message}; }
    bool operator==(const FriendRequest&) const = default;
};
static_assert(size_of<FriendRequest> == 6);

struct Alive {  // lossless, in a session
    static constexpr Byte kind = 16;
    static constexpr auto fields() { return std::tuple{}; }
    bool operator==(const Alive&) const = default;
};

struct ShareRelays {  // lossless, in a session: where the sender can be met
    static constexpr Byte kind = 17;
    RestNodes<3> relays;
    static constexpr auto fields() { return std::tuple{&ShareRelays::relays}; }
    bool operator==(const ShareRelays&) const = default;
};

}  // namespace tox::wire
