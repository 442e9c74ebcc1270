// SPDX-License-Identifier: GPL-3.0-or-later
// A long contact list of which hardly anybody is there: those who are, are met soon after a start.
#include <gtest/gtest.h>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

constexpr unsigned swarm = 30;  // of strangers, who are the network
constexpr unsigned present = 10;
constexpr unsigned absent = 290;
constexpr unsigned starts = 3;

class Absent : public testing::TestWithParam<std::uint64_t> {
  protected:
    Absent() {
        town.world.cable = {.least_delay = 20ms, .most_delay = 60ms, .loss = 0.01};
        for (int i = 0; i < 2; ++i) town.add_bootstrap_node().check_every(1000);
        for (unsigned i = 0; i < swarm; ++i) town.add().check_every(1000);
        me = &town.add();
        me->check_every(1000);
        for (unsigned i = 0; i < absent; ++i) me->befriend_key(LongTermKeyPair::generate().public_key);
        town.world.tap = [this](const Endpoint& from, const Endpoint&, ByteView) {
            const auto own = me->network.address(Endpoint::Family::v4);
            const auto own_v6 = me->network.address(Endpoint::Family::v6);
            sent += from == own || from == own_v6 ? 1U : 0U;
        };
    }
    ~Absent() override { EXPECT_TRUE(town.faults().none()) << town.faults().text(); }

    Person& add_present() {
        Person& other = town.add();
        other.check_every(1000);
        others.push_back(&other);
        return other;
    }
    void acquaint() {
        for (Person* other : others) Town::acquaint(*me, *other);
    }
    bool all_back() const {
        return std::all_of(others.begin(), others.end(),
                           [&](const Person* other) { return me->sees(*other) && other->sees(*me); });
    }
    // Starts us, and notes how long each of those present took.
    void come_back() {
        const Instant start = town.world.now();
        town.start(*me);
        std::set<Person*> met;
        town.world.run_until(
            [&] {
                for (Person* other : others)
                    if (me->sees(*other) && other->sees(*me) && met.insert(other).second)
                        took.push_back(town.world.now() - start);
                return met.size() == others.size();
            },
            60s);
        for (std::size_t i = met.size(); i < others.size(); ++i) took.push_back(60s);
    }
    void go(Duration for_how_long) {
        me->stop();
        town.world.run_for(for_how_long);
    }
    Duration share(double part) {
        std::sort(took.begin(), took.end());
        return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
    }
    struct Goal {
        Duration half, most;
    };
    void expect_soon(const char* who, const Goal& goal) {
        std::printf("[ figure   ] %s: half of them back after %lld ms, 95 %% after %lld ms, the last after %lld ms\n",
                    who, static_cast<long long>(share(0.5) / 1ms), static_cast<long long>(share(0.95) / 1ms),
                    static_cast<long long>(share(1) / 1ms));
        EXPECT_LE(share(0.5), goal.half);
        EXPECT_LE(share(0.95), goal.most);
    }

    Town town{GetParam()};
    Person* me = nullptr;
    std::vector<Person*> others;
    std::vector<Duration> took;
    std::uint64_t sent = 0;
};

INSTANTIATE_TEST_SUITE_P(Seeds, Absent, testing::Values(1, 2));

TEST_P(Absent, ThoseWhoWereThereAMinuteAgoAreBackAtOnce) {
    for (unsigned i = 0; i < present; ++i) add_present();
    acquaint();
    ASSERT_TRUE(town.world.run_until([&] { return all_back(); }, 120s));
    town.world.run_for(5min);
    for (unsigned i = 0; i < starts; ++i) {
        go(60s);
        come_back();
        for (int minute = 1; minute <= 3; ++minute) {
            sent = 0;
            town.world.run_for(60s);
            std::printf("[ figure   ] minute %d after that: %llu packets\n", minute,
                        static_cast<unsigned long long>(sent));
            EXPECT_LE(sent, 1500U);
        }
    }
    expect_soon("seen a minute ago", {3s, 6s});
}

// Nothing tells them from those who are absent: we have never seen either.
TEST_P(Absent, ThoseWhoWereNeverThereBeforeAreFoundAmongTheOthers) {
    for (unsigned i = 0; i < present; ++i) {
        Person& other = add_present();
        other.befriend(*me);
        other.stop();
        me->befriend(other);
    }
    me->stop();
    for (Person* other : others) town.start(*other);
    town.world.run_for(60s);
    come_back();
    expect_soon("never seen before", {8s, 20s});  // in turn, for nothing tells them apart
}

}  // namespace
}  // namespace tox::sim
