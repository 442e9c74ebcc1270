// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated world: one virtual time line, one seed, one thread. It knows hosts and datagrams, nothing of Tox.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/host/network.hpp"
#include "tests/sim/dice.hpp"

namespace tox::sim {

// What a cable does to a datagram. Reordering is what comes of most_delay > least_delay.
struct Cable {
    Duration least_delay = 5ms;
    Duration most_delay = 25ms;
    double loss = 0;
    double duplicate = 0;
    double corrupt = 0;  // one to three flipped bits, arriving with a good checksum
};

class SimNetwork;
class Streams;

// Between a host and the rest of the world: the seam where NATs go. A gateway outlives its networks.
class Gateway {
  public:
    virtual ~Gateway() = default;
    // The source others see, after what this packet opens; nothing: it may not leave.
    virtual std::optional<Endpoint> leave(const Endpoint& from, const Endpoint& to, Instant now) = 0;
    // The inner address a packet to one of the gateway's own addresses goes to; nothing: filtered.
    virtual std::optional<Endpoint> enter(const Endpoint& to, const Endpoint& from, Instant now) = 0;
};

struct Traffic {
    std::uint64_t sent = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;     // by the cable, a partition, or nobody at that address
    std::uint64_t altered = 0;  // corrupted or doubled
};

class World {
  public:
    explicit World(std::uint64_t seed);
    ~World();

    Instant now() const { return now_; }
    Dice& dice() { return dice_; }
    std::uint64_t seed() const { return seed_; }
    const Traffic& traffic() const { return traffic_; }
    std::uint64_t trace() const { return trace_; }  // hash of every datagram: when, from, to, bytes
    std::uint64_t events_run() const { return events_run_; }

    void at(Instant when, std::function<void()> action);
    void after(Duration delay, std::function<void()> action) { at(now_ + delay, std::move(action)); }
    bool step();  // false: nothing left to happen
    void run_for(Duration time);
    // Asks after every event; true as soon as `done`.
    bool run_until(const std::function<bool()>& done, Duration at_most);

    // The default cable of every host; replacing it concerns datagrams sent from now on.
    Cable cable;
    // Hosts talk only within their island; healed by putting them on the same one again.
    void put_on_island(const SimNetwork& network, int island);
    void heal() { islands_.clear(); }

    // Sees every datagram as it leaves: recorders, and attackers who listen.
    std::function<void(const Endpoint& from, const Endpoint& to, ByteView datagram)> tap;

    Streams& streams() { return *streams_; }
    Duration one_way();  // a delay of the cable
    bool together(const SimNetwork& a, const SimNetwork& b) const { return island_of(a) == island_of(b); }
    SimNetwork* host_at(const Endpoint& address) const;  // whatever the port
    void call_on_lan(const SimNetwork& sender, const Endpoint& from, std::uint16_t port, ByteView datagram);

    // For networks and gateways
    void attach(const Endpoint& address, SimNetwork& network);
    void detach(const Endpoint& address);
    void attach_gateway(ByteView public_address, Gateway& gateway);
    void carry(SimNetwork& sender, const Endpoint& from, const Endpoint& to, ByteView datagram);

  private:
    struct Event {
        Instant when;
        std::uint64_t number;  // events of one instant keep the order in which they were made
        std::function<void()> action;
    };
    static bool later(const Event& a, const Event& b) {
        return a.when != b.when ? a.when > b.when : a.number > b.number;
    }
    int island_of(const SimNetwork& network) const;
    void note(const Endpoint& from, const Endpoint& to, ByteView datagram);
    void throw_on_cable(const SimNetwork& sender, const Endpoint& from, const Endpoint& to, Bytes datagram);
    void arrive(int island, const Endpoint& from, Endpoint to, const Bytes& datagram);
    void damage(Bytes& datagram);

    std::uint64_t seed_;
    Dice dice_;
    Instant now_{1000h};         // not zero: engines must not take "long ago" for "never"
    std::vector<Event> events_;  // a heap
    std::uint64_t made_ = 0;
    std::uint64_t events_run_ = 0;
    std::uint64_t trace_ = 0xcbf29ce484222325U;  // FNV-1a offset basis
    Traffic traffic_;
    std::map<Endpoint, SimNetwork*> addresses_;
    std::map<Bytes, Gateway*> gateways_;
    std::map<const SimNetwork*, int> islands_;
    std::unique_ptr<Streams> streams_;
};

}  // namespace tox::sim
