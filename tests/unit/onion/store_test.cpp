// SPDX-License-Identifier: GPL-3.0-or-later
// The announce store as a node at the end of a path sees requests: straight datagrams with return data after them.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "engine/dht/distance.hpp"
#include "engine/onion/announce_entries.hpp"
#include "engine/onion/ping_ids.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

struct StoreTest : testing::Test {
    StoreTest() {
        net.add_nodes(5);
        net.tap = [this](const Endpoint&, const Endpoint& to, ByteView bytes) {
            last_to = to;
            last.assign(bytes.begin(), bytes.end());
            ++answers;
        };
    }

    template <Byte Kind = 0x83>
    Bytes request(const OnionKeyPair& who, const wire::AnnounceBody& body) {
        const auto key = precompute(node.keys.public_key, who.secret);
        const Nonce nonce = Nonce::random();
        using Request = wire::AnnounceRequestOf<Kind>;
        return wire::serialise(wire::WithReturn<Request>{
            {nonce, who.public_key.raw(), wire::Sealed<wire::AnnounceBody>::of(*key, nonce, body)}, back});
    }
    wire::AnnounceAnswer ask(const OnionKeyPair& who, const wire::AnnounceBody& body) {
        EXPECT_TRUE(node.store.handle(hop, request(who, body), net.now()));
        return opened(who);
    }
    wire::AnnounceAnswer opened(const OnionKeyPair& who) {
        const auto outer = wire::parse<wire::OnionResponse3>(last);
        EXPECT_TRUE(outer && outer->back == back && last_to == hop);
        const auto response = wire::parse<wire::AnnounceResponse>(outer->payload.bytes);
        EXPECT_EQ(response->sendback, sendback);
        return *response->answer.open(*precompute(node.keys.public_key, who.secret), response->nonce);
    }
    wire::AnnounceBody own(const OnionKeyPair& who, const wire::PingId& id) {
        return {id, who.public_key.raw(), data_key, sendback};
    }
    wire::AnnounceAnswer announce(const OnionKeyPair& who) {
        return ask(who, own(who, ask(who, own(who, {})).key_or_ping_id));
    }
    wire::AnnounceAnswer search(const OnionKeyPair& whom) {
        return ask(searcher, {{}, whom.public_key.raw(), {}, sendback});
    }

    SmallNetwork net;
    Member& node = net.add_node();
    OnionKeyPair alice = OnionKeyPair::generate();
    OnionKeyPair searcher = OnionKeyPair::generate();
    RawKey data_key = OnionKeyPair::generate().public_key.raw();
    wire::Sendback sendback{1, 2, 3, 4, 5, 6, 7, 8};
    wire::Return3 back{42};
    Endpoint hop = Endpoint::v4({127, 0, 0, 1}, 4000);
    Endpoint last_to;
    Bytes last;
    unsigned answers = 0;
};

TEST_F(StoreTest, StoresWhoComesBackWithThePingIdAndTellsSearchersTheDataKey) {
    const auto first = ask(alice, own(alice, {}));
    EXPECT_EQ(first.stored, 0);
    EXPECT_EQ(first.nodes.nodes.size(), 4U);
    EXPECT_EQ(node.store.size(), 0U);
    const auto second = ask(alice, own(alice, first.key_or_ping_id));
    EXPECT_EQ(second.stored, 2);
    EXPECT_EQ(node.store.size(), 1U);
    const auto found = search(alice);
    EXPECT_EQ(found.stored, 1);
    EXPECT_EQ(found.key_or_ping_id, data_key);
}

TEST_F(StoreTest, APingIdIsWorthNothingOverAnotherHop) {  // R32, B71
    const auto first = ask(alice, own(alice, {}));
    hop = Endpoint::v4({127, 0, 0, 1}, 4001);
    EXPECT_EQ(ask(alice, own(alice, first.key_or_ping_id)).stored, 0);
    EXPECT_EQ(node.store.size(), 0U);
}

