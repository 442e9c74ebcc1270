// SPDX-License-Identifier: GPL-3.0-or-later
// Words in both directions: they arrive as they were written, whatever characters they hold and whenever they were
// sent.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

using Lines = std::vector<std::string>;

class Chat : public Scenario {
  protected:
    void SetUp() override {
        Scenario::SetUp();
        become_contacts();
        seen().clear();
        peer_->driver().forget_events();
    }
    std::string received() {
        EXPECT_TRUE(host_->wait_for("received-im-msg", peer_->key()));
        const Event* event = seen().last("received-im-msg");
        return event != nullptr ? event->text : "";
    }
};

TEST_F(Chat, AMessageIsOneLineAndNothingElse) {
    peer_->say("hello");
    received();
    const std::string& who = peer_->key();
    // libpurple opens a window for the message only after it has told everybody of it.
    EXPECT_EQ(history(), (Lines{"received-im-msg " + who + " hello", "conversation-created " + who,
                                "ui:line " + who + " received: hello"}));
}

TEST_F(Chat, TheirMarkupIsTextForUs) {
    peer_->say("<b>&amp; \"x\"</b>");
    EXPECT_EQ(received(), "&lt;b&gt;&amp;amp; &quot;x&quot;&lt;/b&gt;");
}

TEST_F(Chat, TheirNewLinesAreKept) {
    peer_->say("one\ntwo");
    EXPECT_EQ(received(), "one<br>two");
}

TEST_F(Chat, TheirActionIsMe) {
    peer_->say("waves", "action");
    EXPECT_EQ(received(), "/me waves");
}

TEST_F(Chat, OurEntitiesAreTextForThem) {
    host_->say(account_, peer_->key(), "&lt;b&gt;&amp;amp; 1 &lt; 2");
    EXPECT_TRUE(peer_->hears("<b>&amp; 1 < 2"));
}

TEST_F(Chat, OurLineBreaksAreNewLines) {
    host_->say(account_, peer_->key(), "one<br>two");
    EXPECT_TRUE(peer_->hears("one\ntwo"));
}

TEST_F(Chat, OurMeIsAnAction) {
    host_->say(account_, peer_->key(), "/me waves");
    EXPECT_TRUE(peer_->hears("waves", "action"));
}

TEST_F(Chat, OurLineIsShownOnce) {
    host_->say(account_, peer_->key(), "once");
    ASSERT_TRUE(peer_->hears("once"));
    peer_->say("heard");
    received();
    EXPECT_EQ(seen().count("ui:line", peer_->key()), 2U);
    EXPECT_EQ(peer_->driver().count("message"), 1U);
}

TEST_F(Chat, ALongTextArrivesWholeAndInOrder) {  // B13
    std::string text;
    for (int i = 0; i < 600; ++i) text += "word" + std::to_string(i) + " ";
    host_->say(account_, peer_->key(), text + "end");
    ASSERT_TRUE(Host::wait([&] {
        const DriverEvent* last = peer_->driver().last("message");
        return last != nullptr && last->fields.at("text").ends_with("end");
    }));
    EXPECT_GT(peer_->driver().count("message"), 1U);
}

TEST_F(Chat, TypingIsSeenAndEnds) {
    peer_->type(true);
    ASSERT_TRUE(host_->wait_for("buddy-typing", peer_->key()));
    peer_->type(false);
    ASSERT_TRUE(host_->wait_for("buddy-typing-stopped", peer_->key()));
    EXPECT_EQ(history(), (Lines{"buddy-typing " + peer_->key(), "buddy-typing-stopped " + peer_->key()}));
}

TEST_F(Chat, OurTypingIsSeenAndEnds) {
    PurpleConnection* connection = purple_account_get_connection(account_);
    serv_send_typing(connection, peer_->key().c_str(), PURPLE_TYPING);
    ASSERT_TRUE(peer_->driver().wait_for("typing", {{"on", "1"}}));
    serv_send_typing(connection, peer_->key().c_str(), PURPLE_NOT_TYPING);
    ASSERT_TRUE(peer_->driver().wait_for("typing", {{"on", "0"}}));
}

TEST_F(Chat, WhatIsWrittenBeforeTheyComeIsDelivered) {
    sign_off();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    peer_->driver().forget_events();
    sign_on();
    ASSERT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy()));
    for (const char* text : {"first", "second", "third"}) host_->say(account_, peer_->key(), text);
    ASSERT_TRUE(peer_->hears("third"));
    EXPECT_EQ(peer_->driver().count("message"), 3U);
    EXPECT_EQ(seen().count("buddy-signed-on", peer_->key()), 1U);
}

