// SPDX-License-Identifier: GPL-3.0-or-later
// What a whole engine must meet with silence: counted, not answered, without any effect.
#include <gtest/gtest.h>

#include "engine/wire/dht.hpp"
#include "tests/fuzz/lone_engine.hpp"

namespace tox::fuzz {
namespace {

const Endpoint elsewhere = Endpoint::v4({203, 0, 113, 77}, 4000);

struct Strangers : testing::Test {
    std::size_t answers_to(const Endpoint& from) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(home.network.sent, [&](const Datagram& one) { return one.to == from; }));
    }
    std::uint64_t dropped() const { return home.engine->dropped().unknown_kind + home.engine->dropped().refused; }
    // Given `datagram`, the engine counts it and does nothing else.
    void expect_silence(const Bytes& datagram) {
        const std::uint64_t before = dropped();
        const std::size_t writes = home.storage.writes();
        home.network.sent.clear();
        home.network.receive(elsewhere, datagram);
        EXPECT_EQ(answers_to(elsewhere), 0U) << "kind " << unsigned{datagram.front()} << ", " << datagram.size();
        EXPECT_EQ(dropped(), before + 1) << "kind " << unsigned{datagram.front()} << ", " << datagram.size();
        EXPECT_EQ(home.storage.writes(), writes);
    }
    LoneEngine home;
};

TEST_F(Strangers, B52_AByteOfEveryKindIsMetWithSilence) {
    for (unsigned kind = 0; kind < 256; ++kind) expect_silence({static_cast<Byte>(kind)});
    const std::uint64_t before = dropped();
    home.network.receive(elsewhere, {});
    EXPECT_EQ(answers_to(elsewhere), 0U);
    EXPECT_EQ(dropped(), before);  // nothing is nothing
}

// The Noise handshake, groups, forwarding, storing, bootstrap info, and what nobody has defined yet.
TEST_F(Strangers, R12_B75_KindsWeDoNotSpeakAreCountedAndHaveNoEffect) {
    for (const unsigned kind : {0x1cU, 0x5aU, 0x5bU, 0x5cU, 0x90U, 0x91U, 0x92U, 0x93U, 0x98U, 0xf0U, 0x33U, 0xffU}) {
        for (const std::size_t size : {2U, 34U, 78U, 385U, 1400U, 2048U}) expect_silence(Bytes(size, Byte(kind)));
    }
    EXPECT_TRUE(home.contact.met());
    EXPECT_TRUE(home.engine->contact(home.contact.key())->online);
}

TEST_F(Strangers, B55_ANonceOfZerosIsANonce) {
    home.network.sent.clear();
    const auto ping = wire::serialise(wire::PingBody<0x00>{7});
    home.stranger.key_first(0x00, home.keys().dht, ping, Nonce{});
    EXPECT_GT(answers_to(home.stranger.node().endpoint), 0U);
}

TEST_F(Strangers, R18_EachStartHasADhtKeyOfItsOwnThatNoFileHolds) {
    std::vector<DhtKey> keys;
    for (int start = 0; start < 3; ++start) {
        keys.push_back(home.keys().dht);
        home.engine.reset();
        for (const auto& [name, content] : home.storage.disk()) {
            const auto found = std::ranges::search(content, keys.back().raw());
            EXPECT_TRUE(found.empty()) << name;
        }
        home.open();
        EXPECT_EQ(std::ranges::find(keys, home.keys().dht), keys.end());
    }
}

}  // namespace
}  // namespace tox::fuzz
