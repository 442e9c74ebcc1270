// SPDX-License-Identifier: GPL-3.0-or-later
// Two sessions joined by a link in virtual time that delays, loses, reorders, doubles and limits.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

#include "engine/session/session.hpp"
#include "engine/wire/session.hpp"

namespace tox::test {

struct LinkConfig {
    double loss = 0;
    Duration delay = 10ms;  // one way
    Duration jitter{};      // uniform on top: reorders
    double doubled = 0;
    double packets_per_second = 0;  // 0: no bottleneck
    Duration longest_queue = 50ms;  // at the bottleneck; what would wait longer is dropped
};

struct Side final : SessionOutput, SessionListener {
    explicit Side(Instant now) : session(now) {}

    bool send_session_packet(ByteView datagram) override {
        ++sent;
        if (refuse) return false;
        if (wire_tap) wire_tap(datagram);
        deliver(datagram);
        return true;
    }
    void on_lossless(ByteView packet) override { on_packet(packet); }
    void on_lossy(ByteView packet) override { lossy.emplace_back(packet.begin(), packet.end()); }
    void on_kill() override { ++kills; }

    Session session;
    std::function<void(ByteView)> deliver = [](ByteView) {};
    std::function<void(ByteView)> wire_tap;
    std::function<void(ByteView)> on_packet = [this](ByteView packet) {
        lossless.emplace_back(packet.begin(), packet.end());
    };
    std::vector<Bytes> lossless;
    std::vector<Bytes> lossy;
    int kills = 0;
    bool refuse = false;
    std::size_t sent = 0;
    std::size_t wakes = 0;
};

class Joined {
  public:
    explicit Joined(LinkConfig link, unsigned seed = 1) : link_(link), random_(seed) {
        a.deliver = [this](ByteView datagram) { carry(b, datagram, queue_ab_); };
        b.deliver = [this](ByteView datagram) { carry(a, datagram, queue_ba_); };
        EXPECT_TRUE(a.session.accept(b.session.own_key(), b.session.own_base_nonce(), now));
        EXPECT_TRUE(b.session.accept(a.session.own_key(), a.session.own_base_nonce(), now));
    }

    // Until `done` or for `most` of virtual time. `feed` is called after each step: the place to send more.
    bool run(
        Duration most, const std::function<bool()>& done, const std::function<void()>& feed = [] {}) {
        const Instant end = now + most;
        feed();
        settle();
        while (!done()) {
            const Instant next = next_event();
            if (next > end) {
                now = end;
                return done();
            }
            now = std::max(now, next);
            step();
            feed();
            settle();
        }
        return true;
    }
    void pass(Duration span) {
        run(span, [] { return false; });
    }
    bool confirm() {
        return run(30s, [this] { return a.session.confirmed() && b.session.confirmed(); });
    }
    LinkConfig& link() { return link_; }
    std::size_t lost = 0;

    Instant now{1000s};
    Side a{now};
    Side b{now};

  private:
    struct InTheAir {
        Side* to;
        Bytes datagram;
    };

    Instant next_event() const {
        const Instant arrival = air_.empty() ? never : air_.begin()->first;
        return std::min({arrival, a.session.next_deadline(now), b.session.next_deadline(now)});
    }
    void step() {
        while (!air_.empty() && air_.begin()->first <= now) {
            const InTheAir arrived = std::move(air_.begin()->second);
            air_.erase(air_.begin());
            arrived.to->session.receive(arrived.datagram, now, *arrived.to);
        }
    }
    void settle() {
        for (Side* side : {&a, &b}) {
            if (side->session.next_deadline(now) > now) continue;
            ++side->wakes;
            side->session.tick(now, *side);
            ASSERT_GT(side->session.next_deadline(now), now);
        }
    }
    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

    void carry(Side& to, ByteView datagram, Instant& queue) {
        if (chance() < link_.loss) {
            ++lost;
            return;
        }
        Instant leaves = now;
        if (link_.packets_per_second > 0) {
            queue = std::max(queue, now);
            if (queue - now > link_.longest_queue) {
                ++lost;
                return;
            }
            queue += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / link_.packets_per_second));
            leaves = queue;
        }
        const int copies = chance() < link_.doubled ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            const Duration extra{static_cast<Duration::rep>(chance() * static_cast<double>(link_.jitter.count()))};
            air_.emplace(leaves + link_.delay + extra, InTheAir{&to, Bytes(datagram.begin(), datagram.end())});
        }
    }

    LinkConfig link_;
    std::mt19937 random_;
    std::multimap<Instant, InTheAir> air_;
    Instant queue_ab_{};
    Instant queue_ba_{};
};

// A stream of numbered packets and the check that they come in order, each once.
class Stream {
  public:
    Stream(Side& from, Side& to, std::uint32_t count, std::size_t size) : from_(from), count_(count), size_(size) {
        to.on_packet = [this](ByteView packet) { take(packet); };
    }
    void feed(Instant now) {
        while (sent_ < count_ && from_.session.send_lossless(packet(sent_), now)) ++sent_;
    }
    bool done() const { return received_ == count_; }
    std::uint32_t received() const { return received_; }

  private:
    Bytes packet(std::uint32_t number) const {
        Bytes bytes{160};
        wire::Field<std::uint32_t>::write(bytes, number);
        bytes.resize(std::max<std::size_t>(size_, bytes.size()));
        return bytes;
    }
    void take(ByteView packet) {
        ASSERT_EQ(packet[0], 160);
        ByteView rest = packet.subspan(1);
        std::uint32_t number = 0;
        wire::Field<std::uint32_t>::read(rest, number, 0);
        ASSERT_EQ(number, received_);
        ++received_;
    }

    Side& from_;
    std::uint32_t count_;
    std::size_t size_;
    std::uint32_t sent_ = 0;
    std::uint32_t received_ = 0;
};

}  // namespace tox::test
