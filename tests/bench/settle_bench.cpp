// SPDX-License-Identifier: GPL-3.0-or-later
// What one datagram, one command and one idle minute cost an engine with many contacts. Settling must cost what has
// changed, not what there is: the figures for 10 and 1,000 contacts must not differ much. Run by hand or with `meson
// test --benchmark`.
#include <benchmark/benchmark.h>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

LongTermKey made_up_key(unsigned number) {
    Dice dice(number + 1);
    for (;;) {
        RawKey raw{};
        for (Byte& b : raw) b = static_cast<Byte>(dice.next());
        if (const auto key = LongTermKey::from(raw)) return *key;
    }
}

// One person with a friend who is online and `contacts` who are not.
struct Crowd {
    explicit Crowd(unsigned contacts) : town(1) {
        town.add_bootstrap_node();
        for (int i = 0; i < 2; ++i) town.add().check_every(1U << 30U);
        Town::acquaint(me(), other());
        town.world.run_until([&] { return town.all_connected(); }, 60s);
        for (unsigned i = 0; i < contacts; ++i) me().befriend_key(made_up_key(i));
        town.world.run_for(30s);
    }
    Person& me() { return *town.people()[0]; }
    Person& other() { return *town.people()[1]; }
    Town town;
};

void one_forged_datagram(benchmark::State& state) {
    Crowd crowd(static_cast<unsigned>(state.range(0)));
    const Bytes forged(100, 0x1b);
    const Endpoint from = public_v4(4000, 1);
    for (auto _ : state) crowd.me().network.receive(from, forged);
}
BENCHMARK(one_forged_datagram)->Arg(10)->Arg(100)->Arg(1000);

void one_command(benchmark::State& state) {
    Crowd crowd(static_cast<unsigned>(state.range(0)));
    bool typing = false;
    for (auto _ : state) crowd.me().engine().set_typing(crowd.other().key(), typing = !typing);
}
BENCHMARK(one_command)->Arg(10)->Arg(100)->Arg(1000)->Iterations(2000);

void one_idle_minute(benchmark::State& state) {  // of the whole little world, most of which is this engine
    Crowd crowd(static_cast<unsigned>(state.range(0)));
    const auto wakes = crowd.me().loop.wakes();
    const auto sent = crowd.town.world.traffic().sent;
    for (auto _ : state) crowd.town.world.run_for(60s);
    const auto minutes = static_cast<double>(state.iterations());
    state.counters["wakes/min"] = static_cast<double>(crowd.me().loop.wakes() - wakes) / minutes;
    state.counters["datagrams/min"] = static_cast<double>(crowd.town.world.traffic().sent - sent) / minutes;
}
BENCHMARK(one_idle_minute)->Arg(10)->Arg(100)->Arg(1000)->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tox::sim

BENCHMARK_MAIN();
