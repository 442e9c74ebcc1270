// SPDX-License-Identifier: GPL-3.0-or-later
// What libtoxcore offers is answered there and told here.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

class Offers : public Scenario {
  protected:
    void SetUp() override {
        Scenario::SetUp();
        become_contacts();
        seen().clear();
    }
};

TEST_F(Offers, AFileIsDeclinedThereAndToldHere) {
    peer_->driver().ask("file friend=0 size=1000 name=holiday.png kind=0");
    ASSERT_TRUE(host_->wait_for("ui:line", peer_->key()));
    const std::string line = seen().last("ui:line")->text;
    EXPECT_NE(line.find("holiday.png"), std::string::npos) << line;
    EXPECT_NE(line.find("1000 bytes"), std::string::npos) << line;
    EXPECT_TRUE(peer_->driver().wait_for("file_ctl", {{"control", "2"}}));
}

// B93, and the numbers of files there are.
TEST_F(Offers, B93_EveryOfferIsDeclinedAndOneLineIsSaid) {
    constexpr std::size_t at_once = 150;  // twice that is more than there are numbers
    for (std::size_t round = 1; round <= 2; ++round) {
        for (std::size_t i = 0; i < at_once; ++i) peer_->driver().ask("file friend=0 size=1000 kind=0 name=file");
        ASSERT_TRUE(peer_->driver().wait_for("file_ctl", {{"control", "2"}}, round * at_once));
    }
    EXPECT_EQ(seen().count("ui:line"), 1U);
}

TEST_F(Offers, AnAvatarIsDeclinedInSilence) {
    peer_->driver().ask("file friend=0 size=1000 name=avatar.png kind=1");
    ASSERT_TRUE(peer_->driver().wait_for("file_ctl", {{"control", "2"}}));
    Host::settle();
    EXPECT_EQ(seen().count("ui:line"), 0U);
}

TEST_F(Offers, AnInvitationIsTold) {
    peer_->driver().ask("conference friend=0");
    ASSERT_TRUE(host_->wait_for("ui:line", peer_->key()));
    EXPECT_NE(seen().last("ui:line")->text.find("group chat"), std::string::npos);
}

}  // namespace
}  // namespace host
