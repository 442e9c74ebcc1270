// SPDX-License-Identifier: GPL-3.0-or-later
// What strangers and hostile contacts may make us do (R26, R28), and whom that may harm.
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/contact/rig.hpp"

namespace tox::test {
namespace {

using enum Progress;

Endpoint somewhere(unsigned number) {
    return Endpoint::v4(
        {static_cast<Byte>(20 + number / 65536), static_cast<Byte>(number / 256), static_cast<Byte>(number), 9}, 33445);
}

// A cookie request that looks right and is not: its sender's key is new, its box is junk.
Bytes junk_request() {
    Bytes junk{0x18};
    append(junk, DhtKeyPair::generate().public_key.raw());
    junk.resize(wire::size_of<wire::CookieRequest>, 0x33);
    return junk;
}

struct Doors : testing::Test {
    // Whether somebody new, who asks each second, has a cookie within three. The flood goes on each millisecond.
    bool newcomer_is_served(unsigned number, const std::function<void()>& flood) {
        Keys newcomer;
        for (int second = 0; second < 3; ++second) {
            for (int ms = 0; ms < 1000; ++ms) {
                flood();
                rig.loop.pass(1ms);
            }
            rig.network.take(0x19);
            const Bytes request = make_cookie_request(newcomer.identity(), rig.us.dht.public_key, *newcomer.cache, 7);
            rig.contacts.handle(somewhere(number), request, rig.loop.now());
            for (const Sent& sent : rig.network.take(0x19))
                if (sent.to == somewhere(number)) return true;
        }
        return false;
    }
    Rig rig;
};

TEST_F(Doors, R28_CookiesForNewcomersWhileOneAddressFloods) {
    const auto flood = [&] { rig.contacts.handle(somewhere(1), junk_request(), rig.loop.now()); };
    for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(newcomer_is_served(100 + i, flood));
}

TEST_F(Doors, R28_CookiesForNewcomersWhileMadeUpAddressesFlood) {
    unsigned next = 1000;
    const auto flood = [&] { rig.contacts.handle(somewhere(next++), junk_request(), rig.loop.now()); };
    for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(newcomer_is_served(100 + i, flood));
}

TEST_F(Doors, R28_CookiesForNewcomersWhileGenuineRequestsFlood) {
    Keys hostile;
    const Bytes request = make_cookie_request(hostile.identity(), rig.us.dht.public_key, *hostile.cache, 7);
    unsigned next = 0;
    const auto flood = [&] { rig.contacts.handle(somewhere(next++ % 60), request, rig.loop.now()); };
    for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(newcomer_is_served(100 + i, flood));
}

// With a cookie, which anybody gets, in the name of a contact: whoever floods so uses up its own share only.
TEST_F(Doors, R26_AHandshakeIsHeardWhileForgedOnesFlood) {
    Keys hostile;
    rig.they_send_dht_key(1, {{rig.them.dht.public_key, rig.their_address}});
    const CookieOwner forged{rig.them.long_term.public_key, hostile.dht.public_key};
    const CookieOwner us{rig.us.long_term.public_key, rig.us.dht.public_key};
    const wire::Cookie cookie = rig.our_cookies.make(forged, rig.loop.now());
    const SessionKeyPair key = SessionKeyPair::generate();
    const Bytes junk = make_handshake(hostile.identity(), {cookie, us, key.public_key, Nonce::random()},
                                      rig.their_cookies, rig.loop.now());
    rig.they_ask_cookie();
    for (unsigned ms = 0; ms < 5000; ++ms) {
        EXPECT_FALSE(rig.contacts.handle(somewhere(ms % 300), junk, rig.loop.now()));
        rig.loop.pass(1ms);
    }
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
}

// ---- a contact that names another's DHT key ----------------------------------------------------------------------

struct Impostor : testing::Test {
    void it_names(const DhtKey& key, std::uint64_t number) {
        const wire::DhtKeyPacket packet{number, key, {}};
        rig.contacts.on_onion_data(other.public_key, wire::serialise(packet));
        rig.tick();
    }

