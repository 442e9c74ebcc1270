// SPDX-License-Identifier: GPL-3.0-or-later
// Something happens in the middle of a stream of numbered messages, while as many as fit are on their way: none is
// lost, doubled or overtaken, and the stream goes on soon after it can. PURPLE_TOX_TRANSFER_KB of messages per seed.
#include "tests/sim/ways.hpp"

#include <algorithm>
#include <map>

namespace tox::sim {
namespace {

constexpr std::size_t message_size = 1300;
constexpr std::uint64_t most_underway = 200;
constexpr Duration soon = 3s;  // at the 95th percentile of the seeds, if there are
constexpr std::size_t enough_seeds = 20;

class Transfer : public Ways {
  protected:
    static void TearDownTestSuite() {
        for (auto& [test, took] : pauses()) {
            std::ranges::sort(took);
            const auto ms = [](Duration time) { return static_cast<long long>(time / 1ms); };
            const Duration most = took[(took.size() * 95 + 99) / 100 - 1];
            std::printf(
                "[ figure   ] %s: %zu seeds, going on after %lld ms (median), %lld ms (95 %%), %lld ms (longest)\n",
                test.c_str(), took.size(), ms(took[took.size() / 2]), ms(most), ms(took.back()));
            if (took.size() >= enough_seeds) {
                EXPECT_LE(most, soon) << test;
            }
        }
    }

    // Both meet, and half of the stream is heard.
    void begin(Circumstances first, Circumstances second) {
        two(std::move(first), std::move(second));
        expect_meeting(10s, "first");
        stream_until([&] { return heard() >= total_ / 2; }, 10min, "first half");
    }
    // From now on it can go on: until something is heard that was not yet said.
    void expect_it_goes_on() {
        const Instant start = town.world.now();
        const std::uint64_t news = std::min(said() + 1, total_);
        stream_until([&] { return heard() >= news; }, 30s, "going on");
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        pauses()[name.substr(0, name.find('/'))].push_back(town.world.now() - start);
    }
    void expect_the_rest() {
        stream_until([&] { return heard() == total_ && town.nobody_waits(); }, 10min, "the rest");
        EXPECT_EQ(town.ledger().figures().doubled, 0U);
    }
    void stream_for(Duration time) {
        for (const Instant end = town.world.now() + time; town.world.now() < end;) turn();
    }
    // The seeds fall on all moments of a round trip.
    Duration some_moment() const { return std::chrono::milliseconds(GetParam() * 7 % 100); }

  private:
    std::uint64_t said() { return town.ledger().figures().sent; }
    std::uint64_t heard() { return town.ledger().figures().received; }
    void turn() {
        while (said() < total_ && said() - town.ledger().figures().receipts < most_underway &&
               a->say(*b, message_size)) {
        }
        town.world.run_for(5ms);
    }
    void stream_until(const std::function<bool()>& done, Duration within, const char* what) {
        const Instant end = town.world.now() + within;
        while (!done() && town.world.now() < end) turn();
        EXPECT_TRUE(done()) << what << ": " << heard() << " of " << said() << " and " << total_;
    }
    static std::map<std::string, std::vector<Duration>>& pauses() {
        static std::map<std::string, std::vector<Duration>> all;
        return all;
    }

    const std::uint64_t total_ = figure("PURPLE_TOX_TRANSFER_KB", 1000) * 1000 / message_size;
};

INSTANTIATE_TEST_SUITE_P(Seeds, Transfer, seeds(), seed_name);

TEST_P(Transfer, TheRelayIsKilled) {
    std::vector<Person*> nodes;
    for (int i = 0; i < 3; ++i) nodes.push_back(&town.add_bootstrap_node(relay_node));
    begin({.udp = false}, {.udp = false});
    ASSERT_TRUE(by_relay());
    const DhtKey carrier = std::get<ViaRelay>(*a->engine().contact(b->key())->route).relay;
    const auto killed = std::ranges::find_if(nodes, [&](Person* node) { return node->relay().key == carrier; });
    ASSERT_NE(killed, nodes.end());
    stream_for(some_moment());
    (*killed)->crash();
    expect_it_goes_on();
    expect_the_rest();
}

TEST_P(Transfer, TheAddressChanges) {
    town.add_bootstrap_node(relay_node);
    begin({}, {});
    stream_for(some_moment());
    Person& who = GetParam() % 2 == 0 ? *a : *b;
    who.move();
    if (GetParam() % 4 < 2) who.engine().network_changed();  // the host does not always tell
    expect_it_goes_on();
    expect_the_rest();
}

TEST_P(Transfer, UdpIsBlocked) {
    town.add_bootstrap_node(relay_node);
    begin({}, {});
    ASSERT_TRUE(both_direct());
    stream_for(some_moment());
    (GetParam() % 2 == 0 ? a : b)->network.block_udp(true);
    expect_it_goes_on();
    expect_the_rest();
}

TEST_P(Transfer, AMinuteOfSilence) {
    town.add_bootstrap_node(relay_node);
    begin({}, {});
    stream_for(some_moment());
    town.world.put_on_island((GetParam() % 2 == 0 ? a : b)->network, 1);
    stream_for(60s);
    town.world.heal();
    expect_it_goes_on();
    expect_the_rest();
}

TEST_P(Transfer, OneSideIsSuspended) {
    town.add_bootstrap_node(relay_node);
    begin({}, {});
    stream_for(some_moment());
    const Duration sleep = GetParam() % 3 == 0 ? 20s : 10min;
    (GetParam() % 2 == 0 ? a : b)->loop.suspend(sleep, GetParam() % 4 < 2);
    stream_for(sleep);
    expect_it_goes_on();
    expect_the_rest();
}

}  // namespace
}  // namespace tox::sim
