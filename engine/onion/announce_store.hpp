// SPDX-License-Identifier: GPL-3.0-or-later
// Announcements we keep for others, and the data packets routed by them (spec: Onion, announce request, data to route).
#pragma once

#include <memory>

#include "engine/dht/dht.hpp"
#include "engine/onion/node_source.hpp"

namespace tox {

class StoreListener {
  public:
    virtual void on_kept(const RawKey& announced) = 0;  // an announcement has been stored or refreshed

  protected:
    ~StoreListener() = default;
};

class AnnounceStore {
  public:
    AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, Dht& dht, Network& network);  // all outlive it
    AnnounceStore(const DhtKeyPair& self, KeyCache& shared_keys, std::unique_ptr<NodeSource> nodes, Network& network);
    ~AnnounceStore();

    // 0x83 and 0x85, and 0x87 of exactly the size of a plain announce. False: malformed or unwanted.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);
    std::size_t size() const;

    // The store as its own node's searches see it: no other node needs to be asked for what is kept here.
    void set_listener(StoreListener* listener);  // nullptr: nobody
    std::optional<RawKey> data_key_of(const LongTermKey& announced, Instant now) const;
    bool route(ByteView data_request, Instant now);  // as if 0x85 had come in; false: nobody of that key is kept here

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