TEST_F(StoreTest, APingIdIsWorthNothingForAnotherKeyOrSearch) {  // B71
    const auto first = ask(alice, own(alice, {}));
    EXPECT_EQ(ask(searcher, own(searcher, first.key_or_ping_id)).stored, 0);
    EXPECT_EQ(ask(alice, {first.key_or_ping_id, searcher.public_key.raw(), data_key, sendback}).stored, 0);
    EXPECT_EQ(ask(alice, {first.key_or_ping_id, alice.public_key.raw(), {}, sendback}).stored, 0);
    EXPECT_EQ(node.store.size(), 0U);
}

TEST_F(StoreTest, PingIdsLiveFiveToTenMinutes) {  // B71
    const PingIds ids;
    const Instant start = Instant(3000s);  // the beginning of a window
    const auto id = ids.make(data_key, hop, start);
    EXPECT_TRUE(ids.valid(id, data_key, hop, start + 599s));
    EXPECT_FALSE(ids.valid(id, data_key, hop, start + 600s));
    EXPECT_FALSE(ids.valid(id, data_key, hop, start - 1s));
    const auto late = ids.make(data_key, hop, start + 299s);
    EXPECT_TRUE(ids.valid(late, data_key, hop, start + 599s));
    EXPECT_FALSE(ids.valid(late, data_key, hop, start + 600s));
    EXPECT_FALSE(PingIds().valid(id, data_key, hop, start));
}

TEST_F(StoreTest, TheOwnerWithAnotherDataKeyIsNotCalledStored) {
    announce(alice);
    data_key = OnionKeyPair::generate().public_key.raw();
    EXPECT_EQ(ask(alice, own(alice, {})).stored, 0);
    EXPECT_EQ(announce(alice).stored, 2);
    EXPECT_EQ(node.store.size(), 1U);
}

TEST_F(StoreTest, AnEntryDiesFiveMinutesAfterItsLastAnnouncement) {
    announce(alice);
    net.run_for(299s);
    EXPECT_EQ(search(alice).stored, 1);
    announce(alice);
    net.run_for(299s);
    EXPECT_EQ(search(alice).stored, 1);
    net.run_for(1s);
    EXPECT_EQ(search(alice).stored, 0);
    EXPECT_EQ(node.store.size(), 0U);
}

TEST_F(StoreTest, AFullTableKeepsWhatIsNearest) {
    AnnounceEntries entries(node.keys.public_key);
    std::set<dht::Distance> distances;
    for (int i = 0; i < 1000; ++i) {
        Announced announced;
        random_bytes(announced.key);
        distances.insert(dht::distance_between(node.keys.public_key.raw(), announced.key));
        entries.put(announced, net.now());
        ASSERT_LE(entries.size(), AnnounceEntries::capacity);
    }
    const auto last_kept = *std::next(distances.begin(), AnnounceEntries::capacity - 1);
    const auto first_gone = *std::next(distances.begin(), AnnounceEntries::capacity);
    EXPECT_TRUE(entries.find(dht::distance_between(node.keys.public_key.raw(), last_kept), net.now()));
    EXPECT_FALSE(entries.find(dht::distance_between(node.keys.public_key.raw(), first_gone), net.now()));
    Announced far;
    far.key = dht::distance_between(node.keys.public_key.raw(), first_gone);
    EXPECT_FALSE(entries.put(far, net.now()));
    EXPECT_TRUE(entries.put(far, net.now() + AnnounceEntries::lifetime));  // the others have expired
    EXPECT_EQ(entries.size(), 1U);
}

TEST_F(StoreTest, AFloodOfAnnouncementsStaysBounded) {  // R32
    for (int i = 0; i < 400; ++i) {
        hop.port = static_cast<std::uint16_t>(4000 + i % 64);
        announce(OnionKeyPair::generate());
        net.run_for(10ms);
    }
    EXPECT_EQ(node.store.size(), AnnounceEntries::capacity);
}