    Rig rig;
    LongTermKeyPair other = LongTermKeyPair::generate();
    Contact& impostor = rig.contacts.add(other.public_key);
};

TEST_F(Impostor, AKeyThatIsProvenIsNotItsOwn) {
    rig.establish();
    ASSERT_EQ(rig.progress(), established);
    it_names(rig.them.dht.public_key, 1);
    EXPECT_FALSE(impostor.dht_key());
    EXPECT_TRUE(rig.they_send(Bytes{64, 'a'}));
    EXPECT_EQ(rig.packets.size(), 1U);
}

TEST_F(Impostor, NamingItFirstKeepsNobodyFromConnecting) {
    it_names(rig.them.dht.public_key, 1);
    ASSERT_TRUE(impostor.dht_key());
    rig.they_send_dht_key(1);
    rig.contacts.on_named(rig.them.dht.public_key, rig.their_address);  // both hear of it
    rig.tick();
    EXPECT_EQ(rig.progress(), acquiring_cookie);
    rig.they_ask_cookie();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
    rig.tick();
    EXPECT_EQ(rig.progress(), awaiting_session_packet);
    EXPECT_FALSE(impostor.dht_key()) << "somebody else has proven it";
}

TEST_F(Impostor, ItsLeavingEndsNothingForTheOther) {
    rig.they_send_dht_key(1);
    it_names(rig.them.dht.public_key, 1);
    rig.contacts.remove(other.public_key);
    EXPECT_TRUE(rig.claims.any(rig.them.dht.public_key));
    rig.contacts.on_named(rig.them.dht.public_key, rig.their_address);
    rig.tick();
    EXPECT_EQ(rig.progress(), acquiring_cookie);
}

// ---- relays that a contact names ---------------------------------------------------------------------------------

struct NamedRelays : testing::Test, RelayListener {
    void on_relay_packet(const DhtKey&, const DhtKey&, ByteView, Instant) override {}
    void on_relay_link(const DhtKey&, const DhtKey&, bool, Instant) override {}
    void on_relay_usable(const DhtKey&, const DhtKey&, Instant) override {}
    void on_relay_onion(const DhtKey&, ByteView, Instant) override {}
    void on_relays_changed(Instant) override {}
    void SetUp() override { rig.world.relays = &pool; }
    void TearDown() override { rig.world.relays = nullptr; }

    static std::vector<wire::PackedNode> relay_at(const char* address) {
        const Endpoint named = Endpoint::parse(address, 22).value();
        return {{wire::Transport::tcp, {DhtKeyPair::generate().public_key, named}}};
    }
    bool taken(const char* address) {  // in a session
        const std::size_t before = pool.known();
        rig.they_send(wire::serialise(wire::ShareRelays{{relay_at(address)}}));
        rig.loop.pass(1min);
        return pool.known() > before;
    }

    Rig rig;
    RelayPool pool{rig.us.dht, rig.network, rig.loop, *this};
};

// R34: a contact over the Internet does not make us connect to our own host or to our neighbours.
TEST_F(NamedRelays, NotNearerThanWhoNamesThem) {
    rig.establish();
    ASSERT_EQ(rig.progress(), established);
    rig.network.source = Endpoint::parse("198.51.100.7", 33445);
    for (const char* near : {"127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1",
                             "fe80::1", "198.51.100.7"})
        EXPECT_FALSE(taken(near)) << near;
    rig.network.source.reset();
    EXPECT_TRUE(taken("203.0.113.5"));
}

TEST_F(NamedRelays, OnAPrivateNetworkOfOneHostTheyAreThere) {
    const wire::DhtKeyPacket packet{1, rig.them.dht.public_key, {relay_at("127.0.0.1")}};
    rig.contacts.on_onion_data(rig.them.long_term.public_key, wire::serialise(packet));
    EXPECT_EQ(pool.known(), 1U);
}

}  // namespace
}  // namespace tox::test
