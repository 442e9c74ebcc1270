// SPDX-License-Identifier: GPL-3.0-or-later
// R26, R28: strangers may make us do so much and no more, and whoever is honest is served meanwhile: by one address, by
// a hundred, by addresses that are made up, each used once.
#include <gtest/gtest.h>

#include "engine/crypto/random.hpp"
#include "engine/dht/strangers_keys.hpp"
#include "engine/onion/announce_entries.hpp"
#include "engine/onion/entry_hops.hpp"
#include "engine/onion/path.hpp"
#include "tests/unit/onion/small_network.hpp"

namespace tox::test {
namespace {

Endpoint public_address(std::uint32_t n) {
    return Endpoint::v4({45, static_cast<Byte>(n >> 16U), static_cast<Byte>(n >> 8U), static_cast<Byte>(n)}, 33445);
}

Bytes junk(Byte kind, std::size_t size) {
    Bytes datagram(size);
    random_bytes(datagram);
    datagram[0] = kind;
    return datagram;
}

struct Crowd {
    const char* name;
    std::uint32_t addresses;  // how many the flood comes from
};
constexpr Crowd crowds[] = {{"One", 1}, {"Hundred", 100}, {"MadeUp", 1U << 20U}};

std::string crowd_name(const testing::TestParamInfo<Crowd>& info) { return info.param.name; }

// ---- what comes out of our own paths -------------------------------------------------------------------------------

struct DataFlood : testing::Test {
    DataFlood() {
        net.on_loopback = false;
        net.add_nodes(20);
        net.run_for(5s);
        bob.onion.search(alice.key(), net.now());
        net.tap = [this](const Endpoint& from, const Endpoint& to, ByteView bytes) {
            if (from == alice.port.address() && bytes[0] == 0x80) entries.insert(to);
        };
        net.run_for(10s);
    }
    // A thousand a second for ten seconds, and ten requests meanwhile; how many came.
    std::size_t requests_heard(const std::function<Endpoint(std::uint32_t)>& source) {
        for (std::uint32_t i = 0; i < 10'000; ++i) {
            alice.receive(source(i), junk(0x86, 200));
            if (i % 1000 == 999) bob.onion.send(alice.key(), Bytes{32, static_cast<Byte>(i / 1000)}, net.now());
            net.run_for(1ms);
        }
        net.run_for(1s);
        std::set<Bytes> heard;
        for (const auto& [from, content] : alice.received) heard.insert(content);
        return heard.size();
    }

    SmallNetwork net;
    Client& alice = net.add_client();
    Client& bob = net.add_client();
    std::set<Endpoint> entries;
};

class R26DataFrom : public DataFlood, public testing::WithParamInterface<Crowd> {};

TEST_P(R26DataFrom, StrangersIsDroppedAndContactRequestsCome) {
    const auto crowd = GetParam().addresses;
    EXPECT_EQ(requests_heard([&](std::uint32_t i) { return public_address(i % crowd); }), 10U);
}

INSTANTIATE_TEST_SUITE_P(Floods, R26DataFrom, testing::ValuesIn(crowds), crowd_name);

TEST_F(DataFlood, R26OneEntryHopHasNoMoreThanItsShare) {
    ASSERT_GE(entries.size(), 3U);
    EXPECT_EQ(requests_heard([&](std::uint32_t) { return *entries.begin(); }), 10U);
}

TEST(EntryHops, R26EachHasItsShareForAsLongAsAnAnnouncementLives) {
    EntryHops hops;
    const Instant start(500s);
    const auto at = [](std::uint32_t n) { return Node{DhtKeyPair::generate().public_key, public_address(n)}; };
    hops.used(at(1), start);
    hops.used(at(2), start);
    const auto opened = [&](std::uint32_t n, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += hops.may_open(EntryHops::node(public_address(n)), start) ? 1 : 0;
        return count;
    };
    EXPECT_EQ(opened(3, 100), 0);
    EXPECT_LE(opened(1, 1000), EntryHops::openings_each.burst);
    EXPECT_GE(opened(2, 20), 20);
    EXPECT_TRUE(hops.expects(EntryHops::node(public_address(1)), start + 300s));
    EXPECT_FALSE(hops.expects(EntryHops::node(public_address(1)), start + EntryHops::lasts));
}

// ---- what others ask of us -----------------------------------------------------------------------------------------

class R26Asked : public testing::TestWithParam<Crowd> {
  protected:
    // A thousand a second for eight seconds; an honest stranger meanwhile, once a second, each time with another key.
    void flood(const std::function<Bytes()>& hostile, const std::function<bool(const Endpoint&)>& honest) {
        unsigned served = 0;
        for (std::uint32_t i = 0; i < 8000; ++i) {
            handled(public_address(i % GetParam().addresses), hostile());
            if (i % 1000 == 999) served += honest(public_address(0x00ffffff)) ? 1U : 0U;
            net.run_for(1ms);
        }
        EXPECT_GE(served, 7U) << "of 8";  // the first time nobody can tell it from the flood
    }
    bool handled(const Endpoint& from, ByteView datagram) {
        return node.relay.handle(from, datagram, net.now()) || node.store.handle(from, datagram, net.now());
    }

