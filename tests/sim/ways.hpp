// SPDX-License-Identifier: GPL-3.0-or-later
// Two people and a network that changes under their conversation.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/sim/town.hpp"

namespace tox::sim {

class Ways : public testing::TestWithParam<std::uint64_t> {
  protected:
    Ways() : town(GetParam()) {}
    ~Ways() override {
        EXPECT_TRUE(town.faults().none()) << town.faults().text();
        if (!HasFailure()) return;
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        std::string test = info->name();
        test.resize(test.find('/'));
        std::printf("replay: PURPLE_TOX_SEEDS=1 PURPLE_TOX_SEED=%llu tests/sim/sim-scenarios --gtest_filter='*%s*'\n",
                    static_cast<unsigned long long>(GetParam()), test.c_str());
    }

    void two(Circumstances first, Circumstances second) {
        a = &town.add(std::move(first));
        b = &town.add(std::move(second));
        Town::acquaint(*a, *b);
    }
    bool meet() const { return a->sees(*b) && b->sees(*a); }
    void expect_meeting(Duration within, const char* when) {
        const Instant start = town.world.now();
        EXPECT_TRUE(town.world.run_until([&] { return meet(); }, within)) << when;
        say_figure(when, town.world.now() - start);
    }
    void say_figure(const char* what, Duration took) const {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
        std::printf("[ figure   ] seed %llu, %s: %lld ms\n", static_cast<unsigned long long>(GetParam()), what,
                    static_cast<long long>(ms));
    }
    bool direct(const Person& one, const Person& other) const {
        const auto info = const_cast<Person&>(one).engine().contact(other.key());
        return info && info->route && is_direct(*info->route);
    }
    bool by_relay() const {
        const auto info = a->engine().contact(b->key());
        return info && info->route && !is_direct(*info->route);
    }
    bool both_direct() const { return direct(*a, *b) && direct(*b, *a); }
    // One message each way every 100 ms; what happens meanwhile must lose none.
    void talk(Duration time) {
        for (Duration passed{}; passed < time; passed += 100ms) {
            a->say(*b);
            b->say(*a);
            town.world.run_for(100ms);
        }
    }
    // Since now: until something said from now on has been heard on both sides.
    void expect_heard(Duration within, const char* when) {
        const Instant start = town.world.now();
        a->say(*b);
        b->say(*a);
        EXPECT_TRUE(town.world.run_until([&] { return town.everything_said_is_heard(); }, within))
            << when << ": " << town.ledger().figures().received << " of " << town.ledger().figures().sent;
        say_figure(when, town.world.now() - start);
    }

    Town town;
    Person* a = nullptr;
    Person* b = nullptr;
};

inline std::string seed_name(const testing::TestParamInfo<std::uint64_t>& info) {
    return "seed" + std::to_string(info.param);
}

inline const auto& seeds() {
    static const std::uint64_t first = figure("PURPLE_TOX_SEED", 1);
    static const auto range = testing::Range(first, first + figure("PURPLE_TOX_SEEDS", 2));
    return range;
}

}  // namespace tox::sim
