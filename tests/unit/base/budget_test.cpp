// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets (R26, R28): whoever asks little is served, whatever others do.
#include <gtest/gtest.h>

#include "engine/host/address_budget.hpp"

namespace tox {
namespace {

constexpr Instant start{1000s};
constexpr Rate each{5, 10}, all{20, 40};

Endpoint host(std::uint32_t number) {
    return Endpoint::v4(
        {static_cast<Byte>(1 + number / 65536), static_cast<Byte>(number / 256), static_cast<Byte>(number), 1}, 33445);
}

// How many of the asks of somebody who asks once a second are granted, while `flood` goes on each millisecond.
template <class Flood>
int granted(AddressBudget& budget, Flood flood, bool known = false) {
    int served = 0;
    for (int ms = 0; ms < 30'000; ++ms) {
        const Instant now = start + std::chrono::milliseconds(ms);
        flood(ms, now);
        if (ms % 1000 == 500) served += budget.take(host(0), now, known) ? 1 : 0;
    }
    return served;
}

TEST(Budget, OneSourceHasItsShareAndNoMore) {
    AddressBudget budget(each, all);
    int taken = 0;
    for (int ms = 0; ms < 10'000; ++ms) taken += budget.take(host(1), start + std::chrono::milliseconds(ms)) ? 1 : 0;
    EXPECT_GE(taken, 55);
    EXPECT_LE(taken, 60);
}

TEST(Budget, AFewWhoAskMuchStarveNobody) {
    AddressBudget budget(each, all);
    const auto twenty = [&](int ms, Instant now) { budget.take(host(1 + static_cast<std::uint32_t>(ms % 20)), now); };
    EXPECT_GE(granted(budget, twenty), 29);  // their bursts, while nobody has asked much yet, may cost the first
}

// Each address is made up and used once: only somebody who asks again is told from them.
TEST(Budget, MadeUpSourcesDoNotStarveSomebodyWhoAsksAgain) {
    AddressBudget budget(each, all);
    const auto spoofed = [&](int ms, Instant now) { budget.take(host(1 + static_cast<std::uint32_t>(ms)), now); };
    EXPECT_GE(granted(budget, spoofed), 29);
}

TEST(Budget, TheKnownHaveALaneOfTheirOwn) {
    AddressBudget budget(each, all);
    // Made-up addresses that come again: these take all that strangers have.
    const auto again = [&](int ms, Instant now) { budget.take(host(1 + static_cast<std::uint32_t>(ms % 2000)), now); };
    EXPECT_EQ(granted(budget, again, true), 30);
}

TEST(Budget, WhoIsOverItsShareTakesNothingFromTheRest) {
    AddressBudget budget({1, 2}, {1, 40});
    for (int i = 0; i < 1000; ++i) budget.take(host(1), start);
    int others = 0;
    for (std::uint32_t i = 2; i < 100; ++i) others += budget.take(host(i), start) ? 1 : 0;
    EXPECT_GE(others, 28);  // of 40, less the two and the quarter that is kept for those who ask again
}

TEST(Budget, RemembersBoundedManySources) {
    AddressBudget budget({1, 1}, {1e6, 1e6});
    for (std::uint32_t i = 0; i < 10'000; ++i) EXPECT_TRUE(budget.take(host(i), start));
    EXPECT_EQ(budget.sources(), AddressBudget::most_sources);
    EXPECT_FALSE(budget.take(host(9999), start));
}

// An IPv6 /64 is one source, ports are not many; on the LAN each port is.
TEST(Budget, WhatCountsAsOneSource) {
    const auto v6 = [](const char* ip, std::uint16_t port) { return source_of(*Endpoint::parse(ip, port)); };
    EXPECT_EQ(v6("2001:db8::1", 1), v6("2001:db8::2", 2));
    EXPECT_NE(v6("2001:db8::1", 1), v6("2001:db8:0:1::1", 1));
    EXPECT_NE(v6("127.0.0.1", 1), v6("127.0.0.1", 2));
}

}  // namespace
}  // namespace tox
