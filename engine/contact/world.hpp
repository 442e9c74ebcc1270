// SPDX-License-Identifier: GPL-3.0-or-later
// What a contact needs of the rest of the engine, and whom it tells.
#pragma once

#include "engine/contact/dht_key_claims.hpp"
#include "engine/contact/progress.hpp"
#include "engine/host/loop.hpp"
#include "engine/onion/onion_client.hpp"
#include "engine/relay/relay_pool.hpp"
#include "engine/session/handshake.hpp"
#include "engine/wire/contact.hpp"

namespace tox {

class ContactListener {
  public:
    virtual void on_progress(const LongTermKey& contact, Progress progress) = 0;
    virtual void on_session_begun(const LongTermKey& contact, Instant now) = 0;  // established: packets may be sent
    // They fell silent: no packets now, but it may be resumed, with all that is in flight, or end.
    virtual void on_session_suspended(const LongTermKey& contact, Instant now) = 0;
    virtual void on_session_resumed(const LongTermKey& contact, Instant now) = 0;
    virtual void on_session_ended(const LongTermKey& contact, Instant now) = 0;
    virtual void on_session_packet(const LongTermKey& contact, ByteView packet, Instant now) = 0;  // kind byte first
    virtual void on_acknowledged(const LongTermKey& contact) = 0;  // lossless packets have arrived
    virtual void on_route_changed(const LongTermKey& contact) = 0;

  protected:
    ~ContactListener() = default;
};

// Gives the numbers of our DHT-key packets: unix seconds, strictly growing, over restarts too (trap T23).
class ReplayNumbers {
  public:
    virtual std::uint64_t next() = 0;

  protected:
    ~ReplayNumbers() = default;
};

struct ContactWorld {
    SessionIdentity self;
    KeyCache& dht_keys;  // of our DHT secret
    Dht& dht;
    OnionClient& onion;
    Network& network;
    RelayPool* relays;  // nullptr: contacts are reached directly only
    Loop& loop;
    CookieMaker& cookies;
    DhtKeyClaims& claims;  // kept by Contacts
    ReplayNumbers& numbers;
    ContactListener& listener;
};

}  // namespace tox
