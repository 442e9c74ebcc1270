// SPDX-License-Identifier: GPL-3.0-or-later
// Relays and their clients in virtual time. The relays are scripted, as strict as c-toxcore's, and speak through
// RawEnd; the clients are the engine's pools. Streams come in pieces, are refused, break off or fall silent as a test
// wishes.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "engine/host/loop.hpp"
#include "engine/relay/relay_pool.hpp"
#include "tests/unit/relay/fake_stream.hpp"
#include "tests/unit/relay/raw_end.hpp"

namespace tox::test {

class ScriptedWorld;

// One connection to a scripted relay, seen from there.
struct Visit {
    Visit(const DhtKeyPair& relay_keys) : end(RawEnd::Role::relay, relay_keys) {}

    Wire wire;
    RawEnd end;
    bool open = false;
    Bytes to_client;               // not yet on the way
    std::map<DhtKey, Byte> slots;  // that we gave
    std::set<Byte> online;
    std::vector<Bytes> heard;  // all frames
    Byte next_slot = wire::first_slot;
    bool alive() const { return open && !wire.closed && wire.sink != nullptr; }
};

struct Temper {  // how a relay behaves
    enum class Door { open, refuses, silent } door = Door::open;
    bool mute = false;           // takes everything and says nothing
    bool refuses_links = false;  // slot 0
    bool answers_pings = true;
    std::size_t piece = Wire::unlimited;  // bytes per event
    std::size_t room = Wire::unlimited;   // bytes taken at a time; then the client is told to go on
};

class ScriptedRelay {
  public:
    ScriptedRelay(ScriptedWorld& world, StreamAddress address) : at(std::move(address)), world_(world) {}

    const DhtKey& key() const { return keys.public_key; }
    Relay as_relay() const { return {key(), std::get<Endpoint>(at)}; }
    Visit* visit_of(const DhtKey& client);  // the latest that is alive
    std::size_t visitors() const;
    std::size_t heard(Byte kind) const;  // frames of that kind, of all visits
    void say(Visit& visit, ByteView plain);
    template <class Packet>
    void tell(Visit& visit, const Packet& packet) {
        say(visit, wire::serialise(packet));
    }
    void hang_up();  // on everybody
    void serve(Visit& visit);

    StreamAddress at;
    DhtKeyPair keys = DhtKeyPair::generate();
    Temper temper;
    Byte first_slot_given = wire::first_slot;
    std::vector<std::unique_ptr<Visit>> visits;
    std::vector<Instant> tries;
    std::vector<std::string> violations;  // for which c-toxcore's relay cuts the connection

  private:
    void handle(Visit& visit, const Bytes& frame);
    void route(Visit& visit, const DhtKey& peer);
    void set_online(Visit& visit, const DhtKey& peer, bool online);
    void pass(Visit& visit, const Bytes& frame);
    void cut(Visit& visit, const std::string& why);

    ScriptedWorld& world_;
};

class Client final : public Network, public Loop, RelayListener {
  public:
    explicit Client(ScriptedWorld& world);

    // Network, Loop
    void set_sink(NetworkSink*) override {}
    bool send(const Endpoint&, ByteView) override { return false; }
    void flush() override {}
    bool reaches(Endpoint::Family) const override { return false; }
    std::uint16_t port() const override { return 0; }
    std::unique_ptr<Stream> connect(const StreamAddress& to) override;
    Instant now() const override;
    WallTime wall() const override { return WallTime(1'700'000'000s); }
    void set_waker(Waker*) override {}
    void wake_at(Instant) override {}

    const DhtKey& key() const { return keys.public_key; }
    bool linked(const DhtKey& peer, const ScriptedRelay& relay) const;
    void settle();  // as the engine does

    ScriptedWorld& world;
    DhtKeyPair keys = DhtKeyPair::generate();
    bool online = true;  // false: nothing can be opened
    std::size_t sockets = 0, most_sockets = 0;
    std::vector<std::pair<DhtKey, Bytes>> packets;
    std::vector<std::tuple<DhtKey, DhtKey, bool>> links;  // peer, relay, open: as told
    std::vector<std::pair<DhtKey, DhtKey>> usable;
    std::vector<Bytes> onion;
    std::size_t changes = 0;
    std::size_t ticks = 0;
    std::function<void()> on_packet;  // what a listener does while it is told
    RelayPool pool;

  private:
    void on_relay_packet(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) override;
    void on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) override;
    void on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) override;
    void on_relay_onion(const DhtKey& relay, ByteView response, Instant now) override;
    void on_relays_changed(Instant now) override;
};

class ScriptedWorld {
  public:
    explicit ScriptedWorld(std::uint64_t seed = 1);

    ScriptedRelay& add_relay(std::uint16_t port = 33445);  // each on an address of its own
    Client& add_client();
    void run_for(Duration time);
    std::optional<Duration> run_until(const std::function<bool()>& done, Duration at_most);
    void after(Duration delay, std::function<void()> what) { events_.emplace(now + delay, std::move(what)); }

    // For the parts of the world.
    void knock(ScriptedRelay& relay, Client& client, Visit& visit);
    void carry(ScriptedRelay& relay, Client& client, Visit& visit);

    Instant now{1h};
    Duration latency = 20ms;  // one way
    std::vector<std::unique_ptr<ScriptedRelay>> relays;
    std::vector<std::unique_ptr<Client>> clients;

  private:
    bool step(Instant until);

    std::multimap<Instant, std::function<void()>> events_;
};

}  // namespace tox::test
