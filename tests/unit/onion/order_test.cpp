// SPDX-License-Identifier: GPL-3.0-or-later
// Whom to look for first among many, how fast, and that no question is forgotten over it.
#include <gtest/gtest.h>

#include "engine/onion/pace.hpp"
#include "engine/onion/search_order.hpp"
#include "engine/onion/sendbacks.hpp"
#include "engine/onion/turns.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

LongTermKey somebody() { return LongTermKeyPair::generate().public_key; }

struct Known final : SearchOrder {
    explicit Known(std::map<LongTermKey, SearchFacts> known_facts) : known(std::move(known_facts)) {}
    SearchFacts facts(const LongTermKey& contact) const override {
        const auto found = known.find(contact);
        return found == known.end() ? SearchFacts{} : found->second;
    }
    std::map<LongTermKey, SearchFacts> known;
};

TEST(SearchRanks, WantedThenThoseLastSeenThenTheNeverSeen) {
    const WallTime then{std::chrono::hours(500'000)};  // however long ago: we were away as well
    const std::vector<LongTermKey> order{somebody(), somebody(), somebody(), somebody(), somebody(), somebody()};
    const SearchFacts facts[] = {
        {true, {}}, {false, then}, {false, then - 20h}, {false, then - 50h}, {false, then - 24h * 400}, {false, {}}};
    std::map<LongTermKey, SearchFacts> known;
    for (std::size_t i = 0; i < order.size(); ++i) known.emplace(order[i], facts[i]);
    SearchRanks ranks(std::make_unique<Known>(known));
    for (const LongTermKey& contact : order) ranks.note(contact);
    for (std::size_t i = 1; i < order.size(); ++i) EXPECT_LT(ranks.of(order[i - 1]), ranks.of(order[i])) << i;
    EXPECT_EQ(SearchRanks(nullptr).of(order[0]), SearchRanks(nullptr).of(order[5])) << "nobody knows anything";
}

TEST(Turns, LowerRanksFirstEqualsInTurnAndEachOnce) {
    Turns turns;
    const LongTermKey late = somebody(), one = somebody(), two = somebody();
    turns.add(late, 5);
    turns.add(one, 1);
    turns.add(two, 1);
    turns.add(one, 1);
    EXPECT_EQ(turns.take(), one);
    EXPECT_EQ(turns.take(), two);
    EXPECT_EQ(turns.take(), late);
    EXPECT_EQ(turns.take(), std::nullopt);
    turns.add(one, 0);
    turns.remove(one);
    EXPECT_TRUE(turns.empty());
}

TEST(Turns, NobodyWaitsForEverBehindThoseOfHigherRank) {
    Turns turns;
    const LongTermKey last = somebody();
    const std::vector<LongTermKey> first{somebody(), somebody(), somebody()};
    turns.add(last, 9);
    for (const LongTermKey& who : first) turns.add(who, 0);
    unsigned waited = 0;
    for (LongTermKey who = *turns.take(); who != last; who = *turns.take()) {
        turns.add(who, 0);  // it has always more to ask
        ASSERT_LE(++waited, Turns::eldest_each);
    }
}

TEST(Pace, ABurstAtTheStartThenThrift) {
    constexpr Duration start_lasts = Pace::start_requests * Duration(1s) / Pace::start_per_second;
    Pace pace;
    Instant now(500s);
    unsigned sent = 0;
    bool urgent = false;
    const auto within = [&](Duration time) {
        const Instant end = now + time;
        sent = 0;
        for (; pace.next_search() <= end; ++sent) {
            now = std::max(now, pace.next_search());
            pace.spend(now);
            pace.spend_search(urgent, now);
        }
        now = end;
        return sent;
    };
    EXPECT_GE(within(start_lasts), Pace::start_requests);
    EXPECT_LE(within(30s), (30 * Pace::searches_per_second + Pace::search_burst) / Pace::price_after + 1);
    urgent = true;
    EXPECT_GE(within(10s), 10 * Pace::searches_per_second - Pace::price_after);
    urgent = false;
    within(30s);
    EXPECT_LE(within(60s), 60 * Pace::searches_per_second + 1);
    pace.restart(now);
    EXPECT_GE(within(start_lasts), Pace::start_requests) << "another network";
    pace.restart(now);
    EXPECT_LE(within(7s), Pace::search_burst + 7 * Pace::searches_per_second + 1) << "that comes and goes";
}

// A search waits for its questions to be answered or to be late: one that is forgotten would hold it up for good.
TEST(Sendbacks, EveryQuestionOfAStartIsAnsweredOrLate) {
    sim::seed_engines(5);
    Sendbacks sendbacks;
    Instant now(500s);
    std::size_t late = 0, lost = 0, answered = 0;
    std::vector<wire::Sendback> known;
    for (unsigned i = 0; i < Pace::start_requests; ++i) {
        now += 1s / Pace::start_per_second;
        Pending pending{};
        pending.sent = now;
        known.push_back(sendbacks.add(std::move(pending), {8s, 9s}));
    }
    for (const wire::Sendback& sendback : known) answered += sendbacks.find(sendback, now) != nullptr ? 1U : 0U;
    EXPECT_EQ(answered, Pace::start_requests);
    while (const Pending* pending = sendbacks.next_overdue(now + 10s))
        ++(pending->overdue == Overdue::late ? late : lost);
    EXPECT_EQ(late, Pace::start_requests);
    EXPECT_EQ(lost, Pace::start_requests);
}

// Of two hundred contacts one is there and was seen last: its nodes are asked before others'.
TEST(SearchOrder, WhoWasSeenLastIsFoundFirst) {
    SmallNetwork net(20ms);
    net.add_nodes(30);
    Client& bob = net.add_client();
    net.run_for(10s);
    const WallTime then{std::chrono::hours(500'000)};
    const std::map<LongTermKey, SearchFacts> facts{{bob.key(), {false, then}}};
    Client& me = net.add_client(std::make_unique<Known>(facts));
    for (int i = 0; i < 200; ++i) me.onion.search(somebody(), net.now());
    me.onion.search(bob.key(), net.now());
    for (int i = 0; i < 200; ++i) me.onion.search(somebody(), net.now());
    const Instant start = net.now();
    ASSERT_TRUE(net.run_until([&] { return me.onion.found(bob.key(), net.now())->agreeing >= 2; }, 20s));
    EXPECT_LE(net.since(start), 1500ms);
}

}  // namespace
}  // namespace tox::test
