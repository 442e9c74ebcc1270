// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine knows about a connection that does not come about, fault by fault: "Explain connection" renders just
// that (tests/purple/unit/explain_test.cpp has the sentences).
#include <gtest/gtest.h>

#include "tests/sim/nat.hpp"
#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

class EvidenceTest : public testing::Test {
  protected:
    EvidenceTest() : town(figure("PURPLE_TOX_SEED", 1)) {}
    ~EvidenceTest() override { EXPECT_TRUE(town.faults().none()) << town.faults().text(); }

    void two(Circumstances first = {}, Circumstances second = {}) {
        for (int i = 0; i < 3; ++i) town.add_bootstrap_node(relay_node);
        a = &town.add(std::move(first));
        b = &town.add(std::move(second));
        Town::acquaint(*a, *b);
    }
    bool meet(Duration within = 15s) {
        return town.world.run_until([&] { return a->sees(*b) && b->sees(*a); }, within);
    }
    ContactInfo contact() { return *a->engine().contact(b->key()); }
    Evidence evidence() { return contact().evidence; }
    NetworkInfo network() { return a->engine().network(); }
    bool comes(const std::function<bool()>& fact, Duration within = 60s) { return town.world.run_until(fact, within); }

    Town town;
    Person* a = nullptr;
    Person* b = nullptr;
};

TEST_F(EvidenceTest, SomebodyOfflineIsStoredNowhere) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    a = &town.add();
    a->befriend_key(LongTermKeyPair::generate().public_key);
    const LongTermKey nobody = *a->friends().begin();
    EXPECT_TRUE(comes([&] {
        const auto info = a->engine().contact(nobody);
        return info->evidence.nodes_answered > 0 && info->evidence.nodes_storing == 0 && info->evidence.next_search;
    }));
    EXPECT_EQ(a->engine().contact(nobody)->evidence.keys_sent, 0U);
    EXPECT_FALSE(a->engine().contact(nobody)->evidence.key_heard);
    EXPECT_FALSE(a->engine().contact(nobody)->last_seen);
}

TEST_F(EvidenceTest, SomebodyWhoHasNotAddedUsGetsOurKeyAndSaysNothing) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    a = &town.add();
    b = &town.add();
    a->befriend(*b);
    EXPECT_TRUE(comes([&] { return evidence().nodes_storing > 0 && evidence().keys_sent > 1; }));
    EXPECT_FALSE(evidence().key_heard);
}

TEST_F(EvidenceTest, AnUnansweredRequestIsOne) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    a = &town.add();
    b = &town.add();
    ASSERT_TRUE(a->ask(*b, "hello"));
    town.world.run_for(20s);
    EXPECT_TRUE(contact().request_unanswered);
}

TEST_F(EvidenceTest, WithoutAnyNetworkNobodyAnswers) {
    two();
    ASSERT_TRUE(meet());
    town.world.put_on_island(a->network, 1);
    EXPECT_TRUE(comes([&] { return network().nodes == 0 && network().relays == 0; }, 10min));
    EXPECT_TRUE(network().by_relay);
    EXPECT_FALSE(network().connected());
}

TEST_F(EvidenceTest, BlockedUdpMeansRelays) {
    two();
    a->network.block_udp(true);
    ASSERT_TRUE(meet());
    EXPECT_TRUE(comes([&] { return network().by_relay; }));
    EXPECT_GT(network().relays, 0U);
    EXPECT_EQ(network().nodes, 0U);
    EXPECT_FALSE(is_direct(*contact().route));
}

TEST_F(EvidenceTest, ANatShowsInTheTwoAddresses) {
    Nat nat(town.world, public_v4(200, 0), Nat::Filter::endpoint);
    two({.gateway = &nat});
    ASSERT_TRUE(meet());
    ASSERT_TRUE(comes([&] { return network().seen_as && network().local; }));
    EXPECT_NE(network().seen_as->address, network().local->address);
}

