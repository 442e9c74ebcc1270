// SPDX-License-Identifier: GPL-3.0-or-later
// What the onion remembers between runs: read back as it was, used only while it is fresh, and never at all when it is
// not what was written.
#include "engine/profile/node_file.hpp"

#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

class AnyLoop final : public Loop {  // a machine: its monotonic clock begins anew when it boots
  public:
    AnyLoop(Instant now, WallTime wall) : now_(now), wall_(wall) {}
    Instant now() const override { return now_; }
    WallTime wall() const override { return wall_; }
    void set_waker(Waker*) override {}
    void wake_at(Instant) override {}

  private:
    Instant now_;
    WallTime wall_;
};

constexpr WallTime noon{1'700'000'000s};

struct NodeFileTest : testing::Test {
    static Node node(Byte number) {
        return {DhtKeyPair::generate().public_key, Endpoint::v4({50, number, 1, 1}, 33445)};
    }

    static OnionMemory learnt(Instant now) {
        OnionMemory memory;
        memory.hops = {{node(1), now - 1min}, {node(2), now - 2h}};
        memory.hops[1].node.endpoint = Endpoint::v6({0x20, 0x01, 0x0d, 0xb8}, 33446);
        memory.near = {{samples::key(1), {node(3), node(4)}, now - 5s}, {samples::key(2), {node(5)}, now - 48h}};
        return memory;
    }

    OnionMemory loaded(const AnyLoop& loop) { return NodeFile(storage, loop).load(); }

    MemoryStorage storage;
    AnyLoop today{Instant(500h), noon};
};

TEST_F(NodeFileTest, IsReadBackAsItWasOnAnotherClock) {
    const OnionMemory before = learnt(today.now());
    ASSERT_TRUE(NodeFile(storage, today).save(before));
    const AnyLoop booted(Instant(20s), noon + 1h);
    const OnionMemory after = loaded(booted);

    const Duration moved = booted.now() - today.now() - 1h;
    ASSERT_EQ(after.hops.size(), before.hops.size());
    for (std::size_t i = 0; i < after.hops.size(); ++i) {
        EXPECT_EQ(after.hops[i].node, before.hops[i].node);
        EXPECT_EQ(after.hops[i].worked, before.hops[i].worked + moved);
    }
    ASSERT_EQ(after.near.size(), before.near.size());
    for (std::size_t i = 0; i < after.near.size(); ++i) {
        EXPECT_EQ(after.near[i].key, before.near[i].key);
        EXPECT_EQ(after.near[i].nodes, before.near[i].nodes);
        EXPECT_EQ(after.near[i].heard, before.near[i].heard + moved);
    }
}

TEST_F(NodeFileTest, NothingLearntIsNothingToRead) {
    EXPECT_TRUE(loaded(today).near.empty());  // no file yet
    ASSERT_TRUE(NodeFile(storage, today).save({}));
    EXPECT_TRUE(loaded(today).hops.empty());
    EXPECT_TRUE(loaded(today).near.empty());
}

TEST_F(NodeFileTest, AClockThatWasSetBackMakesNothingOfTheFuture) {
    ASSERT_TRUE(NodeFile(storage, today).save(learnt(today.now())));
    for (const WallTime wall : {noon - 24h * 365, WallTime(0s), WallTime(-5s)}) {
        const AnyLoop earlier(Instant(1h), wall);
        const OnionMemory memory = loaded(earlier);
        ASSERT_EQ(memory.hops.size(), 2U);
        EXPECT_EQ(memory.hops[0].worked, earlier.now());
        EXPECT_EQ(memory.near[1].heard, earlier.now());
    }
}

TEST_F(NodeFileTest, AFarFutureIsOlderThanAllMemory) {  // R44
    ASSERT_TRUE(NodeFile(storage, today).save(learnt(today.now())));
    const AnyLoop later(Instant(1h), noon + 24h * 365 * 100);
    EXPECT_LT(loaded(later).hops.at(0).worked + OnionMemory::lasts, later.now());
}

TEST_F(NodeFileTest, DamagedAtAnyByteIsNotUsed) {
    ASSERT_TRUE(NodeFile(storage, today).save(learnt(today.now())));
    const Bytes good = storage.disk()[files::nodes];
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes& bytes = storage.disk()[files::nodes];
        bytes.assign(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at));
        EXPECT_TRUE(loaded(today).hops.empty()) << "cut at " << at;
        bytes = good;
        bytes[at] ^= 0x10;
        EXPECT_TRUE(loaded(today).hops.empty()) << "changed at " << at;
    }
}

// Well signed, but not by us: every bound holds all the same.
TEST_F(NodeFileTest, ForgedBodiesAreNotUsed) {
    const auto forged = [&](Bytes body) {
        Bytes bytes = {'T', 'x', 'N', '1'};
        append(bytes, sha256(body));
        append(bytes, body);
        storage.disk()[files::nodes] = bytes;
        const OnionMemory memory = loaded(today);
        return memory.hops.empty() && memory.near.empty();
    };
    EXPECT_TRUE(forged({}));
    EXPECT_TRUE(forged({255}));
    EXPECT_TRUE(forged(Bytes(50'000, 0xFF)));
    EXPECT_TRUE(forged({0, 1, 2, 3}));
}

TEST_F(NodeFileTest, UnreadableIsNoFile) {
    ASSERT_TRUE(NodeFile(storage, today).save(learnt(today.now())));
    storage.fail_reads(true);
    EXPECT_TRUE(loaded(today).hops.empty());
    storage.fail_reads(false);
    storage.fail_writes(1);
    EXPECT_FALSE(NodeFile(storage, today).save({}));
    EXPECT_EQ(loaded(today).hops.size(), 2U);  // the one before is still there
}

}  // namespace
}  // namespace tox
