// SPDX-License-Identifier: GPL-3.0-or-later
// A few DHT nodes on one wire in virtual time, with seeded loss and delay. Knows no packets.
#pragma once

#include <functional>
#include <map>
#include <random>

#include "engine/dht/dht.hpp"
#include "engine/wire/dht.hpp"
#include "tests/unit/dht/small_nat.hpp"

namespace tox::test {

void seed_randomness(std::uint64_t seed);  // of the engine, too: a test runs the same way each time

class World;

class Peer final : public Network, public DhtListener {
  public:
    Peer(World& world, const Endpoint& address, std::string motd = {});

    // Network
    void set_sink(NetworkSink*) override {}
    bool send(const Endpoint& to, ByteView datagram) override;
    void flush() override {}
    void send_to_lan(std::uint16_t port, ByteView datagram) override;
    bool reaches(Endpoint::Family family) const override { return udp && family == address.family; }
    std::uint16_t port() const override { return address.port; }
    std::optional<Endpoint> source_towards(const Endpoint&) const override { return source; }

    // DhtListener
    void on_confirmed(const DhtKey& node, const Endpoint& at) override;
    void on_named(const DhtKey& node, const Endpoint& at) override;
    void on_dht_request(const DhtKey& from, ByteView content) override;
    void on_own_address(const Endpoint& at) override;

    Node node() const { return {dht.key(), address}; }
    bool found(const DhtKey& key) const { return confirmed.contains(key); }

    World& world;
    Endpoint address;
    std::optional<Endpoint> source;  // what its host says
    DhtKeyPair keys = DhtKeyPair::generate();
    KeyCache cache{keys.secret};
    Dht dht;

    std::map<DhtKey, Instant> confirmed;  // first time
    std::map<DhtKey, Endpoint> confirmed_at;
    std::map<DhtKey, std::vector<Endpoint>> named;
    std::vector<std::pair<DhtKey, Bytes>> requests;
    std::vector<Endpoint> own;
    std::size_t sent = 0;
    std::size_t sent_bytes = 0;
    std::size_t wakes = 0;
    std::vector<std::uint16_t> calls;  // ports called on the LAN
    bool online = true;
    bool udp = true;
    int lan = 0;              // 0: none; peers on one LAN hear each other's calls
    SmallNat* nat = nullptr;  // between it and everybody who is not on a LAN
};

class World {
  public:
    explicit World(std::uint64_t seed) : random_(seed) { seed_randomness(seed); }

    Peer& add(std::string motd = {});  // on loopback, each on its own port
    Peer& add_at(const Endpoint& address, std::string motd = {});
    Peer& replace(Peer& peer);  // restarted: another key on the same address
    void remove(Peer& peer);
    SmallNat& add_nat(const Endpoint& outside, SmallNat::Ports ports, SmallNat::Filter admitted);

    void deliver(const Endpoint& from, const Endpoint& to, ByteView datagram);
    void run_for(Duration time);
    // Until the condition holds, at most that long; how long it took, or nothing.
    std::optional<Duration> run_until(const std::function<bool()>& done, Duration at_most);

    Instant now{std::chrono::hours(1)};
    double loss = 0;
    Duration delay = 20ms;
    // What is on the wire: false drops the datagram.
    std::function<bool(const Endpoint& from, const Endpoint& to, ByteView)> filter;
    // Before any NAT hears of it: false, and the peer does not send.
    std::function<bool(const Peer& from, const Endpoint& to)> may_send;
    // Datagrams to addresses where no peer is.
    std::function<void(const Endpoint& from, const Endpoint& to, ByteView)> stray;
    std::vector<std::unique_ptr<Peer>> peers;

  private:
    struct Flying {
        Endpoint from, to;
        Bytes bytes;
    };
    bool step(Instant until);
    void arrive(const Flying& datagram);
    void wake_due();

    std::multimap<Instant, Flying> flying_;
    std::vector<std::unique_ptr<SmallNat>> nats_;
    std::mt19937_64 random_;
    std::uint16_t next_port_ = 40001;
};

// A wire-level stranger: makes frames with its own key.
struct Stranger {
    DhtKeyPair keys = DhtKeyPair::generate();
    Node at(std::uint16_t port) const { return {keys.public_key, *Endpoint::parse("127.0.0.1", port)}; }

    template <class Frame, class Content>
    Bytes frame(const DhtKey& to, const Content& content) const;
    template <class Frame>
    auto opened(ByteView datagram, const DhtKey& from) const;
};

template <class Frame, class Content>
Bytes Stranger::frame(const DhtKey& to, const Content& content) const {
    Frame frame;
    frame.sender = keys.public_key;
    frame.nonce = Nonce::random();
    frame.body = wire::Sealed<Content>::of(*precompute(to, keys.secret), frame.nonce, content);
    return wire::serialise(frame);
}

template <class Frame>
auto Stranger::opened(ByteView datagram, const DhtKey& from) const {
    const auto frame = wire::parse<Frame>(datagram);
    const auto shared = precompute(from, keys.secret);
    using Body = decltype(frame->body.open(*shared, frame->nonce));
    if (!frame || frame->sender != from) return Body{};
    return frame->body.open(*shared, frame->nonce);
}

}  // namespace tox::test