// ---- what the conversation says of words that have not come

class Waiting : public Chat {
  protected:
    std::string last_line() {
        const Event* line = seen().last("ui:line");
        return line != nullptr ? line->text : "";
    }
    void expect_line(const std::string& text) {
        EXPECT_TRUE(Host::wait([&] { return last_line() == "system: " + text; })) << last_line();
    }
    bool listed(const std::string& part) {
        return Host::wait([&] {
            const Event* drawn = seen().last("ui:drawn");
            return drawn != nullptr && drawn->text.find(part) != std::string::npos;
        });
    }
    std::size_t lines() { return seen().count("ui:line", peer_->key()); }
};

constexpr const char* delivered = "Your waiting messages have been delivered.";

// Their program stands still, so it cannot say goodbye: 32 s later its silence is an absence.
TEST_F(Waiting, WhoeverVanishedHasNotReadWhatLookedSent) {
    peer_->driver().freeze(true);
    host_->say(account_, peer_->key(), "one");
    host_->say(account_, peer_->key(), "two");
    EXPECT_EQ(lines(), 2U) << "as long as they seem to be there, nothing is said";
    expect_line(
        "Your contact is offline. 2 messages have not been delivered. "
        "Your messages wait here and are delivered when you are both online.");
    EXPECT_TRUE(listed("2 messages waiting; "));
    host_->say(account_, peer_->key(), "three");
    EXPECT_TRUE(listed("3 messages waiting; "));
    EXPECT_EQ(lines(), 4U) << "said twice";
    peer_->driver().freeze(false);
    expect_line(delivered);
    EXPECT_EQ(lines(), 5U);
    EXPECT_TRUE(peer_->hears("three"));
    EXPECT_TRUE(PURPLE_BUDDY_IS_ONLINE(buddy())) << "they may not have noticed that they were away";
}

TEST_F(Waiting, AWindowOpenedLaterSaysItToo) {
    peer_->leave();
    ASSERT_TRUE(host_->wait_for("buddy-signed-off", peer_->key()));
    host_->say(account_, peer_->key(), "one");
    expect_line("Your contact is offline. Your messages wait here and are delivered when you are both online.");
    purple_conversation_destroy(host_->converse(account_, peer_->key()));
    host_->converse(account_, peer_->key());
    expect_line(
        "Your contact is offline. 1 message has not been delivered. "
        "Your messages wait here and are delivered when you are both online.");
}

TEST_F(Waiting, WhoeverIsBlockedIsNotCalledOffline) {
    purple_privacy_deny(account_, peer_->key().c_str(), FALSE, FALSE);
    ASSERT_TRUE(Host::wait([&] { return !PURPLE_BUDDY_IS_ONLINE(buddy()); }));
    EXPECT_TRUE(listed("Blocked"));
    host_->say(account_, peer_->key(), "one");
    expect_line("You have blocked this contact. Your messages wait here until you unblock them.");
    purple_privacy_allow(account_, peer_->key().c_str(), FALSE, FALSE);
    expect_line(delivered);
}

TEST_F(Waiting, WhoeverIsCutOffIsToldSo) {
    sign_off();
    peer_->leave();
    swarm_.reset();
    sign_on();
    host_->say(account_, peer_->key(), "one");
    expect_line(
        "You are not connected to the Tox network. "
        "Your messages wait here and are delivered when you are both online.");
    EXPECT_TRUE(listed("Offline – 1 message waiting; you are not connected"));
}

TEST_F(Waiting, WhoeverHasNotAcceptedIsToldSo) {
    Peer stranger(g_getenv("PURPLE_TEST_PEER"));
    stranger.leave();
    host_->add_buddy(account_, stranger.id(), "Hello");
    ASSERT_TRUE(listed("request not answered yet"));
    host_->say(account_, stranger.key(), "one");
    expect_line("Your contact has not answered your request yet. Your messages wait here until they accept it.");
}

TEST_F(Chat, WhatIsWrittenBeforeTheyComeSurvivesARestart) {  // B16
    sign_off();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    peer_->driver().forget_events();
    sign_on();
    host_->say(account_, peer_->key(), "kept");
    quit();
    start();
    ASSERT_TRUE(peer_->hears("kept"));
    expect_online();
    EXPECT_EQ(peer_->driver().count("message", {{"text", "kept"}}), 1U);
}

}  // namespace
}  // namespace host
