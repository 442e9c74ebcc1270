// SPDX-License-Identifier: GPL-3.0-or-later
// Two networks in one process, on loopback.
#include "engine/glib/glib_network.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/glib/socket_address.hpp"
#include "tests/unit/glib/turn.hpp"

namespace tox {
namespace {

struct Mailbox final : NetworkSink {
    void on_datagram(const Endpoint& from, ByteView datagram) override {
        senders.push_back(from);
        datagrams.emplace_back(datagram.begin(), datagram.end());
        if (stop_at == datagrams.size()) network->set_sink(nullptr);
    }
    void on_batch_end() override { batches.push_back(datagrams.size()); }

    std::vector<Endpoint> senders;
    std::vector<Bytes> datagrams;
    std::vector<std::size_t> batches;  // how many datagrams there were at each end of a batch
    GlibNetwork* network = nullptr;
    std::size_t stop_at = 0;
};

Endpoint local(const GlibNetwork& network) { return Endpoint::v4({127, 0, 0, 1}, network.port()); }

class GlibNetworkTest : public testing::Test {
  protected:
    GlibNetwork::Setup setup(bool loopback_only = true) {
        GlibNetwork::Setup setup;
        setup.context = turn_.context();
        setup.port_from = setup.port_to = 0;
        setup.loopback_only = loopback_only;
        setup.count_kinds = true;
        return setup;
    }
    static std::unique_ptr<GlibNetwork> open(const GlibNetwork::Setup& setup) {
        auto network = GlibNetwork::open(setup);
        if (!network) throw std::runtime_error(network.error());
        return std::move(*network);
    }
    void send_numbered(unsigned count) {
        for (unsigned i = 0; i < count; ++i)
            EXPECT_TRUE(alice_->send(local(*bob_), Bytes{static_cast<Byte>(i >> 8U), static_cast<Byte>(i)}));
        alice_->flush();
    }
    void receive(std::size_t count) {
        turn_.until([&] { return mail_.datagrams.size() >= count; });
        turn_.all();
    }

    Turn turn_;
    Mailbox mail_;
    std::unique_ptr<GlibNetwork> alice_ = open(setup());
    std::unique_ptr<GlibNetwork> bob_ = open(setup());
};

TEST_F(GlibNetworkTest, DeliversWithTheSendersAddress) {
    bob_->set_sink(&mail_);
    EXPECT_TRUE(alice_->send(local(*bob_), Bytes{1, 2, 3}));
    alice_->flush();
    receive(1);
    EXPECT_EQ(mail_.senders, std::vector{local(*alice_)});
    EXPECT_EQ(mail_.datagrams, (std::vector<Bytes>{{1, 2, 3}}));
    EXPECT_EQ(mail_.batches, std::vector<std::size_t>{1});
}

// An address that somebody names us may be everybody's on the link: nothing is sent there (B69).
TEST_F(GlibNetworkTest, WhatOthersNameIsNeverABroadcast) {
    alice_->send(Endpoint::v4({127, 255, 255, 255}, bob_->port()), Bytes{1});
    alice_->flush();
    EXPECT_EQ(alice_->counters().unreachable, 1U);
    alice_->send_to_lan(bob_->port(), Bytes{2});  // nor after a call to all
    alice_->send(Endpoint::v4({127, 255, 255, 255}, bob_->port()), Bytes{3});
    alice_->flush();
    EXPECT_EQ(alice_->counters().unreachable, 2U);
}

TEST_F(GlibNetworkTest, NothingLeavesBeforeTheFlush) {
    bob_->set_sink(&mail_);
    alice_->send(local(*bob_), Bytes{1});
    EXPECT_EQ(alice_->counters().out.packets, 0U);
    turn_.all();
    EXPECT_TRUE(mail_.datagrams.empty());
    alice_->flush();
    EXPECT_EQ(alice_->counters().out.packets, 1U);
    receive(1);
}

TEST_F(GlibNetworkTest, ABatchEndsOnceAndKeepsTheOrder) {
    send_numbered(100);  // loopback delivers before sendmmsg returns
    bob_->set_sink(&mail_);
    receive(100);
    ASSERT_EQ(mail_.datagrams.size(), 100U);
    for (unsigned i = 0; i < 100; ++i) EXPECT_EQ(mail_.datagrams[i], (Bytes{0, static_cast<Byte>(i)}));
    EXPECT_LT(mail_.batches.size(), 100U);
    EXPECT_EQ(mail_.batches.back(), 100U);
}

TEST_F(GlibNetworkTest, OneDispatchReadsABoundedNumber) {
    send_numbered(400);
    bob_->set_sink(&mail_);
    turn_.once();
    EXPECT_LE(mail_.datagrams.size(), 256U);
    EXPECT_EQ(mail_.batches.size(), 1U);
    receive(400);
    EXPECT_EQ(mail_.datagrams.size(), 400U);
}

TEST_F(GlibNetworkTest, MoreThanTheOutboxHoldsIsSentOnTheWay) {
    bob_->set_sink(&mail_);
    const Bytes large(1500, 7);
    for (unsigned i = 0; i < 300; ++i) EXPECT_TRUE(alice_->send(local(*bob_), large));
    EXPECT_GT(alice_->counters().out.packets, 0U);
    alice_->flush();
    EXPECT_EQ(alice_->counters().out.packets + alice_->counters().congested, 300U);
}

TEST_F(GlibNetworkTest, TooLongDatagramsAreDroppedAndCounted) {  // B53
    EXPECT_FALSE(alice_->send(local(*bob_), Bytes(max_datagram + 1)));
    const int stranger = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    SocketAddress to;
    const socklen_t size = to_socket_address(local(*bob_), false, to);
    const Bytes long_one(max_datagram + 1, 9), longest(max_datagram, 9);
    ASSERT_GT(sendto(stranger, long_one.data(), long_one.size(), 0, &to.any, size), 0);
    ASSERT_GT(sendto(stranger, longest.data(), longest.size(), 0, &to.any, size), 0);
    close(stranger);
    bob_->set_sink(&mail_);
    receive(1);
    EXPECT_EQ(mail_.datagrams, std::vector<Bytes>{longest});
    EXPECT_EQ(bob_->counters().too_long, 1U);
}

TEST_F(GlibNetworkTest, TheSinkMayBeTakenInsideACallback) {
    send_numbered(10);
    mail_.network = bob_.get();
    mail_.stop_at = 3;
    bob_->set_sink(&mail_);
    receive(3);
    EXPECT_EQ(mail_.datagrams.size(), 3U);
    EXPECT_TRUE(mail_.batches.empty());
}

TEST_F(GlibNetworkTest, WithoutASinkTheSystemKeepsWhatArrives) {
    bob_->set_sink(&mail_);
    bob_->set_sink(nullptr);
    send_numbered(1);
    turn_.all();
    EXPECT_TRUE(mail_.datagrams.empty());
    bob_->set_sink(&mail_);
    receive(1);
    EXPECT_EQ(mail_.datagrams.size(), 1U);
}

TEST_F(GlibNetworkTest, CountsByKind) {
    bob_->set_sink(&mail_);
    alice_->send(local(*bob_), Bytes{0x1b, 0, 0});
    alice_->send(local(*bob_), Bytes{0x1b});
    alice_->send(local(*bob_), Bytes{0x18});
    alice_->flush();
    receive(3);
    EXPECT_EQ((*alice_->kinds_out())[0x1b].packets, 2U);
    EXPECT_EQ((*alice_->kinds_out())[0x1b].bytes, 4U);
    EXPECT_EQ((*bob_->kinds_in())[0x18].packets, 1U);
    EXPECT_EQ(bob_->counters().in.bytes, 5U);
}

TEST_F(GlibNetworkTest, AClosedPortDoesNoHarm) {  // B76
    const Endpoint gone = local(*bob_);
    bob_.reset();
    alice_->set_sink(&mail_);
    bob_ = open(setup());
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(alice_->send(gone, Bytes{1}));
        alice_->flush();
        turn_.all();
    }
    EXPECT_TRUE(bob_->send(local(*alice_), Bytes{2}));
    bob_->flush();
    receive(1);
    EXPECT_EQ(mail_.datagrams, std::vector<Bytes>{{2}});
}

TEST_F(GlibNetworkTest, TakesTheFirstFreePortAndSaysWhenNoneIsLeft) {
    GlibNetwork::Setup taken = setup();
    taken.port_from = taken.port_to = bob_->port();
    const auto refused = GlibNetwork::open(taken);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), "UDP port " + std::to_string(bob_->port()) + " is used by another program.");
    taken.port_to = bob_->port() < 65535 ? static_cast<std::uint16_t>(bob_->port() + 1) : bob_->port();
    if (const auto next = GlibNetwork::open(taken)) {
        EXPECT_EQ((*next)->port(), bob_->port() + 1);
    }
    taken.port_to = 1;
    EXPECT_FALSE(GlibNetwork::open(taken));
}

