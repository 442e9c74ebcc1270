// SPDX-License-Identifier: GPL-3.0-or-later
// The onion's packets: golden sizes (notes 13.7), round trips, and that nothing shorter or longer is accepted.
#include "engine/wire/onion.hpp"

#include <gtest/gtest.h>

#include "engine/onion/path.hpp"

namespace tox::wire {
namespace {

const Endpoint somewhere = Endpoint::v4({192, 0, 2, 7}, 33445);

template <std::size_t N>
ByteArray<N> noise() {
    return ByteArray<N>{1, 2, 3};
}

TEST(OnionWire, ReturnDataGrowsByOneLayerPerHop) {
    EXPECT_EQ(sizeof(Return1), 59U);
    EXPECT_EQ(sizeof(Return2), 118U);
    EXPECT_EQ(sizeof(Return3), 177U);
    const SharedKey key = random_symmetric_key();
    const Nonce nonce = Nonce::random();
    const ReturnData data{nonce, Sealed<ReturnBody>::of(key, nonce, {{somewhere}, {}})};
    EXPECT_EQ(serialise(data).size(), 59U);
}

TEST(OnionWire, AnAnnounceRequestHasTheSizesSeenOnTheWire) {
    Hops hops;
    for (Node& hop : hops) hop = {DhtKeyPair::generate().public_key, somewhere};
    const DhtKeyPair self = DhtKeyPair::generate();
    const auto path = OnionPath::make(hops, self);
    ASSERT_TRUE(path);
    const Bytes inner(size_of<AnnounceRequest>, 0x83);
    EXPECT_EQ(path->wrap(somewhere, inner).size(), 403U);
    EXPECT_EQ(size_of<OnionRequest1> - 1 + inner.size(), 395U);
    EXPECT_EQ(size_of<OnionRequest2> - 1 + inner.size(), 387U);
    EXPECT_EQ(size_of<WithReturn<AnnounceRequest>>, 354U);
    EXPECT_EQ(path->wrap(somewhere, Bytes(max_onion_request, 0x85)).size(), max_onion_packet);
}

TEST(OnionWire, AnAnnounceResponseGrowsWithItsNodes) {
    const SharedKey key = random_symmetric_key();
    AnnounceAnswer answer{1, noise<32>(), {}};
    for (std::size_t n = 0; n <= nodes_per_answer; ++n) {
        const AnnounceResponse response{{}, {}, Sealed<AnnounceAnswer>::of(key, {}, answer)};
        const Bytes bytes = serialise(response);
        EXPECT_EQ(bytes.size(), 82 + 39 * n);
        EXPECT_EQ(serialise(OnionResponse3{{}, {bytes}}).size(), 260 + 39 * n);
        EXPECT_EQ(serialise(OnionResponse2{{}, {bytes}}).size(), 201 + 39 * n);
        EXPECT_EQ(serialise(OnionResponse1{{}, {bytes}}).size(), 142 + 39 * n);
        const auto parsed = parse<AnnounceResponse>(bytes);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->answer.open(key, {}), answer);
        answer.nodes.nodes.push_back({Transport::udp, {DhtKeyPair::generate().public_key, somewhere}});
    }
}

TEST(OnionWire, MoreThanFourNodesMakeAnAnswerInvalid) {  // B68
    AnnounceAnswer answer{0, noise<32>(), {}};
    for (int i = 0; i < 5; ++i)
        answer.nodes.nodes.push_back({Transport::udp, {DhtKeyPair::generate().public_key, somewhere}});
    EXPECT_FALSE(parse<AnnounceAnswer>(serialise(answer)));
}

TEST(OnionWire, OnlyTheNewAnswerCountsItsNodes) {
    const NewAnnounceAnswer answer{0, noise<32>(), {{{DhtKeyPair::generate().public_key, somewhere}}}, {}};
    const Bytes bytes = serialise(answer);
    EXPECT_EQ(bytes.size(), 33U + 1 + 39);
    EXPECT_EQ(bytes[33], 1);
    EXPECT_EQ(parse<NewAnnounceAnswer>(bytes), answer);
    Bytes with_group = bytes;
    with_group.push_back(7);
    EXPECT_TRUE(parse<NewAnnounceAnswer>(with_group));
}

TEST(OnionWire, ADhtKeyPacketHasTheSizesSeenOnTheWire) {
    const std::size_t dht_key_packet = 41;
    const DataRequest request{
        noise<32>(), {}, OnionKeyPair::generate().public_key, {Bytes(mac_size + 48 + dht_key_packet)}};
    EXPECT_EQ(serialise(request).size(), 194U);
    const DataResponse response{request.nonce, request.ephemeral, request.box};
    EXPECT_EQ(serialise(response).size(), 162U);
    EXPECT_EQ(serialise(WithReturn<DataRequest>{request, {}}).size(), 194U + 177);
}

template <class P>
void expect_exact(const P& packet) {
    const Bytes good = serialise(packet);
    EXPECT_EQ(parse<P>(good), packet);
    for (std::size_t length = 0; length < size_of<P>; ++length)
        EXPECT_FALSE(parse<P>(ByteView(good).first(length))) << length;
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(parse<P>(longer).has_value(), is_open<P>);
}

TEST(OnionWire, TruncatedPacketsAreNone) {
    const OnionKey key = OnionKeyPair::generate().public_key;
    expect_exact(OnionRequest0{{}, DhtKeyPair::generate().public_key, {Bytes(170, 1)}});
    expect_exact(OnionRequest1{{}, key, {Bytes(103, 1)}, noise<59>()});
    expect_exact(OnionRequest2{{}, key, {Bytes(36, 1)}, noise<118>()});
    expect_exact(OnionResponse3{noise<177>(), {{0x84}}});
    expect_exact(OnionResponse2{noise<118>(), {{0x84}}});
    expect_exact(OnionResponse1{noise<59>(), {{0x84}}});
    expect_exact(WithReturn<AnnounceRequest>{{{}, noise<32>(), {Bytes(120, 1)}}, noise<177>()});
    expect_exact(WithReturn<DataRequest>{{noise<32>(), {}, key, {Bytes(17, 1)}}, noise<177>()});
    expect_exact(DataResponse{{}, key, {Bytes(17, 1)}});
    expect_exact(AnnounceBody{noise<32>(), noise<32>(), noise<32>(), noise<8>()});
}

TEST(OnionWire, TheOnionWritesAddressesInNineteenBytesWithZeroPadding) {
    const Bytes bytes = serialise(OnionInnermost{{somewhere}, {{0x83}}});
    EXPECT_EQ(bytes, (Bytes{2, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x82, 0xa5, 0x83}));
    Bytes relay = bytes;
    relay[0] = 130;
    EXPECT_FALSE(parse<OnionInnermost>(relay));
}

}  // namespace
}  // namespace tox::wire