TEST_F(EvidenceTest, AWayThatIsNotAcknowledgedIsDoubted) {
    two({.contact_route = ContactRoute::direct_only}, {.contact_route = ContactRoute::direct_only});
    ASSERT_TRUE(meet());
    EXPECT_FALSE(evidence().route_in_doubt);
    b->network.block_udp(true);
    a->say(*b);
    EXPECT_TRUE(comes([&] { return evidence().route_in_doubt; }, 10s));
}

TEST_F(EvidenceTest, EachEndOfASessionHasItsReason) {
    two();
    ASSERT_TRUE(meet());
    b->stop();
    EXPECT_TRUE(comes([&] { return evidence().session_end == SessionEnd::goodbye && evidence().session_ended; }));
    town.start(*b);
    ASSERT_TRUE(meet(60s));
    b->crash();
    EXPECT_TRUE(comes([&] { return evidence().session_end == SessionEnd::silence; }));
    town.start(*b);
    ASSERT_TRUE(meet(60s));
    b->crash();
    town.start(*b);
    EXPECT_TRUE(comes([&] { return evidence().session_end == SessionEnd::restarted; }));
    ASSERT_TRUE(meet(60s));
    a->engine().set_policy(b->key(), Policy::refusing);
    EXPECT_EQ(evidence().session_end, SessionEnd::refused);
    a->engine().set_policy(b->key(), Policy::trying);
    EXPECT_TRUE(meet(2min));
}

// ---- who left, and when they were here

// Nothing that others keep telling of them for a while brings them back: only a word of theirs.
class Gone : public EvidenceTest {
  protected:
    void SetUp() override {
        two();
        ASSERT_TRUE(meet());
        ASSERT_FALSE(contact().left);
    }
    void expect_gone() {
        const WallTime then = a->loop.wall();
        ASSERT_TRUE(comes([&] { return contact().left.has_value(); }, 5s));
        const WallTime left = *contact().left;
        EXPECT_LE(left - then, 5s);
        for (int i = 0; i < 600; ++i) {
            town.world.run_for(500ms);
            ASSERT_EQ(contact().left, left) << "after " << i << " half seconds";
            ASSERT_FALSE(contact().online);
        }
    }
};

TEST_F(Gone, WhoeverSignsOff) {
    b->stop();
    expect_gone();
    town.start(*b);
    ASSERT_TRUE(meet(60s));
    EXPECT_FALSE(contact().left);
}

TEST_F(Gone, WhoeverRemovesUs) {
    b->remove(*a);
    expect_gone();
}

TEST_F(Gone, WhoeverBlocksUs) {
    b->engine().set_policy(a->key(), Policy::refusing);
    expect_gone();
    b->engine().set_policy(a->key(), Policy::trying);
    ASSERT_TRUE(comes([&] { return contact().online; }, 2min));
    EXPECT_FALSE(contact().left);
}

TEST_F(Gone, NotWhoeverFallsSilent) {
    b->crash();
    EXPECT_TRUE(comes([&] { return !contact().online; }));
    EXPECT_FALSE(contact().left);
}

class LastSeen : public EvidenceTest {
  protected:
    void SetUp() override {
        two();
        ASSERT_TRUE(meet());
        town.world.run_for(10min);
    }
    WallTime here() const { return a->loop.wall(); }
    void expect_seen_about(WallTime when) {
        constexpr std::chrono::seconds between_keep_alives{10};
        ASSERT_TRUE(contact().last_seen);
        EXPECT_LE(*contact().last_seen, when + 1s);
        EXPECT_GE(*contact().last_seen, when - between_keep_alives);
    }
};

TEST_F(LastSeen, IsWhenTheyWereHeardAndNotWhenWeGaveUp) {
    const WallTime crash = here();
    b->crash();
    ASSERT_TRUE(comes([&] { return !contact().online; }));
    EXPECT_GT(here(), crash + 20s);
    expect_seen_about(crash);
    EXPECT_EQ(evidence().heard, contact().last_seen);
}

