// SPDX-License-Identifier: GPL-3.0-or-later
// The TCP relays we use (spec: TCP client, TCP connections): which, how many, when to try again, and what travels
// through them. A peer is a DHT key; who it is, and whether a packet is worth sending, others decide.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class RelayListener {
  public:
    // What a datagram of the peer would hold, come through a relay: on a link, or out of band.
    virtual void on_relay_packet(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) = 0;
    // A link is open: both sides have asked the relay for each other. Or it no longer is.
    virtual void on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) = 0;
    // A relay of a sought peer has become usable: packets out of band may go, though the peer may not be there.
    virtual void on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) = 0;
    virtual void on_relay_onion(const DhtKey& relay, ByteView response, Instant now) = 0;
    virtual void on_relays_changed(Instant now) = 0;  // how many are connected, hence what to share

  protected:
    ~RelayListener() = default;
};

// How many relays are kept connected at least; those that peers need count.
enum class RelayDemand : Byte {
    none,      // nobody needs one
    reserve,   // contacts who are not connected directly may need one to meet us: `reserve_relays`
    lifeline,  // UDP is off or silent: everything goes through them, as fast as we can get any; port 443 first
};

class RelayPool {
  public:
    static constexpr std::size_t most_connections = 16;    // sockets (reliability notes, R8 and B79)
    static constexpr std::size_t most_known = 64;          // relays remembered; the worst make room
    static constexpr std::size_t most_per_peer = 6;        // spec: MAX_FRIEND_TCP_CONNECTIONS
    static constexpr std::size_t reserve_relays = 3;       // spec: RECOMMENDED_FRIEND_TCP_CONNECTIONS
    static constexpr std::size_t most_out_of_band = 1024;  // bytes; larger packets need a link

    // All outlive the pool. Stream events come between ticks, at loop.now(); whoever owns the engine settles after
    // them.
    RelayPool(const DhtKeyPair& self, Network& network, const Loop& loop, RelayListener& listener);
    ~RelayPool();

    // A relay of our own choice that may serve us: from the user, a list, or the profile.
    void add(const DhtKey& relay, const StreamAddress& address, Instant now);
    void keep_to_own();  // relays that only peers have named are never connected to: they would see our address
    void set_demand(RelayDemand demand, Instant now);
    void network_changed(Instant now);        // connections are doubted and tested at once, back-off is forgotten
    std::vector<Relay> connected() const;     // by address; best first: what to share, and what to save
    std::vector<Relay> worth_saving() const;  // of our own, known to have worked, best first
    std::size_t usable() const;               // connected ones, by name or address
    std::size_t known() const;
    // There is a proxy, and several tries through it have failed since a relay could be reached.
    bool proxy_failing() const;

    // Peers. A peer is sought until forgotten, at every relay it is tied to and at all connected ones of ours.
    void seek(const DhtKey& peer, Instant now);
    // The peer said that it is there; seek() first. It cannot make us try more than a few, nor give up our own.
    void tie(const DhtKey& peer, const Relay& relay, Instant now);
    void forget(const DhtKey& peer, Instant now);
    // Relays not needed for anybody else may sleep: the peer is reached directly. Woken with false.
    void set_direct(const DhtKey& peer, bool direct, Instant now);
    std::vector<DhtKey> links(const DhtKey& peer) const;  // relays with an open link, the quickest first
    std::vector<DhtKey> tied(const DhtKey& peer) const;   // connected relays where it says that it is

    // On the link, or out of band where there is none and the packet fits. False: not now, or no such relay.
    // Out of band it may be anybody, sought or not.
    bool send(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now);
    void flush();  // hands on what was sent; once per settle

    // Onion requests, without their first layer (spec: TCP onion request).
    std::optional<DhtKey> onion_relay(Instant now) const;  // one of the connected ones by chance
    bool send_onion(const DhtKey& relay, ByteView request, Instant now);

    std::optional<Duration> round_trip(const DhtKey& relay) const;
    void tick(Instant now);
    Instant next_deadline(Instant now) const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
