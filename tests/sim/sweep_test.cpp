// SPDX-License-Identifier: GPL-3.0-or-later
// Scenarios drawn from the seed itself: people, faults, restarts, moves, talk. First anything may break, then the
// faults stop and everybody must find everybody and hear everything. Also: a seed is a seed, the same twice.
#include <gtest/gtest.h>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

struct Plan {  // swarm testing: each fault is in with probability 1/2
    explicit Plan(Dice& dice)
        : people(2 + static_cast<unsigned>(dice.below(4))),
          rounds(3 + static_cast<unsigned>(dice.below(6))),
          restarts(dice.chance(0.5)),
          moves(dice.chance(0.5)),
          partitions(dice.chance(0.5)),
          clocks(dice.chance(0.5)) {
        cable.least_delay = dice.between(0ms, 200ms);
        cable.most_delay = cable.least_delay + dice.between(0ms, 300ms);
        if (dice.chance(0.5)) cable.loss = static_cast<double>(dice.below(40)) / 100;
        if (dice.chance(0.5)) cable.duplicate = static_cast<double>(dice.below(10)) / 100;
        if (dice.chance(0.5)) cable.corrupt = static_cast<double>(dice.below(5)) / 100;
    }
    std::string text() const {
        const auto flag = [](const char* name, bool on) { return on ? std::string(" ") + name : std::string(); };
        return std::to_string(people) + " people, " + std::to_string(rounds) + " rounds, delay " +
               std::to_string(cable.least_delay.count() / 1000) + ".." +
               std::to_string(cable.most_delay.count() / 1000) + " ms, loss " + std::to_string(cable.loss) +
               ", doubled " + std::to_string(cable.duplicate) + ", corrupt " + std::to_string(cable.corrupt) +
               flag("restarts", restarts) + flag("moves", moves) + flag("partitions", partitions) +
               flag("clocks", clocks);
    }
    Cable cable;
    unsigned people;
    unsigned rounds;
    bool restarts, moves, partitions, clocks;
};

class Sweep {
  public:
    explicit Sweep(std::uint64_t seed) : town(seed), plan(town.world.dice()) {}

    void run() {
        town.add_bootstrap_node();
        for (unsigned i = 0; i < plan.people; ++i) town.add();
        town.acquaint_everybody();
        town.world.cable = plan.cable;
        for (unsigned i = 0; i < plan.rounds; ++i) round();
        town.world.cable = {};
        town.world.heal();
        for (Person* person : town.people()) {
            if (!person->running()) town.start(*person);
        }
        town.world.run_until([&] { return everybody_is_awake(); }, longest_sleep);
    }
    // The core of the promise: once the faults stop, all meet and all is heard.
    bool recovers() {
        return town.world.run_until([&] { return town.all_connected(); }, 180s) &&
               town.world.run_until([&] { return town.everything_said_is_heard() && town.all_connected(); }, 120s);
    }

    Town town;
    Plan plan;

  private:
    static constexpr Duration longest_sleep = 600s;

    bool everybody_is_awake() const {
        const auto people = town.people();
        return std::none_of(people.begin(), people.end(),
                            [](const Person* person) { return person->loop.suspended(); });
    }
    Person& anybody() {
        const auto people = town.people();
        return *people[town.world.dice().below(people.size())];
    }
    void talk() {
        for (auto messages = town.world.dice().below(20); messages > 0; --messages) {
            Person& a = anybody();
            Person& b = anybody();
            if (&a != &b && a.running() && !a.loop.suspended()) a.say(b, 10 + town.world.dice().below(1300));
        }
    }
    void break_something(Person& victim) {
        Dice& dice = town.world.dice();
        if (plan.restarts && dice.chance(0.5)) {
            dice.chance(0.5) ? victim.crash() : victim.stop();
            return;
        }
        if (plan.moves && dice.chance(0.3)) victim.move();
        if (plan.partitions && dice.chance(0.3)) town.world.put_on_island(victim.network, 1);
        if (plan.clocks && dice.chance(0.3)) {
            victim.loop.jump_wall(std::chrono::duration_cast<std::chrono::seconds>(dice.between(-48h, 48h)));
        }
        if (plan.clocks && dice.chance(0.2)) victim.loop.suspend(dice.between(1s, longest_sleep), dice.chance(0.5));
    }
    void round() {
        talk();
        town.world.run_for(town.world.dice().between(0s, 30s));
        Person& victim = anybody();
        victim.running() ? break_something(victim) : town.start(victim);
        talk();
        town.world.run_for(town.world.dice().between(0s, 60s));
        if (town.world.dice().chance(0.5)) town.world.heal();
    }
};

std::string standing(const Town& town) {
    std::string text;
    for (Person* person : town.people()) {
        const NetworkInfo network = person->engine().network();
        text += "  person " + std::to_string(person->number()) + ": " + std::to_string(network.nodes) +
                " nodes, stored by " + std::to_string(network.storing) +
                (person->loop.suspended() ? ", suspended" : "");
        for (Person* other : town.people()) {
            if (other == person) continue;
            const auto known = person->engine().contact(other->key());
            text += "; " + std::to_string(other->number()) + " at progress " +
                    std::to_string(static_cast<int>(known->progress)) + (person->sees(*other) ? ", online" : "");
        }
        text += "\n";
    }
    return text;
}

void expect_good(std::uint64_t seed) {
    Sweep sweep(seed);
    sweep.run();
    const bool recovered = sweep.recovers();
    const auto& figures = sweep.town.ledger().figures();
    if (recovered && sweep.town.faults().none()) return;
    ADD_FAILURE() << "seed " << seed << ": " << sweep.plan.text() << "\n  recovered: " << recovered << ", received "
                  << figures.received << " of " << figures.sent << "\n"
                  << standing(sweep.town) << sweep.town.faults().text()
                  << "replay: PURPLE_TOX_SWEEP=1 PURPLE_TOX_SEED=" << seed
                  << " tests/sim/sim-scenarios --gtest_filter='Sweep.*'";
}

TEST(Sweep, EveryPlanEndsWell) {
    const std::uint64_t first = figure("PURPLE_TOX_SEED", 1);
    const std::uint64_t count = figure("PURPLE_TOX_SWEEP", 12);  // thousands by hand; 12 fit into ./check
    for (std::uint64_t seed = first; seed < first + count; ++seed) expect_good(seed);
}

TEST(Determinism, SameSeedSameDatagrams) {
    const auto trace = [](std::uint64_t seed) {
        Sweep sweep(seed);
        sweep.run();
        return std::tuple(sweep.town.world.trace(), sweep.town.world.traffic().sent, sweep.town.world.events_run());
    };
    const auto first = trace(5);
    EXPECT_EQ(first, trace(5));
    EXPECT_NE(std::get<0>(first), std::get<0>(trace(6)));
    EXPECT_GT(std::get<1>(first), 100U);
}

}  // namespace
}  // namespace tox::sim