    SmallNetwork net;
    Member& node = (net.on_loopback = false, net.add_node());
};

Bytes with_key(Bytes datagram, std::size_t at) {  // junk that can be told from the genuine only by deriving a key
    const RawKey key = DhtKeyPair::generate().public_key.raw();
    std::copy(key.begin(), key.end(), datagram.begin() + static_cast<std::ptrdiff_t>(at));
    return datagram;
}

TEST_P(R26Asked, ToPassOnLayers) {
    const auto honest = [&](const Endpoint& from) {
        const auto path = OnionPath::make({node.node(), node.node(), node.node()}, DhtKeyPair::generate());
        return handled(from, path->wrap(public_address(1), junk(0x83, 100)));
    };
    flood([] { return with_key(junk(0x80, 400), 1 + 24); }, honest);
}

TEST_P(R26Asked, ToStoreAnnouncements) {
    const auto honest = [&](const Endpoint& from) {
        const OnionKeyPair who = OnionKeyPair::generate();
        const Nonce nonce = Nonce::random();
        const auto body = wire::Sealed<wire::AnnounceBody>::of(*precompute(node.keys.public_key, who.secret), nonce,
                                                               {{}, who.public_key.raw(), {}, {}});
        return handled(
            from, wire::serialise(wire::WithReturn<wire::AnnounceRequest>{{nonce, who.public_key.raw(), body}, {}}));
    };
    flood([] { return with_key(junk(0x83, 354), 1 + 24); }, honest);
}

INSTANTIATE_TEST_SUITE_P(Floods, R26Asked, testing::ValuesIn(crowds), crowd_name);

// Nodes we know carry most of what is honest, and are not kept waiting by strangers at all.
TEST(StrangersKeys, R26NodesWeKnowHaveALaneOfTheirOwn) {
    const DhtKeyPair own = DhtKeyPair::generate();
    KeyCache cache(own.secret);
    StrangersKeys keys(cache, StrangersKeys::onion);
    const Instant now(500s);
    const auto ask = [&](std::uint32_t from, bool known) {
        return keys.with(DhtKeyPair::generate().public_key.raw(), {public_address(from), known}, now) != nullptr;
    };
    for (std::uint32_t i = 0; i < 5000; ++i) ask(i, false);
    for (std::uint32_t i = 0; i < 10; ++i) EXPECT_TRUE(ask(0x00ff0000 + i, true)) << i;
}

// R26: keys near ours are cheaply made. One hop that announces any number of them leaves room for others.
TEST(AnnounceEntries, R26OneHopFillsNoMoreThanItsShareWhereOthersWantRoom) {
    const DhtKey own = DhtKeyPair::generate().public_key;
    AnnounceEntries entries(own);
    const Instant now(500s);
    const auto near_us = [&](Byte last) {
        RawKey key = own.raw();
        key[31] ^= last;
        return key;
    };
    for (unsigned i = 1; i <= 250; ++i) entries.put({near_us(static_cast<Byte>(i)), {}, public_address(7), {}}, now);
    ASSERT_EQ(entries.size(), AnnounceEntries::capacity);
    std::vector<RawKey> honest;
    for (std::uint32_t i = 0; i < 100; ++i) {
        honest.push_back(OnionKeyPair::generate().public_key.raw());
        EXPECT_TRUE(entries.put({honest.back(), {}, public_address(1000 + i % 50), {}}, now)) << i;
    }
    for (unsigned i = 1; i <= 250; ++i) entries.put({near_us(static_cast<Byte>(i)), {}, public_address(7), {}}, now);
    for (const RawKey& key : honest) EXPECT_NE(entries.find(key, now), nullptr);
}

}  // namespace
}  // namespace tox::test
