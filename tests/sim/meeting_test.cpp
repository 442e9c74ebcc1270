// SPDX-License-Identifier: GPL-3.0-or-later
// Two people meet though most of what they send is lost: first steps are repeated by the evidence of loss. The seeds
// are the same each time, so that the percentiles are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

struct Line {
    const char* name;
    double loss;      // on the lines of the two
    Duration within;  // at the 95th percentile
};

void PrintTo(const Line& line, std::ostream* out) { *out << line.name; }

class Meeting : public testing::TestWithParam<Line> {
  protected:
    static constexpr Duration patience = 300s;
    static constexpr unsigned nodes = 4;

    static Duration took(const Line& line, std::uint64_t seed) {
        Town town(seed);
        for (unsigned i = 0; i < nodes; ++i) town.add_bootstrap_node();
        town.world.run_for(10s);  // the nodes know each other
        Person& a = town.add();
        Person& b = town.add();
        a.network.lose(line.loss);
        b.network.lose(line.loss);
        Town::acquaint(a, b);
        const Instant start = town.world.now();
        town.world.run_until([&] { return a.sees(b) && b.sees(a); }, patience);
        EXPECT_TRUE(town.faults().none()) << town.faults().text();
        return town.world.now() - start;
    }
};

TEST_P(Meeting, UnderLoss) {
    const Line& line = GetParam();
    const std::uint64_t first = figure("PURPLE_TOX_SEED", 1);
    const std::uint64_t seeds = figure("PURPLE_TOX_MEETINGS", 20);
    std::vector<Duration> all;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) all.push_back(took(line, seed));
    std::ranges::sort(all);
    const auto share = [&](std::size_t percent) { return all[(all.size() * percent + 99) / 100 - 1]; };
    const auto ms = [](Duration time) { return static_cast<long long>(time / 1ms); };
    std::printf("[ figure   ] %s: %lld ms (median), %lld ms (95 %%), %lld ms (longest)\n", line.name, ms(share(50)),
                ms(share(95)), ms(all.back()));
    EXPECT_LE(share(95), line.within);
}

INSTANTIATE_TEST_SUITE_P(Lines, Meeting,
                         testing::Values(Line{"lines_30_percent", 0.3, 15s}, Line{"lines_40_percent", 0.4, 40s}),
                         [](const auto& line) { return std::string(line.param.name); });

}  // namespace
}  // namespace tox::sim
