// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated world itself, with toy programs on its hosts: it must do what scenarios rely on, and do it again.
#include <gtest/gtest.h>

#include "engine/crypto/keys.hpp"
#include "tests/sim/host.hpp"
#include "tests/sim/nat.hpp"

namespace tox::sim {
namespace {

// Sends a numbered datagram every 100 ms and remembers what it got.
class Toy final : public Waker, public NetworkSink {
  public:
    Toy(World& world, unsigned number) : loop(world), network(world, loop) {
        network.plug(public_v4(number, 33445), public_v6(number, 33445));
        network.set_sink(this);
        loop.set_waker(this);
    }
    ~Toy() {
        loop.set_waker(nullptr);
        network.set_sink(nullptr);
    }
    void talk_to(const Endpoint& peer, int count) {
        peer_ = peer;
        left_ = count;
        loop.wake_at(loop.now() + 100ms);
    }
    void on_wake() override {
        if (left_-- <= 0) return;
        network.send(peer_, Bytes{static_cast<Byte>(sent_ >> 8U), static_cast<Byte>(sent_)});
        ++sent_;
        network.flush();
        loop.wake_at(loop.now() + 100ms);
    }
    void on_datagram(const Endpoint& from, ByteView datagram) override {
        heard_from = from;
        got.push_back(datagram[0] << 8 | datagram[1]);
    }
    void on_batch_end() override {}

    SimLoop loop;
    SimNetwork network;
    std::vector<int> got;
    std::optional<Endpoint> heard_from;

