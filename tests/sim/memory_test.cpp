// SPDX-License-Identifier: GPL-3.0-or-later
// A start with what earlier runs have learnt of the onion, next to the same start without it.
#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/node_file.hpp"
#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

constexpr int swarm = 40;
constexpr int starts = 3;  // with the file, and as many without

struct Restarts : testing::Test {
    Restarts() {
        town.world.cable = {.least_delay = 40ms, .most_delay = 90ms};
        town.add_bootstrap_node();
        for (int i = 0; i < swarm; ++i) town.add().check_every(1000);
        a = &town.add();
        b = &town.add();
        Town::acquaint(*a, *b);
        town.world.run_until([&] { return meet(); }, 60s);
        town.world.run_for(30s);
    }

    Duration restart(const std::function<void(SimDisk&)>& meanwhile) {
        town.note_stop(*a);
        a->stop();
        town.world.run_for(90s);
        meanwhile(a->disk);
        const Instant start = town.world.now();
        town.start(*a);
        EXPECT_TRUE(town.world.run_until([&] { return meet(); }, 60s));
        return town.world.now() - start;
    }

    static void say(const char* file, Duration with, Duration without) {
        std::printf("[ figure   ] online with a %s file of nodes in %lld ms, without in %lld ms\n", file,
                    static_cast<long long>(with / starts / 1ms), static_cast<long long>(without / starts / 1ms));
    }

    bool meet() const { return a->sees(*b) && b->sees(*a); }

    Town town{1};
    Person* a = nullptr;
    Person* b = nullptr;
};

TEST_F(Restarts, AreSoonerWithWhatTheLastRunLearnt) {
    Duration with{}, without{};
    for (int i = 0; i < starts; ++i) {
        with += restart([](SimDisk&) {});
        without += restart([](SimDisk& disk) { disk.lose(files::nodes); });
    }
    say("useful", with, without);
    EXPECT_LT(with, without);
}

// As after weeks away: the nodes of the file are asked first, and none of them is there any more.
TEST_F(Restarts, AreHardlyLaterWithNodesThatAreAllGone) {
    auto gone = [number = 500U]() mutable {
        return Node{DhtKeyPair::generate().public_key, public_v4(number++, 33445)};
    };
    OnionMemory memory;
    for (std::size_t i = 0; i < OnionMemory::most_hops; ++i) memory.hops.push_back({gone(), a->loop.now()});
    for (const LongTermKey& key : {a->key(), b->key()})
        memory.near.push_back({key, {gone(), gone(), gone(), gone()}, a->loop.now()});
    Duration with{}, without{};
    for (int i = 0; i < starts; ++i) {
        without += restart([](SimDisk& disk) { disk.lose(files::nodes); });
        with += restart([&](SimDisk& disk) { EXPECT_TRUE(NodeFile(disk, a->loop).save(memory)); });
    }
    say("useless", with, without);
    EXPECT_LT(with, without + starts * 500ms);
}

}  // namespace
}  // namespace tox::sim
