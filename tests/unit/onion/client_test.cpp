// SPDX-License-Identifier: GPL-3.0-or-later
// The onion client's habits: what it announces, whom it believes, what it sends and how often.
#include <gtest/gtest.h>

#include "engine/onion/contact_search.hpp"
#include "engine/onion/data_packets.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

TEST(SelfAnnouncing, TwelveNodesOfTwentyStoreUsWithinASecond) {
    SmallNetwork net;
    net.add_nodes(20);
    Client& alice = net.add_client();
    net.run_for(1s);
    EXPECT_EQ(alice.onion.announced(net.now()), 12U);
    EXPECT_EQ(alice.announced.back(), 12U);
    const auto nearest = KnownNodes(net, alice.keys.public_key, KnownNodes::Whose::client)
                             .closest(alice.key().raw(), 12, Scope::host, net.now());
    for (const Node& node : nearest)
        for (const auto& member : net.members())
            if (member->keys.public_key == node.key) {
                EXPECT_EQ(member->store.size(), 1U);
            }
}

TEST(SelfAnnouncing, StaysStoredForHours) {
    SmallNetwork net;
    net.add_nodes(20);
    Client& alice = net.add_client();
    net.run_for(10s);
    for (int i = 0; i < 40; ++i) {
        net.run_for(5min);
        EXPECT_GE(alice.onion.announced(net.now()), 12U);
        std::size_t stored = 0;
        for (const auto& member : net.members()) stored += member->store.size();
        EXPECT_GE(stored, 12U);
    }
}

TEST(SelfAnnouncing, MovesOnWhenNodesDie) {
    SmallNetwork net;
    net.add_nodes(25);
    Client& alice = net.add_client();
    net.run_for(10s);
    unsigned killed = 0;
    for (const auto& member : net.members()) {
        if (member->store.size() == 0 || killed == 6) continue;
        member->dead = true;
        ++killed;
    }
    net.run_for(10min);
    std::size_t alive = 0;
    for (const auto& member : net.members()) alive += member->dead ? 0 : member->store.size();
    EXPECT_GE(alive, 10U);
    EXPECT_GE(alice.onion.announced(net.now()), 10U);
}

TEST(SelfAnnouncing, NoticesWhenEverybodyIsGone) {
    SmallNetwork net;
    net.add_nodes(4);
    Client& alice = net.add_client();
    net.run_for(10s);
    EXPECT_EQ(alice.onion.announced(net.now()), 4U);
    for (const auto& member : net.members()) member->dead = member.get() != &alice;
    net.run_for(6min);
    EXPECT_EQ(alice.onion.announced(net.now()), 0U);
    EXPECT_EQ(alice.announced.back(), 0U);
    for (const auto& member : net.members()) member->dead = false;
    net.run_for(40s);
    EXPECT_EQ(alice.onion.announced(net.now()), 4U);
}

struct SearchTest : testing::Test {
    SearchTest() { sim::seed_engines(3); }
    Answer answer(const Node& node, wire::Stored stored, const RawKey& key) {
        Answer out;
        out.pending.contact = contact;
        out.pending.to = node;
        out.stored = stored;
        out.key_or_ping_id = key;
        return out;
    }
    Node node() { return {DhtKeyPair::generate().public_key, Endpoint::v4({60, 1, 1, 1}, 1)}; }
    RawKey some_key() { return OnionKeyPair::generate().public_key.raw(); }

    LongTermKey contact = LongTermKeyPair::generate().public_key;
    ContactSearch search{contact, DhtKeyPair::generate().public_key};
    Instant now{Instant(100s)};
};

TEST_F(SearchTest, ALonelyLiarIsOutvoted) {  // R16
    const RawKey real = some_key(), fake = some_key();
    search.on_answer(answer(node(), wire::Stored::by_another, fake), Scope::internet, now);
    EXPECT_EQ(search.agreeing().size(), 1U);
    search.on_answer(answer(node(), wire::Stored::by_another, real), Scope::internet, now + 1ms);
    search.on_answer(answer(node(), wire::Stored::by_another, real), Scope::internet, now + 2ms);
    ASSERT_EQ(search.agreeing().size(), 2U);
    for (const auto& storing : search.agreeing()) EXPECT_EQ(storing.data_key.raw(), real);
    EXPECT_EQ(search.storing(), 3U);
}

TEST_F(SearchTest, OldAnswersDoNotOutvoteARestartedContact) {
    const RawKey old = some_key(), fresh = some_key();
    for (int i = 0; i < 4; ++i) search.on_answer(answer(node(), wire::Stored::by_another, old), Scope::internet, now);
    const Node restarted = node();
    search.on_answer(answer(restarted, wire::Stored::by_another, fresh), Scope::internet, now + 2min);
    ASSERT_EQ(search.agreeing().size(), 1U);
    EXPECT_EQ(search.agreeing()[0].data_key.raw(), fresh);
}

