// SPDX-License-Identifier: GPL-3.0-or-later
// Who may reach us: libpurple's five modes and two lists, changed in each of the ways that hosts have. Nobody is seen
// online, and nobody's text is acknowledged, who is not shown.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

class Privacy : public Scenario {
  protected:
    const char* key() const { return peer_->key().c_str(); }
    // As Pidgin's privacy window does.
    void choose(PurplePrivacyType mode) {
        account_->perm_deny = mode;
        serv_set_permit_deny(purple_account_get_connection(account_));
    }
    void be_asked() {
        peer_->invite(own_id_, "May I?");
        ASSERT_TRUE(host_->wait_for("ui:authorise", peer_->key()));
    }
    void expect_shown(const std::string& text) {
        seen().clear();
        peer_->say(text);
        EXPECT_TRUE(host_->wait_for("received-im-msg", peer_->key()));
    }
    void expect_gone() { ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}})); }
};

TEST_F(Privacy, WhoIsAcceptedUnderAListOfPermittedIsOneOfThem) {
    choose(PURPLE_PRIVACY_ALLOW_USERS);
    be_asked();
    ASSERT_TRUE(seen().answer_authorisation(true));
    expect_online();
    expect_shown("may I be heard");
    EXPECT_TRUE(purple_privacy_check(account_, key()));
}

TEST_F(Privacy, WhoIsAddedUnderAListOfPermittedIsOneOfThem) {
    choose(PURPLE_PRIVACY_ALLOW_USERS);
    become_contacts();
    expect_shown("may I be heard");
}

TEST_F(Privacy, WhoIsAddedWhileBlockedIsBlockedNoMore) {
    purple_privacy_deny(account_, key(), FALSE, FALSE);
    become_contacts();
    expect_shown("may I be heard");
    EXPECT_TRUE(purple_privacy_check(account_, key()));
}

TEST_F(Privacy, WhoIsAddedWhileAllAreBlockedWaitsAndTheUserIsTold) {
    choose(PURPLE_PRIVACY_DENY_ALL);
    seen().clear();
    host_->add_buddy(account_, peer_->id(), "It is me");
    ASSERT_TRUE(host_->wait_for("ui:notice"));
    EXPECT_NE(seen().last("ui:notice")->text.find("block everybody"), std::string::npos);
    Host::settle();
    EXPECT_EQ(peer_->driver().count("request"), 0U);
    choose(PURPLE_PRIVACY_ALLOW_ALL);
    expect_online();
}

// The mode and the lists are on the disk of the host, the contacts on ours: at the next start both hold at once.
TEST_F(Privacy, BlockedBeforeTheFirstPacketOfASession) {
    become_contacts();
    sign_off();
    expect_gone();
    purple_privacy_deny(account_, key(), FALSE, FALSE);
    peer_->driver().forget_events();
    seen().clear();
    sign_on();
    Host::settle();
    EXPECT_EQ(seen().count("buddy-signed-on"), 0U);
    EXPECT_EQ(peer_->driver().count("friend", {{"conn", "udp"}}), 0U);
    purple_privacy_allow(account_, key(), FALSE, FALSE);
    expect_online();
}

TEST_F(Privacy, EveryWayToBlockBlocksAndIsTakenBack) {
    become_contacts();
    const std::vector<std::pair<std::function<void()>, std::function<void()>>> ways{
        {[&] { purple_privacy_deny(account_, key(), FALSE, FALSE); },  // a menu
         [&] { purple_privacy_allow(account_, key(), FALSE, FALSE); }},
        {[&] {  // BitlBee: only the list
             choose(PURPLE_PRIVACY_ALLOW_ALL);
             purple_privacy_deny_add(account_, key(), FALSE);
         },
         [&] { purple_privacy_deny_remove(account_, key(), FALSE); }},
        {[&] { choose(PURPLE_PRIVACY_DENY_ALL); }, [&] { choose(PURPLE_PRIVACY_ALLOW_ALL); }},
        {[&] { choose(PURPLE_PRIVACY_ALLOW_USERS); }, [&] { purple_privacy_permit_add(account_, key(), FALSE); }},
        {[&] { purple_privacy_permit_remove(account_, key(), TRUE); },  // without telling the protocol
         [&] { choose(PURPLE_PRIVACY_ALLOW_BUDDYLIST); }},
    };
    for (const auto& [block, take_back] : ways) {
        peer_->driver().forget_events();
        block();
        expect_gone();
        peer_->driver().forget_events();
        take_back();
        ASSERT_TRUE(Host::wait([&] { return PURPLE_BUDDY_IS_ONLINE(buddy()) && peer_->driver().count("friend") > 0; }));
    }
}

// ---- strangers

TEST_F(Privacy, StrangersAreNotAskedAboutWhileNobodyMayReachUs) {
    be_asked();
    for (const auto mode : {PURPLE_PRIVACY_DENY_ALL, PURPLE_PRIVACY_ALLOW_BUDDYLIST}) {
        choose(mode);
        ASSERT_TRUE(Host::wait([&] { return seen().open_questions() == 0; })) << "the question stays open";
        choose(PURPLE_PRIVACY_ALLOW_USERS);
        ASSERT_TRUE(Host::wait([&] { return seen().open_questions() == 1; })) << "it does not come back";
    }
    EXPECT_TRUE(seen().answer_authorisation(true));
    expect_online();
}

TEST_F(Privacy, AStrangerBlockedAndUnblockedMayAsk) {
    purple_privacy_deny(account_, key(), FALSE, FALSE);
    purple_privacy_allow(account_, key(), FALSE, FALSE);
    be_asked();
}

TEST_F(Privacy, BlockingAStrangerClosesTheirQuestion) {
    be_asked();
    purple_privacy_deny(account_, key(), FALSE, FALSE);
    ASSERT_TRUE(Host::wait([&] { return seen().open_questions() == 0; }));
    quit();
    start();
    EXPECT_EQ(seen().count("ui:authorise"), 0U);
}

TEST_F(Privacy, WhoIsDeclinedCanBeBlockedAsWell) {
    be_asked();
    ASSERT_TRUE(seen().answer_authorisation(false));
    ASSERT_TRUE(host_->wait_for("ui:question", peer_->key()));
    ASSERT_TRUE(seen().press("OK"));
    EXPECT_FALSE(purple_privacy_check(account_, key()));
    EXPECT_EQ(g_slist_length(account_->deny), 1U);
}

// This host saves no lists and no settings, as BitlBee.
TEST_F(Privacy, BlocksAreKeptWhereTheHostKeepsNoLists) {
    become_contacts();
    purple_privacy_deny_add(account_, key(), FALSE);
    expect_gone();
    quit();
    start();
    EXPECT_FALSE(purple_privacy_check(account_, key()));
    peer_->driver().forget_events();
    purple_privacy_deny_remove(account_, key(), FALSE);
    expect_online();
    quit();
    start();
    EXPECT_TRUE(purple_privacy_check(account_, key())) << "taken back only for once";
}

// Where the host keeps them they are its affair: what is taken back while signed off is taken back.
TEST_F(Privacy, UnblockedWhileSignedOffIsUnblocked) {
    purple_privacy_deny(account_, key(), FALSE, FALSE);
    sign_off();
    purple_privacy_allow(account_, key(), FALSE, FALSE);
    sign_on();
    be_asked();
}

}  // namespace
}  // namespace host
