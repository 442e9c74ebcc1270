// SPDX-License-Identifier: GPL-3.0-or-later
// What is offered is refused at the other side, every time, and told at ours, politely.
#include "engine/messenger/offers.hpp"

#include <gtest/gtest.h>

#include "engine/wire/offers.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

const LongTermKey bert = samples::key(1);
const LongTermKey cara = samples::key(2);

class OffersTest : public testing::Test {
  protected:
    void file(Byte number, std::uint32_t purpose = 0, const std::string& name = "a.txt", std::uint64_t size = 19) {
        const ByteView bytes = bytes_of(name);
        receive(wire::serialise(wire::FileOffer{number, purpose, size, {}, {{bytes.begin(), bytes.end()}}}));
    }
    void receive(const Bytes& packet, const LongTermKey& from = bert) { taken_ = offers_.received(from, packet, now_); }
    std::vector<Bytes> refusals(std::size_t room = 1000) {
        std::vector<Bytes> sent;
        offers_.refuse(bert, [&](ByteView packet) {
            if (sent.size() == room) return false;
            sent.emplace_back(packet.begin(), packet.end());
            return true;
        });
        return sent;
    }
    std::vector<OfferKind> told() const {
        std::vector<OfferKind> kinds;
        for (const Event& event : events_) kinds.push_back(std::get<Offered>(event).kind);
        return kinds;
    }

    std::vector<Event> events_;
    Offers offers_{events_};
    Instant now_{1h};
    bool taken_ = false;
};

TEST_F(OffersTest, AFileIsEndedByItsReceiverAndToldWithNameAndSize) {
    file(7, 0, "holiday\n.png", 1000);
    EXPECT_TRUE(taken_);
    EXPECT_EQ(refusals(), (std::vector<Bytes>{{81, 1, 7, 2}}));
    ASSERT_EQ(events_.size(), 1U);
    const auto& offer = std::get<Offered>(events_[0]);
    EXPECT_EQ(offer.contact, bert);
    EXPECT_EQ(offer.name, "holiday .png");
    EXPECT_EQ(offer.size, 1000U);
    EXPECT_TRUE(refusals().empty()) << "refused twice";
}

// Were one forgotten, its number would be taken for ever at the other side, and after 256 there is none left.
TEST_F(OffersTest, EveryOfferIsAnsweredAlsoWhenThereIsNoRoomAtFirst) {
    for (unsigned round = 0; round < 60; ++round) {
        file(static_cast<Byte>(round));
        ASSERT_EQ(refusals().size(), 1U) << round;
    }
    for (unsigned number = 0; number < 256; ++number) file(static_cast<Byte>(number));
    std::size_t answered = 0;
    for (int turn = 0; turn < 100; ++turn) answered += refusals(3).size();
    EXPECT_EQ(answered, 256U);
}

TEST_F(OffersTest, AvatarsAndPrivatePurposesAreRefusedInSilence) {
    file(1, 1, "avatar.png", 4000);
    file(2, 2);
    file(3, 0xffffffff);
    EXPECT_EQ(refusals().size(), 3U);
    EXPECT_TRUE(events_.empty());
}

TEST_F(OffersTest, ACallIsDeclinedWhateverItIsAbleTo) {
    receive({69, 1, 1, 0, 3, 1, 0x34, 0});
    EXPECT_EQ(refusals(), (std::vector<Bytes>{{69, 1, 1, 2, 0}}));
    receive({69, 3, 1, 0x14, 1, 1, 0, 0});  // fields in another order
    EXPECT_EQ(refusals().size(), 1U);
    EXPECT_EQ(told(), std::vector{OfferKind::call});
}

// c-toxcore answers the end of a call it does not know: two that did would go on for ever.
TEST_F(OffersTest, NothingButTheBeginningOfACallIsAnswered) {
    for (const Bytes& packet : {Bytes{69, 1, 1, 2, 0}, Bytes{69, 1, 1, 2, 2, 1, 4, 0}, Bytes{69, 1, 1, 1, 3, 1, 8, 0},
                                Bytes{69, 1, 1}, Bytes{69, 0}, Bytes{69}, Bytes(300, 69)})
        receive(packet);
    EXPECT_TRUE(refusals().empty());
    EXPECT_TRUE(events_.empty());
}

TEST_F(OffersTest, InvitationsAreToldAndTheirAnswersAreNot) {
    Bytes group{95, 0xfe, 0};
    group.resize(67, 3);
    receive(group);  // without a name: no program shows it
    EXPECT_TRUE(events_.empty());
    append(group, bytes_of("Chess"));
    receive(group);
    Bytes accepted = group;
    accepted[2] = 1;
    receive(accepted);
    Bytes conference{96, 0};
    conference.resize(37, 5);
    receive(conference);
    Bytes member{96, 2};
    member.resize(41, 5);
    receive(member);
    EXPECT_EQ(told(), (std::vector{OfferKind::group, OfferKind::conference}));
    EXPECT_EQ(std::get<Offered>(events_[0]).name, "Chess");
    EXPECT_TRUE(refusals().empty());
}

TEST_F(OffersTest, B93_OneLinePerContactHourAndKind) {
    for (int offer = 0; offer < 1000; ++offer) {
        file(static_cast<Byte>(offer));
        receive({69, 1, 1, 0, 0});
        now_ += 3s;
    }
    EXPECT_EQ(events_.size(), 2U);
    file(1);
    now_ += 1h;
    file(1);
    file(1);
    EXPECT_EQ(events_.size(), 3U);
    receive({69, 1, 1, 0, 0}, cara);
    EXPECT_EQ(events_.size(), 4U) << "of another contact";
}

TEST_F(OffersTest, WhatWasOfferedEndsWithTheSessionButTheHourGoesOn) {
    file(1);
    receive({69, 1, 1, 0, 0});
    offers_.session_ended(bert);
    EXPECT_TRUE(refusals().empty());
    file(1);
    EXPECT_EQ(events_.size(), 2U);
    EXPECT_EQ(refusals().size(), 1U);
}

TEST_F(OffersTest, OtherPacketsAndDamagedOnesAreNoOffers) {
    receive({64, 'x'});
    EXPECT_FALSE(taken_);
    for (std::size_t size = 1; size < 46; ++size) receive(Bytes(size, 80));
    EXPECT_TRUE(taken_);
    EXPECT_TRUE(refusals().empty());
    EXPECT_TRUE(events_.empty());
}

}  // namespace
}  // namespace tox