TEST_F(SearchTest, ImpossibleAnswersAreWorthNothing) {
    EXPECT_EQ(search.on_answer(answer(node(), wire::Stored::by_requester, some_key()), Scope::internet, now),
              ContactSearch::Outcome::invalid);
    EXPECT_EQ(search.on_answer(answer(node(), wire::Stored::by_another, {}), Scope::internet, now),
              ContactSearch::Outcome::invalid);
    EXPECT_EQ(search.answered(), 0U);
}

TEST_F(SearchTest, NodesOfALanAreFollowedOnlyIfTheAnswerCameFromOne) {
    Answer with_lan = answer(node(), wire::Stored::no, {});
    with_lan.nodes = {{DhtKeyPair::generate().public_key, Endpoint::v4({192, 168, 0, 9}, 33445)}};
    search.on_answer(with_lan, Scope::internet, now);
    EXPECT_FALSE(search.next_ask());
    search.on_answer(with_lan, Scope::lan, now);
    EXPECT_TRUE(search.next_ask());
}

TEST(DataPackets, TheInnerBoxUsesTheOuterNonce) {
    const LongTermKeyPair alice = LongTermKeyPair::generate(), bob = LongTermKeyPair::generate();
    const OnionKeyPair data = OnionKeyPair::generate();
    const Bytes packet = seal_data(alice, {bob.public_key, data.public_key}, Bytes{156, 1});
    const auto request = wire::parse<wire::DataRequest>(packet);
    ASSERT_TRUE(request);
    const auto plain = open(*precompute(request->ephemeral, data.secret), request->nonce, request->box.bytes);
    const auto payload = wire::parse<wire::DataPayload>(*plain);
    EXPECT_EQ(open(*precompute(alice.public_key, bob.secret), request->nonce, payload->box.bytes), (Bytes{156, 1}));
}

TEST(DataPackets, CopiesHaveNothingInCommonAndForgeriesDoNotOpen) {
    const LongTermKeyPair alice = LongTermKeyPair::generate(), bob = LongTermKeyPair::generate();
    const OnionKeyPair data = OnionKeyPair::generate();
    const auto make = [&] {
        const auto request = wire::parse<wire::DataRequest>(seal_data(alice, {bob.public_key, data.public_key}, {{7}}));
        return wire::DataResponse{request->nonce, request->ephemeral, request->box};
    };
    const auto one = make(), two = make();
    EXPECT_NE(one.ephemeral, two.ephemeral);
    EXPECT_NE(one.nonce, two.nonce);
    const Bytes good = wire::serialise(one);
    ASSERT_TRUE(open_data(bob, data, good));
    EXPECT_EQ(open_data(bob, data, good)->sender, alice.public_key);
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes forged = good;
        forged[i] ^= 1U;
        EXPECT_FALSE(open_data(bob, data, forged)) << i;
    }
    EXPECT_FALSE(open_data(bob, OnionKeyPair::generate(), good));
}

struct Pair : testing::Test {
    SmallNetwork net;
    Client* alice = nullptr;
    Client* bob = nullptr;
    void meet(std::size_t nodes) {
        net.add_nodes(nodes);
        bob = &net.add_client();
        alice = &net.add_client();
        net.run_for(2s);
        alice->onion.search(bob->key(), net.now());
        net.run_for(5s);
    }
};

TEST_F(Pair, TheLongestDataPacketArrivesAndALongerOneIsNotSent) {
    meet(20);
    const Bytes longest(OnionClient::max_onion_data, 32);
    EXPECT_EQ(alice->onion.send(bob->key(), Bytes(OnionClient::max_onion_data + 1, 32), net.now()), 0U);
    EXPECT_EQ(alice->onion.send(bob->key(), {}, net.now()), 0U);
    const std::size_t copies = alice->onion.send(bob->key(), longest, net.now());
    EXPECT_GE(copies, 6U);  // all of the 8 nearest but the two ends themselves
    EXPECT_LE(copies, 8U);
    net.run_for(1s);
    ASSERT_EQ(bob->received.size(), copies);
    EXPECT_EQ(bob->received[0].second, longest);
}

TEST_F(Pair, EvidenceSaysWhatHappened) {
    meet(20);
    const auto found = alice->onion.found(bob->key(), net.now());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->answered, 8U);
    EXPECT_GE(found->storing, 6U);  // all of them but the two ends themselves
    EXPECT_EQ(found->agreeing, found->storing);
    EXPECT_GE(found->next_round, net.now());
    EXPECT_GT(found->last_found, net.now() - 5s);
    EXPECT_FALSE(bob->onion.found(alice->key(), net.now()));
    alice->onion.stop(bob->key());
    EXPECT_FALSE(alice->onion.found(bob->key(), net.now()));
    EXPECT_EQ(alice->onion.send(bob->key(), Bytes{156}, net.now()), 0U);
}