TEST_F(StoreTest, FreshKeysBeyondTheBudgetAreNotEvenDerived) {
    announce(alice);
    for (int i = 0; i < 1000; ++i) {
        const OnionKeyPair stranger = OnionKeyPair::generate();
        node.store.handle(hop, request(stranger, own(stranger, {})), net.now());
    }
    EXPECT_LE(answers, 2U + 400U);
    EXPECT_EQ(ask(alice, own(alice, {})).stored, 2);  // known keys go on
    net.run_for(1s);
    EXPECT_EQ(search(alice).stored, 1);  // and new ones a second later
}

TEST_F(StoreTest, RoutesDataToTheHopOfTheLastAcceptedAnnouncement) {
    announce(alice);
    const Endpoint announced_over = hop;
    const wire::Return3 announced_back = back;
    hop = Endpoint::v4({127, 0, 0, 1}, 5000);
    back[0] = 7;
    ask(alice, own(alice, {}));  // not accepted: no ping id
    const wire::DataRequest request{alice.public_key.raw(), Nonce::random(), searcher.public_key, {Bytes(80, 5)}};
    EXPECT_TRUE(node.store.handle(hop, wire::serialise(wire::WithReturn<wire::DataRequest>{request, back}), net.now()));
    EXPECT_EQ(last_to, announced_over);
    const auto outer = wire::parse<wire::OnionResponse3>(last);
    ASSERT_TRUE(outer);
    EXPECT_EQ(outer->back, announced_back);
    const wire::DataResponse expected{request.nonce, request.ephemeral, request.box};
    EXPECT_EQ(outer->payload.bytes, wire::serialise(expected));
}

TEST_F(StoreTest, IsSilentAboutUnknownReceivers) {
    answers = 0;
    const wire::DataRequest request{alice.public_key.raw(), Nonce::random(), searcher.public_key, {Bytes(80, 5)}};
    EXPECT_FALSE(
        node.store.handle(hop, wire::serialise(wire::WithReturn<wire::DataRequest>{request, back}), net.now()));
    EXPECT_EQ(answers, 0U);
}

TEST_F(StoreTest, AnswersTheNewKindOfExactlyThePlainSizeOnly) {
    const Bytes good = request<0x87>(alice, own(alice, {}));
    ASSERT_EQ(good.size(), 354U);
    EXPECT_TRUE(node.store.handle(hop, good, net.now()));
    const auto outer = wire::parse<wire::OnionResponse3>(last);
    const auto response = wire::parse<wire::NewAnnounceResponse>(outer->payload.bytes);
    ASSERT_TRUE(response);
    const auto answer = response->answer.open(*precompute(node.keys.public_key, alice.secret), response->nonce);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->nodes.nodes.size(), 4U);
    Bytes longer = good;
    longer.push_back(0);
    answers = 0;
    EXPECT_FALSE(node.store.handle(hop, longer, net.now()));
    EXPECT_EQ(answers, 0U);
}

TEST_F(StoreTest, NothingCutOrForgedGetsAnAnswer) {
    const Bytes good = request(alice, own(alice, {}));
    answers = 0;
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(node.store.handle(hop, ByteView(good).first(length), net.now()));
    for (std::size_t i = 0; i < 177; ++i) {
        Bytes forged = good;
        forged[i] ^= 0x40U;
        EXPECT_FALSE(node.store.handle(hop, forged, net.now())) << i;
    }
    EXPECT_EQ(answers, 0U);
    EXPECT_EQ(node.store.size(), 0U);
}

TEST_F(StoreTest, NodesOfTheLanAreNamedToTheLanOnly) {
    hop = Endpoint::v4({93, 184, 216, 34}, 4000);
    EXPECT_TRUE(search(alice).nodes.nodes.empty());
}

TEST_F(StoreTest, AnAnswerNeverAmplifiesMuch) {  // R25
    const Bytes asked = request(alice, own(alice, {}));
    EXPECT_TRUE(node.store.handle(hop, asked, net.now()));
    EXPECT_LE(last.size() * 10, asked.size() * 14);  // 1.4 (reliability notes 1.3)
}

}  // namespace
}  // namespace tox::test
