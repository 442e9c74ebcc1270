// SPDX-License-Identifier: GPL-3.0-or-later
// What is handed over to be sent, by people, pounces, D-Bus and other programs, and what becomes of it.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

struct Writing : Scenario {
    void SetUp() override {
        Scenario::SetUp();
        become_contacts();
        seen().clear();
        peer_->driver().forget_events();
    }
    void hand_over(const std::string& text) {
        serv_send_im(purple_account_get_connection(account_), peer_->key().c_str(), text.c_str(),
                     static_cast<PurpleMessageFlags>(0));
    }
    std::string heard() {
        std::string all;
        for (const auto& event : peer_->driver().events())
            if (event.name == "message") all += event.fields.at("text");
        return all;
    }
    std::string last(const char* event) {
        const Event* found = seen().last(event);
        return found != nullptr ? found->text : "";
    }
};

TEST_F(Writing, PlainTextArrivesWhole) {
    for (const char* text : {"I <3 you", "if a < b then c", "vector<int> v;", "AT&T <3"}) {
        hand_over(text);
        EXPECT_TRUE(peer_->hears(text)) << text;
    }
}

TEST_F(Writing, APlainStatusArrivesWhole) {
    purple_account_set_status(account_, "away", TRUE, "message", "x<y and y>z", nullptr);
    EXPECT_TRUE(peer_->driver().wait_for("status_msg", {{"msg", "x<y and y>z"}}));
}

// B19
TEST_F(Writing, AStatusThatIsTooLongIsCutAndTold) {
    purple_account_set_status(account_, "available", TRUE, "message", (std::string(1006, 'x') + "üz").c_str(), nullptr);
    EXPECT_EQ(seen().count("ui:notice"), 1U);
    EXPECT_NE(last("ui:notice").find("1006 bytes"), std::string::npos) << last("ui:notice");
    EXPECT_TRUE(peer_->driver().wait_for("status_msg", {{"msg", std::string(1006, 'x')}}));
}

TEST_F(Writing, AnUnknownCommandIsNotSentAndSaid) {
    host_->say(account_, peer_->key(), "/passwd secret");
    EXPECT_NE(last("ui:line").find("“/passwd” is not a command"), std::string::npos) << last("ui:line");
    EXPECT_EQ(last("ui:line").find("secret"), std::string::npos);
    host_->say(account_, peer_->key(), "//passwd is a word");
    host_->say(account_, peer_->key(), "/etc/passwd is a file");
    EXPECT_TRUE(peer_->hears("/etc/passwd is a file"));
    EXPECT_EQ(heard(), "/passwd is a word/etc/passwd is a file");
}

// BitlBee shows of a conversation only what people say.
TEST_F(Writing, WhatIsNotSentIsSaidWhereThereAreOnlyLines) {
    static PurpleNotifyUiOps lines{};
    lines.notify_message = purple_notify_get_ui_ops()->notify_message;
    purple_notify_set_ui_ops(&lines);
    host_->say(account_, peer_->key(), "/passwd secret");
    EXPECT_NE(last("ui:complaint").find("“/passwd” is not a command"), std::string::npos) << last("ui:complaint");
    record_ui(&seen());
}

// B39
TEST_F(Writing, AMebibyteIsSplitAndNothingOfItIsLost) {
    std::string text;
    while (text.size() < std::size_t{1024} * 1024) text += "line " + std::to_string(text.size()) + " äöü\n";
    text += "end";
    hand_over(text);
    EXPECT_EQ(seen().count("ui:complaint"), 0U) << last("ui:complaint");
    ASSERT_TRUE(Host::wait([&] {
        const DriverEvent* last = peer_->driver().last("message");
        return last != nullptr && last->fields.at("text").ends_with("\nend");
    }));
    EXPECT_TRUE(heard() == text);
}

// B39
TEST_F(Writing, WhatIsMuchTooLongIsNotSentAtAll) {
    host_->say(account_, peer_->key(), std::string(std::size_t{3} * 1024 * 1024, 'x'));
    EXPECT_NE(last("ui:line").find("longer than"), std::string::npos);
    host_->say(account_, peer_->key(), "short");
    EXPECT_TRUE(peer_->hears("short"));
    EXPECT_EQ(heard(), "short");
}

// B12
TEST_F(Writing, ARequestThatIsTooLongIsNotCut) {
    Peer other(g_getenv("PURPLE_TEST_PEER"));
    std::string text;
    while (text.size() <= 921) text += "…";
    host_->add_buddy(account_, other.id(), text);
    Host::settle();
    EXPECT_NE(last("ui:complaint").find("921 bytes"), std::string::npos) << last("ui:complaint");
    EXPECT_EQ(purple_find_buddy(account_, other.key().c_str()), nullptr);
}

// B1 to B7
TEST_F(Writing, EachFaultOfAPastedIdIsSaid) {
    const std::string id = peer_->id();
    for (const auto& [typed, words] :
         std::vector<std::pair<std::string, std::string>>{{" ", "Enter a Tox ID"},
                                                          {id.substr(0, 74), "74 of 76"},
                                                          {std::string("O").append(id, 1), "“O” at position 1"},
                                                          {own_id_, "your own Tox ID"}}) {
        seen().clear();
        host_->add_buddy(account_, typed, "hello");
        Host::settle();
        EXPECT_NE(last("ui:complaint").find(words), std::string::npos) << typed << ": " << last("ui:complaint");
    }
}

TEST_F(Writing, APastedIdIsAddedHoweverItIsWritten) {
    Peer other(g_getenv("PURPLE_TEST_PEER"));
    std::string typed = "“";
    for (std::size_t i = 0; i < other.id().size(); i += 4) typed += other.id().substr(i, 4) + "\xC2\xA0";
    host_->add_buddy(account_, typed + "”.", "hello");
    Host::settle();
    EXPECT_NE(purple_find_buddy(account_, other.key().c_str()), nullptr) << last("ui:complaint");
}

}  // namespace
}  // namespace host
