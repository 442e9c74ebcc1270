// SPDX-License-Identifier: GPL-3.0-or-later
// Adding, being added, coming and going: the exact sequence of what the host sees.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

using Lines = std::vector<std::string>;
using Buddies = Scenario;

TEST_F(Buddies, OneClimbIsOneStatusChangeAndOneSignOn) {
    host_->add_buddy(account_, peer_->id(), "It is me");
    seen().clear();
    expect_online();
    EXPECT_EQ(history(), (Lines{"buddy-status-changed " + peer_->key() + " offline -> connecting",
                                "buddy-typing-stopped " + peer_->key(), "buddy-signed-on " + peer_->key()}));
    EXPECT_GE(seen().count("ui:drawn", peer_->key()), 2U) << "the way there was not shown";
}

TEST_F(Buddies, LeavingIsOneSignOff) {
    become_contacts();
    seen().clear();
    peer_->leave();
    ASSERT_TRUE(host_->wait_for("buddy-signed-off", peer_->key()));
    EXPECT_EQ(history(), (Lines{"buddy-signed-off " + peer_->key(), "buddy-typing-stopped " + peer_->key()}));
}

TEST_F(Buddies, NameStatusAndMessageAreShown) {
    peer_->set("name", "Bob <b>&amp;");
    become_contacts();
    ASSERT_TRUE(Host::wait([&] { return shown_alias() == "Bob <b>&amp;"; }));
    seen().clear();
    peer_->set("status", "busy");
    ASSERT_TRUE(host_->wait_for("buddy-status-changed", peer_->key()));
    EXPECT_EQ(history(), Lines{"buddy-status-changed " + peer_->key() + " available -> busy"});
    peer_->set("msg", "1 < 2 & <i>so</i>");
    ASSERT_TRUE(Host::wait([&] {
        const Event* drawn = seen().last("ui:drawn");
        return drawn != nullptr && drawn->text == "busy: 1 &lt; 2 &amp; &lt;i&gt;so&lt;/i&gt;";
    })) << "not drawn, or not escaped";
    EXPECT_EQ(seen().count("buddy-signed-off") + seen().count("buddy-signed-on"), 0U);
}

// ---- adding what cannot be added: one sentence, and the list is as before

class Unaddable : public Scenario {
  protected:
    void expect_refused(const std::string& name) {
        const std::size_t before = list_size();
        seen().clear();
        host_->add_buddy(account_, name, "Hello");
        ASSERT_TRUE(host_->wait_for("ui:complaint"));
        ASSERT_TRUE(Host::wait([&] { return list_size() == before; })) << "the buddy stays in the list";
        Host::settle();
        EXPECT_EQ(seen().count("ui:complaint"), 1U);
        EXPECT_GT(seen().last("ui:complaint")->text.size(), 20U) << "hardly a sentence";
    }
    std::size_t list_size() const {
        GSList* all = purple_find_buddies(account_, nullptr);
        const std::size_t size = g_slist_length(all);
        g_slist_free(all);
        return size;
    }
};

TEST_F(Unaddable, BadChecksum) {  // B5
    std::string wrong = peer_->id();
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    expect_refused(wrong);
}
// B7
TEST_F(Unaddable, OwnId) { expect_refused(own_id_); }
TEST_F(Unaddable, NotAnId) { expect_refused("bob@example.org"); }
TEST_F(Unaddable, TooLongAnInvitation) {  // B12
    // libpurple has no limit, Tox has; whatever the plugin does, it must not send half a sentence unasked.
    host_->add_buddy(account_, peer_->id(), std::string(5000, 'x'));
    Host::settle();
    EXPECT_LE(seen().count("ui:complaint"), 1U);
}

TEST_F(Buddies, AddingAContactAgainSendsNoSecondRequest) {  // B8
    become_contacts();
    peer_->driver().forget_events();
    seen().clear();
    host_->add_buddy(account_, peer_->id(), "Again");
    peer_->say("still here");
    ASSERT_TRUE(host_->wait_for("received-im-msg", peer_->key()));
    EXPECT_EQ(peer_->driver().count("request"), 0U);
    EXPECT_LE(seen().count("ui:complaint"), 1U);
    ASSERT_NE(buddy(), nullptr);
    EXPECT_TRUE(PURPLE_BUDDY_IS_ONLINE(buddy()));
}

TEST_F(Buddies, RemovedMeansForgotten) {
    become_contacts();
    host_->remove_buddy(buddy());
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    quit();
    start();
    EXPECT_EQ(buddy(), nullptr);
}

// ---- being asked

class Asked : public Scenario {
  protected:
    void be_asked() {
        peer_->invite(own_id_, "May I? <b>&amp;");
        ASSERT_TRUE(host_->wait_for("ui:authorise", peer_->key()));
        EXPECT_EQ(seen().last("ui:authorise")->text, "May I? <b>&amp;");
    }
};

TEST_F(Asked, AcceptingMakesABuddyWhoComesOnline) {
    be_asked();
    EXPECT_EQ(buddy(), nullptr);
    ASSERT_TRUE(seen().answer_authorisation(true));
    expect_online();
    EXPECT_EQ(seen().count("ui:authorise"), 1U);
    EXPECT_EQ(seen().count("buddy-signed-on", peer_->key()), 1U);
}

TEST_F(Asked, DecliningLeavesNothing) {
    be_asked();
    ASSERT_TRUE(seen().answer_authorisation(false));
    quit();
    start();
    EXPECT_EQ(buddy(), nullptr);
    EXPECT_EQ(seen().count("ui:authorise"), 0U);
}

TEST_F(Asked, AnUnansweredRequestIsAskedAgainAfterARestart) {
    be_asked();
    quit();
    start();
    ASSERT_TRUE(host_->wait_for("ui:authorise", peer_->key()));
    ASSERT_TRUE(seen().answer_authorisation(true));
    expect_online();
}

TEST_F(Asked, SigningOffClosesTheQuestion) {  // R10
    be_asked();
    sign_off();
    EXPECT_EQ(seen().open_questions(), 0U);
}

}  // namespace
}  // namespace host