// Our own node may be one of those that keep it: what is said never contradicts itself.
TEST_F(Pair, NoMoreNodesStoreThanHaveAnswered) {
    for (const std::size_t nodes : {1U, 2U, 5U}) {
        meet(nodes);
        const auto found = alice->onion.found(bob->key(), net.now());
        ASSERT_TRUE(found);
        EXPECT_GE(found->storing, 1U);
        EXPECT_LE(found->storing, found->answered);
    }
}

struct NotingNode final : Member {  // a node that notes under which keys it is asked
    using Member::Member;
    std::set<RawKey> searchers;
    void receive(const Endpoint& from, ByteView datagram) override {
        if (const auto packet = wire::parse<wire::WithReturn<wire::AnnounceRequest>>(datagram))
            searchers.insert(packet->packet.requester);
        Member::receive(from, datagram);
    }
};

TEST(SearchKeys, R19AreAnewAfterEachChangeOfAddress) {
    SmallNetwork net;
    NotingNode& ear = net.add<NotingNode>();
    net.add_nodes(5);
    Client& alice = net.add_client();
    net.seen_as = Endpoint::v4({200, 1, 1, 1}, 33445);
    const LongTermKey somebody = LongTermKeyPair::generate().public_key;
    const auto keys_within = [&](Duration time) {
        alice.onion.search_afresh(somebody, net.now());
        net.run_for(time);
        auto keys = std::exchange(ear.searchers, {});
        keys.erase(alice.key().raw());  // she announces herself as well
        return keys;
    };
    const auto first = keys_within(20s);
    ASSERT_EQ(first.size(), 1U);
    net.seen_as = Endpoint::v4({200, 1, 1, 1}, 40000);  // a NAT: nobody has moved
    EXPECT_EQ(keys_within(60s), first);
    net.seen_as = Endpoint::v4({201, 2, 2, 2}, 33445);
    const auto second = keys_within(60s);
    ASSERT_EQ(second.size(), 1U);
    EXPECT_NE(second, first);
    alice.onion.network_changed(net.now());
    const auto third = keys_within(60s);
    ASSERT_EQ(third.size(), 1U);
    EXPECT_NE(third, second);
    EXPECT_NE(third, first);
}

TEST_F(Pair, StoppingAndSendingInsideTheListenerIsSafe) {
    net.add_nodes(5);
    bob = &net.add_client();
    alice = &net.add_client();
    alice->when_stored = [&](const LongTermKey& contact) {
        alice->onion.send(contact, Bytes{156, 1}, net.now());
        alice->onion.stop(contact);
    };
    alice->onion.search(bob->key(), net.now());
    ASSERT_TRUE(net.run_until([&] { return !bob->received.empty(); }, 5s));
    EXPECT_EQ(alice->stored[bob->key()], 1U);
}

TEST_F(Pair, ARestartedContactIsReachedUnderItsNewDataKey) {
    meet(20);
    Client& again = net.add_client();
    bob->dead = true;
    // The same person, elsewhere and with a new data key.
    const LongTermKeyPair identity = bob->identity.clone();
    struct Ear final : OnionListener {
        unsigned received = 0;
        void on_onion_data(const LongTermKey&, ByteView) override { ++received; }
        void on_stored(const LongTermKey&) override {}
        void on_announced(unsigned) override {}
    } ear;
    OnionClient reborn({identity, again.keys,
                        std::make_unique<KnownNodes>(net, again.keys.public_key, KnownNodes::Whose::client),
                        again.store, again.port, nullptr, ear});
    again.diverted = &reborn;
    net.run_for(10s);
    alice->onion.search_afresh(bob->key(), net.now());
    net.run_for(3s);
    EXPECT_GE(reborn.announced(net.now()), 12U);
    EXPECT_GE(alice->onion.send(bob->key(), Bytes{156, 2}, net.now()), 2U);
    net.run_for(1s);
    EXPECT_GE(ear.received, 2U);
    again.diverted = nullptr;
}

TEST_F(Pair, SearchingAfreshForgetsTheBackOff) {
    net.add_nodes(20);
    alice = &net.add_client();
    const LongTermKey nobody = LongTermKeyPair::generate().public_key;
    alice->onion.search(nobody, net.now());
    net.run_for(1h);
    EXPECT_GT(alice->onion.found(nobody, net.now())->next_round, net.now());
    const std::size_t before = alice->port.sent;
    alice->onion.search_afresh(nobody, net.now());
    net.run_for(9s);
    EXPECT_GE(alice->port.sent - before, 4U * 4U);
    EXPECT_LE(alice->onion.found(nobody, net.now())->next_round, net.now() + 20s);
}

}  // namespace
}  // namespace tox::test
