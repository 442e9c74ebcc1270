// SPDX-License-Identifier: GPL-3.0-or-later
// Each target with its seeds, with damaged seeds and with noise. Deterministic: PURPLE_TOX_SEED picks the stream,
// PURPLE_TOX_FUZZ how many inputs each gets (default 20000; the slow ones a part of that).
#include <gtest/gtest.h>

#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

class Targets : public testing::TestWithParam<Target> {};

TEST_P(Targets, SeedsDamagedSeedsAndNoise) {
    // A budget in time would make it depend on the machine; what is slow is known.
    const std::string_view name = GetParam().name;
    const std::uint64_t slowness = name == "engine" ? 40 : name.starts_with("relay") || name == "session" ? 10 : 4;
    const std::uint64_t rounds = sim::figure("PURPLE_TOX_FUZZ", 20'000) / slowness;
    const std::uint64_t seed = sim::figure("PURPLE_TOX_SEED", 1);
    sim::seed_engines(1);
    const std::vector<Bytes> seeds = GetParam().seeds();
    std::size_t reached = 0;
    for (const Bytes& one : seeds) {
        sim::seed_engines(1);
        reached += GetParam().run(one) ? 1U : 0U;
    }
    EXPECT_GE(reached * 2, seeds.size()) << "the seeds stay in front of the first checks";
    sim::Dice dice(seed);
    for (std::uint64_t n = 0; n < rounds; ++n) {
        const Bytes input =
            n % 8 == 0 ? random_bytes_of(dice, dice.below(600)) : mutated(seeds[n % seeds.size()], dice);
        sim::seed_engines(1);
        GetParam().run(input);
    }
    GetParam().run({});
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Targets, testing::ValuesIn(targets()), [](const auto& target) {
    std::string name = target.param.name;
    std::erase(name, '-');
    return name;
});

}  // namespace
}  // namespace tox::fuzz
