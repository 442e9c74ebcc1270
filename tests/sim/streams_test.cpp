// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated streams themselves: in order, nothing lost, bounded, silent where nothing passes.
#include "tests/sim/streams.hpp"

#include <gtest/gtest.h>

#include "tests/sim/host.hpp"

namespace tox::sim {
namespace {

struct Ear final : StreamSink {
    void on_open() override { ++opened; }
    void on_bytes(ByteView more) override { append(bytes, more); }
    void on_writable() override { ++writable; }
    void on_closed(StreamEnd how) override {
        ++closed;
        end = how;
    }
    void take(std::unique_ptr<Stream> given) {
        stream = std::move(given);
        stream->set_sink(this);
    }
    std::unique_ptr<Stream> stream;
    int opened = 0, writable = 0, closed = 0;
    std::optional<StreamEnd> end;
    Bytes bytes;
};

struct Door final : StreamAcceptor {
    void on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) override {
        ear.take(std::move(stream));
        origin = from;
    }
    Ear ear;
    Endpoint origin;
};

struct StreamWorld : testing::TestWithParam<std::uint64_t> {
    StreamWorld() {
        here.plug(public_v4(1, 33445), std::nullopt);
        there.plug(public_v4(2, 33445), std::nullopt);
    }
    bool open() {
        port = there.listen(443, door);
        ear.take(here.connect(public_v4(2, 443)));
        return world.run_until([&] { return ear.opened == 1; }, 1min);
    }
    World world{GetParam()};
    SimLoop loop_here{world}, loop_there{world};
    SimNetwork here{world, loop_here}, there{world, loop_there};
    Door door;
    std::unique_ptr<StreamPort> port;
    Ear ear;
};

INSTANTIATE_TEST_SUITE_P(Seeds, StreamWorld, testing::Range<std::uint64_t>(1, 21));

TEST_P(StreamWorld, BytesArriveInOrderHoweverBadTheCable) {
    world.cable.loss = 0.2;
    world.cable.most_delay = 500ms;
    ASSERT_TRUE(open());
    EXPECT_EQ(door.origin, public_v4(1, 33445));
    Bytes sent(500'000);
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<Byte>(i * 7 + i / 250);
    std::size_t done = 0;
    const bool arrived = world.run_until(
        [&] {
            const std::size_t taken = ear.stream->write(ByteView(sent).subspan(done));
            EXPECT_LE(taken, Streams::most_in_flight);
            done += taken;
            return door.ear.bytes.size() == sent.size();
        },
        10min);
    EXPECT_TRUE(arrived);
    EXPECT_EQ(door.ear.bytes, sent);
    EXPECT_EQ(door.ear.closed, 0);
}

TEST_P(StreamWorld, WhereNobodyListensItIsRefused) {
    ear.take(here.connect(public_v4(2, 80)));
    EXPECT_TRUE(world.run_until([&] { return ear.closed == 1; }, 1min));
    EXPECT_EQ(ear.end, StreamEnd::unreachable);
}

TEST_P(StreamWorld, WhereNobodyIsItTakesLong) {
    const Instant start = world.now();
    ear.take(here.connect(public_v4(3, 443)));
    EXPECT_TRUE(world.run_until([&] { return ear.closed == 1; }, 5min));
    EXPECT_GT(world.now() - start, 10s);
}

TEST_P(StreamWorld, APartitionOnlyDelays) {
    ASSERT_TRUE(open());
    world.put_on_island(there, 1);
    ear.stream->write(bytes_of("one "));
    world.run_for(5s);
    ear.stream->write(bytes_of("two"));
    world.run_for(5s);
    EXPECT_TRUE(door.ear.bytes.empty());
    world.heal();
    EXPECT_TRUE(world.run_until([&] { return text_of(door.ear.bytes) == "one two"; }, 5s));
}

TEST_P(StreamWorld, TheEndComesAfterTheLastByte) {
    ASSERT_TRUE(open());
    door.ear.stream->write(bytes_of("bye"));
    door.ear.stream.reset();
    EXPECT_TRUE(world.run_until([&] { return ear.closed == 1; }, 5s));
    EXPECT_EQ(text_of(ear.bytes), "bye");
    EXPECT_EQ(ear.end, StreamEnd::closed);
}

TEST_P(StreamWorld, AnotherAddressLeavesItSilent) {
    ASSERT_TRUE(open());
    here.plug(public_v4(7, 33445), std::nullopt);
    ear.stream->write(bytes_of("lost"));
    world.run_for(2min);
    EXPECT_TRUE(door.ear.bytes.empty());
    EXPECT_EQ(ear.closed + door.ear.closed, 0);
}

}  // namespace
}  // namespace tox::sim
