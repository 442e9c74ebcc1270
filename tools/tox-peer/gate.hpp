// SPDX-License-Identifier: GPL-3.0-or-later
// The world of an instance that can be held. While it is, its time stands still, what it sends waits, and what arrives
// stays in the socket; afterwards it cannot tell. Also where the turns of an instance are counted and timed.
#pragma once

#include <functional>

#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"

namespace tox_peer {

class Gate final : public tox::Loop, public tox::Network, private tox::Waker, private tox::NetworkSink {
  public:
    static constexpr std::size_t max_parked = 1024;  // datagrams sent while held: a burst of bootstrapping is below 100

    using AfterTurn = std::function<void(tox::Duration)>;  // how long the instance blocked the loop
    Gate(tox::Loop& loop, tox::Network& network, AfterTurn after_turn);
    ~Gate() override;

    bool held() const { return held_at_.has_value(); }
    void hold();
    void run();

    tox::Instant now() const override;
    tox::WallTime wall() const override { return loop_.wall(); }
    void set_waker(tox::Waker* waker) override { waker_ = waker; }
    void wake_at(tox::Instant when) override;

    void set_sink(tox::NetworkSink* sink) override;
    bool send(const tox::Endpoint& to, tox::ByteView datagram) override;
    void send_to_lan(std::uint16_t port, tox::ByteView datagram) override {
        if (!held()) network_.send_to_lan(port, datagram);
    }
    void flush() override;
    void wait(tox::Duration at_most, const std::function<bool()>& done) override {
        if (!held()) network_.wait(at_most, done);
    }
    bool reaches(tox::Endpoint::Family family) const override { return network_.reaches(family); }
    std::uint16_t port() const override { return network_.port(); }
    std::optional<tox::Endpoint> source_towards(const tox::Endpoint& to) const override {
        return network_.source_towards(to);
    }

    std::optional<tox::ProxyTrouble> proxy_trouble() const override { return network_.proxy_trouble(); }
    std::unique_ptr<tox::Stream> connect(const tox::StreamAddress& to) override { return network_.connect(to); }
    std::unique_ptr<tox::StreamPort> listen(std::uint16_t port, tox::StreamAcceptor& acceptor) override {
        return network_.listen(port, acceptor);
    }

  private:
    struct Parcel {
        tox::Endpoint to;
        tox::Bytes datagram;
    };
    void on_wake() override;
    void on_datagram(const tox::Endpoint& from, tox::ByteView datagram) override;
    void on_batch_end() override;
    void forward_wish();

    tox::Loop& loop_;
    tox::Network& network_;
    AfterTurn after_turn_;
    tox::Waker* waker_ = nullptr;
    tox::NetworkSink* sink_ = nullptr;
    tox::Instant wish_ = tox::never;       // in the instance's time
    std::optional<tox::Instant> held_at_;  // likewise
    tox::Duration skipped_{};              // how much of the loop's time it has been held
    std::vector<Parcel> parked_;
    std::optional<tox::Instant> batch_began_;
};

}  // namespace tox_peer
