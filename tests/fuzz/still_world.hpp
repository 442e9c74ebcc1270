// SPDX-License-Identifier: GPL-3.0-or-later
// The world of what is fuzzed: a clock that a script moves; datagrams and streams that lead nowhere but into lists.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"
#include "tests/unit/relay/fake_stream.hpp"

namespace tox::fuzz {

using test::Wire;

class StillLoop final : public Loop {
  public:
    Instant now() const override { return now_; }
    WallTime wall() const override {
        return WallTime(1'700'000'000s + std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()));
    }
    void set_waker(Waker* waker) override { waker_ = waker; }
    void wake_at(Instant when) override { wish_ = when; }

    // Time goes on, and whoever wished to be woken meanwhile is. It stops early rather than go on longer than a fuzzer
    // may wait for.
    void pass(Duration time) {
        constexpr int most_wakes = 64;
        const Instant end = now_ + time;
        for (int i = 0; waker_ != nullptr && wish_ <= end; ++i) {
            if (i == most_wakes) return;
            now_ = std::max(now_, std::exchange(wish_, never));
            waker_->on_wake();
        }
        now_ = end;
    }
    bool overdue() const { return waker_ != nullptr && wish_ <= now_; }

  private:
    Instant now_{1000h};
    Instant wish_ = never;
    Waker* waker_ = nullptr;
};

struct Datagram {
    Endpoint to;
    Bytes bytes;
};

class StillNetwork final : public Network {
  public:
    void set_sink(NetworkSink* sink) override { sink_ = sink; }
    bool send(const Endpoint& to, ByteView datagram) override {
        constexpr std::size_t most_kept = 64;
        if (sent.size() >= most_kept) sent.erase(sent.begin());
        sent.push_back({to, Bytes(datagram.begin(), datagram.end())});
        return true;
    }
    void flush() override {}
    bool reaches(Endpoint::Family) const override { return true; }
    std::uint16_t port() const override { return 33445; }
    std::unique_ptr<Stream> connect(const StreamAddress&) override { return new_stream(opened); }
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor) override {
        acceptor_ = &acceptor;
        return std::make_unique<Door>(*this, port);
    }

    void receive(const Endpoint& from, ByteView datagram) {
        if (sink_ != nullptr) sink_->on_datagram(from, datagram);
        settle();
    }
    // Somebody connects; nothing if nobody listens.
    Wire* knock(const Endpoint& from) {
        if (acceptor_ == nullptr) return nullptr;
        acceptor_->on_accepted(new_stream(accepted), from);
        settle();
        return accepted.back().get();
    }
    void give(Wire& wire, ByteView bytes, std::size_t piece) {
        wire.give(bytes, piece);
        settle();
    }
    void settle() {
        if (sink_ != nullptr) sink_->on_batch_end();
    }

    std::vector<Datagram> sent;                   // the latest
    std::vector<std::unique_ptr<Wire>> opened;    // by us
    std::vector<std::unique_ptr<Wire>> accepted;  // by us, from others

  private:
    struct Door final : StreamPort {
        Door(StillNetwork& network, std::uint16_t number) : network_(network), number_(number) {}
        ~Door() override { network_.acceptor_ = nullptr; }
        std::uint16_t port() const override { return number_; }
        StillNetwork& network_;
        std::uint16_t number_;
    };
    static std::unique_ptr<Stream> new_stream(std::vector<std::unique_ptr<Wire>>& list) {
        return std::make_unique<test::FakeStream>(*list.emplace_back(std::make_unique<Wire>()));
    }
    NetworkSink* sink_ = nullptr;
    StreamAcceptor* acceptor_ = nullptr;
};

}  // namespace tox::fuzz
