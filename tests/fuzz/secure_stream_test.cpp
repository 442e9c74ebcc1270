// SPDX-License-Identifier: GPL-3.0-or-later
// The relay's stream parser against damaged bytes in any segmentation: the same events as when all come at once.
// Deterministic: PURPLE_TOX_SEED picks the stream, PURPLE_TOX_FUZZ how many inputs (default 20000 / 20).
#include <gtest/gtest.h>

#include "engine/relay/secure_stream.hpp"
#include "tests/fuzz/mutate.hpp"

namespace tox::fuzz {
namespace {

class NoStream final : public Stream {
  public:
    explicit NoStream(StreamSink*& sink) : sink_(sink) {}
    void set_sink(StreamSink* sink) override { sink_ = sink; }
    std::size_t write(ByteView bytes) override {
        append(*written, bytes);
        return bytes.size();
    }
    Bytes* written = nullptr;

  private:
    StreamSink*& sink_;
};

struct Side final : SecureStreamListener {
    void make(const DhtKeyPair& own, const DhtKey* relay) {
        auto stream = std::make_unique<NoStream>(sink);
        stream->written = &written;
        secure = relay != nullptr ? std::make_unique<SecureStream>(std::move(stream), own, *relay, *this)
                                  : std::make_unique<SecureStream>(std::move(stream), own, *this);
        if (relay != nullptr) sink->on_open();
    }
    void give(ByteView bytes, std::size_t piece) {
        for (std::size_t at = 0; at < bytes.size() && sink != nullptr; at += piece)
            sink->on_bytes(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    }
    void on_secured() override { events.push_back({'s'}); }
    void on_frame(ByteView frame) override { events.emplace_back(frame.begin(), frame.end()); }
    void on_ended(StreamEnd) override { events.push_back({'e'}); }

    StreamSink* sink = nullptr;
    Bytes written;
    std::vector<Bytes> events;
    std::unique_ptr<SecureStream> secure;
};

// What a relay hears: the same every time for the same seed.
std::vector<Bytes> heard(std::uint64_t seed, bool damage, std::size_t piece) {
    sim::seed_engines(seed);
    sim::Dice dice(seed);
    const DhtKeyPair own = DhtKeyPair::generate(), theirs = DhtKeyPair::generate();
    Side relay, client;
    relay.make(own, nullptr);
    client.make(theirs, &own.public_key);
    relay.give(std::exchange(client.written, {}), piece);
    client.give(std::exchange(relay.written, {}), piece);
    for (auto n = dice.below(12); n > 0; --n)
        client.secure->send(random_bytes_of(dice, 1 + dice.below(dice.chance(0.2) ? 2032 : 60)));
    client.secure->flush();
    Bytes stream = std::exchange(client.written, {});
    if (damage) stream = mutated(stream, dice);
    relay.give(stream, piece);
    EXPECT_LE(relay.secure->memory(), 128U * 1024);
    return relay.events;
}

TEST(SecureStreamFuzz, TheSameEventsForEverySegmentation) {
    const std::uint64_t rounds = sim::figure("PURPLE_TOX_FUZZ", 20'000) / 20;
    const std::uint64_t first = sim::figure("PURPLE_TOX_SEED", 1) * 1'000'000;
    std::uint64_t damaged = 0;
    for (std::uint64_t n = 0; n < rounds; ++n) {
        const std::uint64_t seed = first + n;
        const auto whole = heard(seed, n % 4 != 0, 1U << 20U);
        ASSERT_EQ(heard(seed, n % 4 != 0, 1 + n % 97), whole) << "seed " << seed;
        ASSERT_FALSE(whole.empty());
        damaged += whole.back() == Bytes{'e'} ? 1U : 0U;
    }
    EXPECT_GT(damaged, rounds / 10);
}

TEST(SecureStreamFuzz, HellosOfAnyKind) {
    const std::uint64_t rounds = sim::figure("PURPLE_TOX_FUZZ", 20'000) / 20;
    for (std::uint64_t n = 0; n < rounds; ++n) {
        sim::seed_engines(n);
        sim::Dice dice(n);
        const DhtKeyPair own = DhtKeyPair::generate(), theirs = DhtKeyPair::generate();
        Side relay, client;
        relay.make(own, nullptr);
        client.make(theirs, &own.public_key);
        Bytes hello = mutated(client.written, dice);
        append(hello, Bytes(128, 0));
        const bool same = std::equal(client.written.begin(), client.written.end(), hello.begin());
        relay.give(hello, 1 + dice.below(200));
        EXPECT_EQ(!relay.events.empty() && relay.events.front() == Bytes{'s'}, same);
    }
}

}  // namespace
}  // namespace tox::fuzz