TEST_F(LastSeen, IsBeforeOurComputerSlept) {
    for (const bool clock_runs : {false, true}) {
        const WallTime sleep = here();
        b->crash();
        a->loop.suspend(8h, clock_runs);
        town.world.run_for(8h + 1s);
        ASSERT_TRUE(comes([&] { return !contact().online; }, 2min));
        expect_seen_about(sleep);
        town.start(*b);
        ASSERT_TRUE(meet(5min));
    }
}

TEST_F(LastSeen, ConnectedSinceIsBeforeOurComputerSlept) {
    const WallTime since = contact().progress_since;
    a->loop.suspend(20s, false);
    town.world.run_for(25s);
    ASSERT_TRUE(contact().online);
    EXPECT_EQ(contact().progress_since, since);
}

TEST_F(LastSeen, IsKeptWhenWeLeaveFirst) {
    town.world.run_for(2h);
    const WallTime end = here();
    a->stop();
    b->stop();
    town.world.run_for(1h);
    town.start(*a);
    expect_seen_about(end);
}

TEST_F(EvidenceTest, WhoeverAskedUsHasNotBeenSeen) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    a = &town.add();
    b = &town.add();
    ASSERT_TRUE(b->ask(*a, "hello"));
    ASSERT_TRUE(comes([&] { return !a->requests().empty(); }));
    b->crash();
    ASSERT_TRUE(a->accept(*b));
    EXPECT_FALSE(contact().last_seen);
    a->stop();
    town.start(*a);
    EXPECT_FALSE(contact().last_seen);
}

TEST_F(EvidenceTest, RequestsAreCountedOnceTheyLeave) {
    for (int i = 0; i < 4; ++i) town.add_bootstrap_node();
    a = &town.add();
    b = &town.add();
    ASSERT_TRUE(a->ask(*b, "hello"));
    EXPECT_EQ(evidence().requests_sent, 0U);
    EXPECT_TRUE(comes([&] { return evidence().requests_sent > 0; }));
}

TEST_F(EvidenceTest, ACutCableIsKnownBeforeTheContactsAreGivenUp) {
    two();
    ASSERT_TRUE(meet());
    town.world.run_for(2min);
    ASSERT_FALSE(network().cut_off());
    town.world.put_on_island(a->network, 1);
    ASSERT_TRUE(comes([&] { return network().cut_off(); }));
    EXPECT_FALSE(network().connected());
    town.world.heal();
    EXPECT_TRUE(comes([&] { return network().connected(); }));
}

TEST_F(EvidenceTest, AnAddressThatDoesNotAnswerCountsCookies) {
    two({.contact_route = ContactRoute::direct_only}, {.contact_route = ContactRoute::direct_only});
    ASSERT_TRUE(meet());
    b->crash();
    EXPECT_TRUE(
        comes([&] { return contact().progress == Progress::acquiring_cookie && evidence().cookies_asked > 2; }));
    EXPECT_FALSE(evidence().routes.empty());
    EXPECT_TRUE(evidence().key_heard || evidence().address_heard);
    EXPECT_TRUE(comes([&] { return evidence().fruitless_rounds > 0; }));
    EXPECT_TRUE(contact().last_seen);
}

TEST_F(EvidenceTest, RelaysThatCannotBeReachedAreKnownAndNotConnected) {
    two();
    a->network.block_streams(true);
    ASSERT_TRUE(meet());
    town.world.run_for(20s);
    EXPECT_EQ(network().relays, 0U);
    EXPECT_GT(network().relays_known, 0U);
}

TEST_F(EvidenceTest, ServingAsARelayIsSaid) {
    two({.relay_ports = {443, 3389}});
    EXPECT_EQ(network().served, (std::vector<std::uint16_t>{443, 3389}));
}

TEST_F(EvidenceTest, UdpThatIsOffHasNoPort) {
    two({.contact_route = ContactRoute::relay_only});
    EXPECT_EQ(network().port, 0);
    EXPECT_TRUE(network().by_relay);
}

}  // namespace
}  // namespace tox::sim
