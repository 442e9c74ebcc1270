// SPDX-License-Identifier: GPL-3.0-or-later
// The onion as its user sees it: announces our long-term key, searches those of contacts, sends and receives data
// packets (spec: Onion, onion client). Builds and scores its own paths. Does not know what the data packets say.
#pragma once

#include <memory>

#include "engine/dht/dht.hpp"
#include "engine/onion/announce_store.hpp"
#include "engine/onion/memory.hpp"
#include "engine/onion/search_order.hpp"

namespace tox {

class OnionListener {
  public:
    // A data packet to us, opened and authenticated: content starts with its kind (156 DHT key, 32 friend request).
    virtual void on_onion_data(const LongTermKey& from, ByteView content) = 0;
    // A node that stores this searched contact's announcement has answered; see OnionClient::found().
    virtual void on_stored(const LongTermKey& contact) = 0;
    virtual void on_announced(unsigned storing) = 0;  // how many nodes store our own announcement has changed

  protected:
    ~OnionListener() = default;
};

struct OnionSearch {        // what a search has come to
    unsigned answered = 0;  // nodes near the key that answered lately
    unsigned storing = 0;   // of these, how many store the contact's announcement (all kinds of answers)
    unsigned agreeing = 0;  // storing nodes that name the data key most of them name
    RawKey data_key{};      // that key; a new one means that the contact has started anew
    Instant last_found{};   // last answer of a storing node
    Instant next_round = never;
};

struct OnionClientParts {  // what is referred to outlives the client
    const LongTermKeyPair& identity;
    const DhtKeyPair& dht_self;
    std::unique_ptr<NodeSource> nodes;
    AnnounceStore& store;  // our own: the nearest node of all
    Network& network;
    RelayPool* relays;  // nullptr: paths begin at nodes only
    OnionListener& listener;
    std::unique_ptr<SearchOrder> order{};  // nullptr: nobody before anybody else
};

class OnionClient {
  public:
    explicit OnionClient(OnionClientParts parts);
    ~OnionClient();

    // 0x84, 0x86 and 0x88 that come out of our paths.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);
    // The same, come through the relay at which the path begins.
    bool handle_relayed(const Relay& relay, ByteView response, Instant now);

    // What earlier runs have learnt, before the first search; and what this one knows. Of contacts that are forgotten
    // nothing is kept.
    void remember(const OnionMemory& memory, Instant now);
    OnionMemory memory(Instant now) const;
    void forget(const LongTermKey& contact);

    void network_changed(Instant now);  // announces us afresh, over other paths

    // Runs until stopped: dense at first, then with back-off (notes 12.3). Searching again what is searched changes
    // nothing.
    void search(const LongTermKey& contact, Instant now);
    void search_afresh(const LongTermKey& contact, Instant now);  // back-off forgotten
    void stop(const LongTermKey& contact);
    std::optional<OnionSearch> found(const LongTermKey& contact, Instant now) const;

    // Sends a data packet (kind byte first, at most max_onion_data) to the storing nodes that agree on the contact's
    // data key, each over its own path. Number of copies sent; 0 if nobody is known to store them.
    std::size_t send(const LongTermKey& contact, ByteView content, Instant now);
    static constexpr std::size_t max_onion_data = 948;  // what receivers accept (notes 6.5)

    // A pause between attempts, shorter where most onion requests get lost, down to `least`.
    Duration pause(Duration usual, Duration least) const;

    unsigned announced(Instant now) const;  // nodes that store our announcement

    void tick(Instant now);
    Instant next_deadline(Instant now) const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
