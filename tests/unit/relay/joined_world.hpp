// SPDX-License-Identifier: GPL-3.0-or-later
// Pools of relays and relay servers joined in memory, on time that a test moves.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "engine/relay/relay_pool.hpp"
#include "engine/relay/relay_server.hpp"
#include "tests/unit/relay/pipes.hpp"

namespace tox::test::joined {

// Everybody on one wire; who listens where is a table.
class Wire {
  public:
    struct Port final : StreamPort {
        std::uint16_t number;
        explicit Port(std::uint16_t at) : number(at) {}
        std::uint16_t port() const override { return number; }
    };
    class Plug final : public Network {
      public:
        explicit Plug(Wire& of, Byte host) : wire_(of), host_(host) {}
        void set_sink(NetworkSink*) override {}
        bool send(const Endpoint&, ByteView) override { return false; }
        void flush() override {}
        bool reaches(Endpoint::Family) const override { return false; }
        std::uint16_t port() const override { return 0; }
        std::unique_ptr<Stream> connect(const StreamAddress& to) override { return wire_.connect(host_, to); }
        std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor) override {
            wire_.listeners_[address(port)] = &acceptor;
            return std::make_unique<Port>(port);
        }
        Endpoint address(std::uint16_t port) const { return Endpoint::v4({192, 0, 2, host_}, port); }

      private:
        Wire& wire_;
        Byte host_;
    };

    std::unique_ptr<Stream> connect(Byte from, const StreamAddress& to) {
        ++connects;
        const auto listener = listeners_.find(std::get<Endpoint>(to));
        pipes_.push_back(std::make_unique<Pipe>());
        Pipe& pipe = *pipes_.back();
        if (listener == listeners_.end()) {
            opening_.push_back([&pipe] { pipe.break_off(StreamEnd::unreachable); });
        } else {
            opening_.push_back([this, &pipe, from, acceptor = listener->second] {
                acceptor->on_accepted(std::move(pipe.second),
                                      origin.value_or(Endpoint::v4({192, 0, 2, from}, ++last_port_)));
                pipe.open();
            });
        }
        return std::move(pipe.first);
    }
    bool carry() {
        bool any = false;
        if (!mute)
            for (const auto& open : std::exchange(opening_, {})) {
                open();
                any = true;
            }
        for (std::size_t i = 0; i < pipes_.size(); ++i) any |= pipes_[i]->carry(piece);
        return any;
    }
    Pipe& pipe(std::size_t number) { return *pipes_[number]; }
    std::optional<Endpoint> origin;  // of what connects, instead of the host's address
    std::size_t connects = 0;
    std::size_t piece = SIZE_MAX;
    bool mute = false;  // connections neither open nor fail for now

  private:
    std::map<Endpoint, StreamAcceptor*> listeners_;
    std::vector<std::unique_ptr<Pipe>> pipes_;
    std::vector<std::function<void()>> opening_;
    std::uint16_t last_port_ = 1000;
};

struct User final : RelayListener {
    User(Wire& on, StillLoop& clock, Byte place) : plug(on, place), pool(keys, plug, clock, *this) {}
    void on_relay_packet(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant) override {
        packets.push_back({peer, relay, Bytes(packet.begin(), packet.end())});
    }
    void on_relay_link(const DhtKey&, const DhtKey&, bool open, Instant) override { (open ? opened : closed)++; }
    void on_relay_usable(const DhtKey&, const DhtKey&, Instant) override { ++usable; }
    void on_relay_onion(const DhtKey&, ByteView response, Instant) override {
        onion.assign(response.begin(), response.end());
    }
    void on_relays_changed(Instant) override { ++changed; }

    struct Packet {
        DhtKey peer, relay;
        Bytes bytes;
    };
    DhtKeyPair keys = DhtKeyPair::generate();
    Wire::Plug plug;
    std::vector<Packet> packets;
    Bytes onion;
    int opened = 0, closed = 0, usable = 0, changed = 0;
    RelayPool pool;
};

struct Host final : RelayServerListener {
    Host(Wire& on, StillLoop& clock, Byte place) : plug(on, place), server(keys, plug, clock, *this) {
        EXPECT_TRUE(server.listen(443));
    }
    void on_onion_request(std::uint64_t client, const Endpoint&, ByteView request) override {
        asked.assign(request.begin(), request.end());
        server.send_onion_response(client, Bytes{0x84, 1, 2});
    }
    Relay relay() const { return {keys.public_key, plug.address(443)}; }
    DhtKeyPair keys = DhtKeyPair::generate();
    Wire::Plug plug;
    Bytes asked;
    RelayServer server;
};

struct RelayWorld : testing::Test {
    void settle() {
        bool again = true;
        for (int turns = 0; again && turns < 200; ++turns) {
            again = false;
            const Instant now = clock.now();
            for (User* user : users) {
                if (user->pool.next_deadline(now) <= now) {
                    user->pool.tick(now);
                    ASSERT_GT(user->pool.next_deadline(now), now);
                }
                user->pool.flush();
            }
            for (Host* each : hosts) {
                if (each->server.next_deadline(now) <= now) each->server.tick(now);
                each->server.flush();
            }
            again = wire.carry();
        }
    }
    void pass(Duration time, Duration step = 500ms) {
        for (Duration passed{}; passed < time; passed += step) {
            clock.pass(step);
            settle();
        }
    }
    // Both want each other, and know the relay.
    void introduce() {
        for (User* user : {&a, &b}) user->pool.add(host.relay().key, host.relay().endpoint, clock.now());
        for (User* user : {&a, &b}) user->pool.set_demand(RelayDemand::reserve, clock.now());
        a.pool.seek(b.keys.public_key, clock.now());
        b.pool.seek(a.keys.public_key, clock.now());
        settle();
    }
    bool send(User& from, const User& to, const Bytes& packet) {
        return from.pool.send(to.keys.public_key, host.relay().key, packet, clock.now());
    }

    Wire wire;
    StillLoop clock;
    Host host{wire, clock, 1}, second{wire, clock, 2};
    User a{wire, clock, 11}, b{wire, clock, 12};
    std::vector<User*> users{&a, &b};
    std::vector<Host*> hosts{&host, &second};
};

}  // namespace tox::test::joined