TEST_F(GlibNetworkTest, ReachesWhatItsSocketReaches) {
    EXPECT_TRUE(alice_->reaches(Endpoint::Family::v4));
    EXPECT_FALSE(alice_->reaches(Endpoint::Family::v6));
    EXPECT_FALSE(alice_->send(*Endpoint::parse("::1", bob_->port()), Bytes{1}));
}

TEST_F(GlibNetworkTest, KnowsWhereItsDatagramsComeFrom) {
    EXPECT_EQ(alice_->source_towards(local(*bob_)), local(*alice_));
    EXPECT_EQ(alice_->source_towards(*Endpoint::parse("::1", bob_->port())), std::nullopt);
    const auto any = open(setup(false));
    EXPECT_EQ(any->source_towards(local(*bob_)), Endpoint::v4({127, 0, 0, 1}, any->port()));
}

TEST_F(GlibNetworkTest, OneSocketSpeaksBothFamilies) {
    const auto both = open(setup(false));
    if (!both->reaches(Endpoint::Family::v6)) GTEST_SKIP() << "no IPv6 on this machine";
    both->set_sink(&mail_);
    alice_->send(local(*both), Bytes{4});
    alice_->flush();
    receive(1);
    EXPECT_EQ(mail_.senders, std::vector{local(*alice_)});  // plain IPv4, not v4-mapped
    alice_->set_sink(&mail_);
    EXPECT_TRUE(both->send(local(*alice_), Bytes{5}));
    both->flush();
    receive(2);
    EXPECT_EQ(mail_.datagrams.back(), Bytes{5});
}

TEST_F(GlibNetworkTest, IPv6Loopback) {
    const auto one = open(setup(false)), other = open(setup(false));
    if (!one->reaches(Endpoint::Family::v6)) GTEST_SKIP() << "no IPv6 on this machine";
    other->set_sink(&mail_);
    EXPECT_TRUE(one->send(*Endpoint::parse("::1", other->port()), Bytes{6}));
    one->flush();
    if (one->counters().unreachable > 0) GTEST_SKIP() << "no IPv6 loopback address on this machine";
    receive(1);
    EXPECT_EQ(mail_.senders, std::vector{*Endpoint::parse("::1", one->port())});
}

}  // namespace
}  // namespace tox