  private:
    Endpoint peer_;
    int left_ = 0;
    int sent_ = 0;
};

TEST(World, CleanCableDeliversEverythingOnce) {
    World world(1);
    world.cable = {.least_delay = 10ms, .most_delay = 10ms};
    Toy a(world, 1), b(world, 2);
    a.talk_to(public_v4(2, 33445), 50);
    world.run_for(10s);
    ASSERT_EQ(b.got.size(), 50U);
    EXPECT_TRUE(std::is_sorted(b.got.begin(), b.got.end()));
    EXPECT_EQ(b.heard_from, public_v4(1, 33445));
    EXPECT_EQ(world.traffic().sent, 50U);
}

TEST(World, BothAddressFamilies) {
    World world(1);
    Toy a(world, 1), b(world, 2);
    a.talk_to(public_v6(2, 33445), 1);
    world.run_for(1s);
    EXPECT_EQ(b.heard_from, public_v6(1, 33445));
    a.network.plug(public_v4(1, 33445), std::nullopt);
    EXPECT_FALSE(a.network.send(public_v6(2, 33445), Bytes{1}));
}

TEST(World, FaultsComeInTheProportionAsked) {
    World world(7);
    world.cable = {.least_delay = 0ms, .most_delay = 500ms, .loss = 0.3, .duplicate = 0.1, .corrupt = 0.2};
    Toy a(world, 1), b(world, 2);
    a.talk_to(public_v4(2, 33445), 2000);
    world.run_for(300s);
    const double arrived = static_cast<double>(b.got.size()) / 2000;
    EXPECT_NEAR(arrived, 0.7 * 1.1, 0.06);
    EXPECT_FALSE(std::is_sorted(b.got.begin(), b.got.end()));
    EXPECT_NEAR(static_cast<double>(world.traffic().lost), 600, 100);
    EXPECT_GT(world.traffic().altered, 300U);
}

TEST(World, PartitionsHeal) {
    World world(1);
    Toy a(world, 1), b(world, 2);
    a.talk_to(public_v4(2, 33445), 40);
    world.run_for(1050ms);
    world.put_on_island(a.network, 1);
    world.run_for(1s);
    const auto before = b.got.size();
    EXPECT_LT(before, 12U);
    world.heal();
    world.run_for(10s);
    EXPECT_GT(b.got.size(), before + 15);
    EXPECT_LT(b.got.size(), 40U);
}

TEST(World, SameSeedSameTrace) {
    const auto trace = [](std::uint64_t seed) {
        World world(seed);
        world.cable = {.most_delay = 500ms, .loss = 0.3, .duplicate = 0.1, .corrupt = 0.2};
        Toy a(world, 1), b(world, 2);
        a.talk_to(public_v4(2, 33445), 200);
        b.talk_to(public_v4(1, 33445), 200);
        world.run_for(60s);
        return std::pair(world.trace(), a.got);
    };
    EXPECT_EQ(trace(3), trace(3));
    EXPECT_NE(trace(3), trace(4));
}

TEST(World, SuspendedHostsHearNothingAndWakeLate) {
    for (const bool clock_runs : {true, false}) {
        World world(1);
        world.cable = {.least_delay = 10ms, .most_delay = 10ms};
        Toy a(world, 1), b(world, 2);
        a.talk_to(public_v4(2, 33445), 100);
        world.run_for(1s);
        const Instant before = a.loop.now();
        const WallTime wall = a.loop.wall();
        const auto heard = b.got.size();
        a.loop.suspend(1h, clock_runs);
        world.run_for(1h - 1s);
        EXPECT_LE(b.got.size(), heard + 1);  // one may have been on the cable
        world.run_for(2s);
        EXPECT_EQ(a.loop.wall() - wall, 3601s);
        EXPECT_EQ(a.loop.now() - before, clock_runs ? Duration(3601s) : Duration(1s));
        EXPECT_GT(b.got.size(), heard + 5);
    }
}

TEST(World, WishesInThePastAreNoticed) {
    struct Stuck final : Waker {
        explicit Stuck(World& world) : loop(world) { loop.set_waker(this); }
        void on_wake() override { loop.wake_at(++times < 3 ? loop.now() : never); }
        SimLoop loop;
        int times = 0;
    };
    World world(1);
    Stuck stuck(world);
    stuck.loop.wake_at(stuck.loop.now() + 1s);
    world.run_for(2s);
    EXPECT_EQ(stuck.times, 3);
    EXPECT_EQ(stuck.loop.bad_wishes(), 2U);
}

TEST(World, ReplacedWishesDoNotRing) {
    World world(1);
    Toy a(world, 1);
    a.loop.wake_at(world.now() + 1s);
    a.loop.wake_at(world.now() + 2s);
    a.loop.wake_at(never);
    world.run_for(5s);
    EXPECT_EQ(a.loop.wakes(), 0U);
}

TEST(Disk, KeepsWhatWasDurableAndNothingElse) {
    SimDisk disk;
    Bytes out;
    EXPECT_EQ(disk.read("x", out), Storage::Read::absent);
    EXPECT_TRUE(disk.replace("x", bytes_of("one")));
    EXPECT_TRUE(disk.append("x", bytes_of("two")));
    disk.freeze();
    EXPECT_FALSE(disk.replace("x", bytes_of("three")));
    EXPECT_FALSE(disk.append("x", bytes_of("3")));
    Dice dice(1);
    disk.thaw(dice, 0);
    EXPECT_EQ(disk.read("x", out), Storage::Read::good);
    EXPECT_EQ(text_of(out), "onetwo");
    disk.fill_up(true);
    EXPECT_FALSE(disk.append("x", bytes_of("3")));
    disk.fill_up(false);
    EXPECT_TRUE(disk.append("x", bytes_of("3")));
}

TEST(Randomness, FollowsFromTheSeed) {
    const auto draw = [](std::uint64_t seed) {
        seed_engines(seed);
        return KeyPair<struct AnyTag>::generate().public_key.hex();
    };
    EXPECT_EQ(draw(1), draw(1));
    EXPECT_NE(draw(1), draw(2));
}

TEST(Nat, ConesMapOnceAndFilterByKind) {
    const std::array expected{std::pair(Nat::Filter::none, 2), std::pair(Nat::Filter::address, 1),
                              std::pair(Nat::Filter::endpoint, 0)};
    for (const auto& [filter, strangers_heard] : expected) {
        World world(1);
        Toy inner(world, 1), peer(world, 2), same_host(world, 3), stranger(world, 4);
        same_host.network.plug(public_v4(2, 40000), std::nullopt);
        Nat nat(world, public_v4(9, 0), filter);
        inner.network.plug(Endpoint::v4({192, 168, 1, 2}, 33445), std::nullopt);
        inner.network.set_gateway(&nat);
        inner.talk_to(public_v4(2, 33445), 1);
        world.run_for(1s);
        ASSERT_TRUE(peer.heard_from);
        EXPECT_EQ(peer.heard_from->address, public_v4(9, 0).address);
        peer.talk_to(*peer.heard_from, 1);
        world.run_for(1s);
        EXPECT_EQ(inner.got.size(), 1U);
        same_host.talk_to(*peer.heard_from, 1);
        stranger.talk_to(*peer.heard_from, 1);
        world.run_for(1s);
        EXPECT_EQ(static_cast<int>(inner.got.size()) - 1, strangers_heard);
    }
}

}  // namespace
}  // namespace tox::sim
