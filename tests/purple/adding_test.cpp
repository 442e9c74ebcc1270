// SPDX-License-Identifier: GPL-3.0-or-later
// The user adds somebody, in ways that are not the plain one.
#include <fstream>

#include "tests/purple/scenario.hpp"

namespace host {
namespace {

class Adding : public Scenario {
  protected:
    std::size_t listed() const {
        GSList* all = purple_find_buddies(account_, nullptr);
        const std::size_t size = g_slist_length(all);
        g_slist_free(all);
        return size;
    }
    // As somebody clicks it in the account's menu.
    void choose_action(const std::string& label) {
        PurpleConnection* connection = purple_account_get_connection(account_);
        PurplePlugin* plugin = purple_connection_get_prpl(connection);
        GList* actions = PURPLE_PLUGIN_ACTIONS(plugin, connection);
        for (GList* at = actions; at != nullptr; at = at->next) {
            auto* action = static_cast<PurplePluginAction*>(at->data);
            if (action == nullptr) continue;
            action->plugin = plugin;
            action->context = connection;
            if (label == action->label) action->callback(action);
            purple_plugin_action_free(action);
        }
        g_list_free(actions);
    }
    bool choose_in_buddy_menu(const std::string& label) {
        PurplePlugin* plugin = purple_connection_get_prpl(purple_account_get_connection(account_));
        auto* node = reinterpret_cast<PurpleBlistNode*>(buddy());
        GList* menu = PURPLE_PLUGIN_PROTOCOL_INFO(plugin)->blist_node_menu(node);
        bool found = false;
        for (GList* at = menu; at != nullptr; at = at->next) {
            auto* entry = static_cast<PurpleMenuAction*>(at->data);
            if (label == entry->label) {
                found = true;
                reinterpret_cast<void (*)(PurpleBlistNode*, gpointer)>(entry->callback)(node, entry->data);
            }
            purple_menu_action_free(entry);
        }
        g_list_free(menu);
        return found;
    }
    void be_removed() {
        peer_->driver().ask("auto request=event msg=event");
        peer_->driver().ask("del friend=0");
        ASSERT_TRUE(Host::wait([&] { return !PURPLE_BUDDY_IS_ONLINE(buddy()); }));
        peer_->driver().forget_events();
        seen().clear();
    }
};

// ---- once more

TEST_F(Adding, WhoHasRemovedUsIsAskedAgain) {
    become_contacts();
    be_removed();
    host_->add_buddy(account_, peer_->id(), "please add me back");
    EXPECT_TRUE(peer_->driver().wait_for("request", {{"msg", "please add me back"}}));
    EXPECT_EQ(seen().count("ui:complaint"), 0U);
    EXPECT_EQ(seen().count("ui:notice"), 1U);
    ASSERT_TRUE(Host::wait([&] { return listed() == 1; })) << "twice in the list";
}

TEST_F(Adding, WhoHasRemovedUsIsAskedAgainFromTheMenu) {
    become_contacts();
    be_removed();
    ASSERT_TRUE(choose_in_buddy_menu("Send a contact request again…"));
    ASSERT_TRUE(seen().answer_input(peer_->id()));
    EXPECT_TRUE(peer_->driver().wait_for("request"));
}

TEST_F(Adding, TheMenuWantsTheIdOfThisContact) {
    become_contacts();
    be_removed();
    for (const std::string& wrong : {own_id_, peer_->key(), std::string("nonsense"), std::string()}) {
        ASSERT_TRUE(choose_in_buddy_menu("Send a contact request again…"));
        seen().clear();
        ASSERT_TRUE(seen().answer_input(wrong));
        EXPECT_EQ(seen().count("ui:complaint"), 1U) << wrong;
    }
}

TEST_F(Adding, B8_WhoIsThereIsNotAskedAgain) {
    become_contacts();
    EXPECT_FALSE(choose_in_buddy_menu("Send a contact request again…"));
    seen().clear();
    host_->add_buddy(account_, peer_->id(), "Again");
    EXPECT_EQ(seen().count("ui:complaint"), 1U);
    EXPECT_TRUE(Host::wait([&] { return PURPLE_BUDDY_IS_ONLINE(buddy()); })) << "the new one took its place";
    EXPECT_EQ(listed(), 1U);
}

// ---- a bare key

TEST_F(Adding, B2_ABareKeyIsAddedIfTheUserWantsThat) {
    seen().clear();
    host_->add_buddy(account_, peer_->key(), "Hello");
    ASSERT_EQ(seen().count("ui:question"), 1U);
    EXPECT_NE(seen().last("ui:question")->text.find("76"), std::string::npos);
    ASSERT_TRUE(seen().press("OK"));
    peer_->befriend(own_id_.substr(0, 64));
    expect_online();
    EXPECT_EQ(peer_->driver().count("request"), 0U);
}

TEST_F(Adding, B2_ABareKeyIsNotAddedOtherwise) {
    host_->add_buddy(account_, peer_->key(), "Hello");
    ASSERT_TRUE(seen().press("Cancel"));
    EXPECT_TRUE(Host::wait([&] { return listed() == 0; }));
    quit();
    start();
    EXPECT_EQ(buddy(), nullptr);
}

TEST_F(Adding, B2_AKeyInQuestionWhenTheAccountEndsIsNobody) {
    host_->add_buddy(account_, peer_->key(), "Hello");
    sign_off();
    EXPECT_EQ(seen().open_questions(), 0U);
    sign_on();
    Host::settle();
    EXPECT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy()));
}

// ---- what was typed wrong

TEST_F(Adding, WhatWasTypedWrongComesBackToBeMended) {
    std::string wrong = peer_->id();
    wrong.pop_back();
    seen().clear();
    host_->add_buddy(account_, wrong, "Hello");
    ASSERT_TRUE(host_->wait_for("ui:add-buddy"));
    EXPECT_EQ(seen().last("ui:add-buddy")->who, wrong);
    EXPECT_EQ(listed(), 0U);
}

// ---- when it cannot be saved

class Unsaved : public Adding {
  protected:
    // A directory in the place of the new file: the superuser may write everywhere.
    std::filesystem::path obstacle() const { return dir_.path() / "tox" / "me.tox.new"; }
    void obstruct() {
        std::filesystem::create_directory(obstacle());
        std::ofstream(obstacle() / "x") << "x";
    }
};

TEST_F(Unsaved, B30_WhatIsNotAddedIsSaidOnceWithTheReason) {
    obstruct();
    seen().clear();
    host_->add_buddy(account_, peer_->id(), "Hello");
    Host::settle();
    EXPECT_EQ(seen().count("ui:complaint"), 1U);
    EXPECT_NE(seen().last("ui:complaint")->text.find("me.tox"), std::string::npos) << "says neither where nor why";
    EXPECT_EQ(buddy(), nullptr);
    std::filesystem::remove_all(obstacle());
    become_contacts();
    EXPECT_EQ(seen().count("ui:complaint"), 1U);
}

TEST_F(Unsaved, B30_ToldAtTheLoginAndWhenItIsOver) {
    sign_off();
    obstruct();
    seen().clear();
    sign_on();
    ASSERT_TRUE(host_->wait_for("ui:complaint"));
    EXPECT_NE(seen().last("ui:complaint")->text.find("me.tox"), std::string::npos) << "says neither where nor why";
    std::filesystem::remove_all(obstacle());
    purple_account_set_alias(account_, "Somebody");  // is soon saved
    ASSERT_TRUE(host_->wait_for("ui:notice"));
    EXPECT_NE(seen().last("ui:notice")->text.find("saved again"), std::string::npos);
    EXPECT_EQ(seen().count("ui:complaint"), 1U);
}

// ---- hosts with a list of their own, which know a buddy by the name it was added under (BitlBee)

class Foreign : public Adding {
  protected:
    void SetUp() override {
        Adding::SetUp();
        purple_accounts_remove(account_);
    }
    void TearDown() override {
        if (account_ != nullptr) purple_accounts_add(account_);
        Adding::TearDown();
    }
};

TEST_F(Foreign, ABuddyKeepsTheNameItWasAddedUnder) {
    host_->add_buddy(account_, peer_->id(), "It is me");
    expect_online();
    EXPECT_EQ(listed(), 1U);
    EXPECT_EQ(purple_buddy_get_name(buddy()), peer_->id());
    peer_->say("hello");
    ASSERT_TRUE(host_->wait_for("received-im-msg"));
    sign_off();
    purple_blist_remove_buddy(buddy());  // its list is empty at each start
    sign_on();
    expect_online();
    EXPECT_EQ(purple_buddy_get_name(buddy()), peer_->id());
}

// ---- requests that were closed, links

TEST_F(Adding, AQuestionClosedWithoutAnAnswerComesBackFromTheMenu) {
    choose_action("Contact requests…");
    EXPECT_EQ(seen().count("ui:notice"), 1U) << "nothing is said where nothing waits";
    peer_->invite(own_id_, "May I?");
    ASSERT_TRUE(host_->wait_for("ui:authorise", peer_->key()));
    purple_account_request_close_with_account(account_);  // as its window is closed
    ASSERT_EQ(seen().open_questions(), 0U);
    choose_action("Contact requests…");
    ASSERT_EQ(seen().open_questions(), 1U);
    ASSERT_TRUE(seen().answer_authorisation(true));
    expect_online();
}

TEST_F(Adding, ALinkToAContactOpensTheConversation) {
    become_contacts();
    seen().clear();
    purple_got_protocol_handler_uri(("tox:" + peer_->id()).c_str());
    EXPECT_EQ(seen().count("ui:present", peer_->key()), 1U);
    EXPECT_EQ(seen().count("ui:add-buddy"), 0U);
}

TEST_F(Adding, ALinkToSomebodyElseAsksWhetherToAddThem) {
    seen().clear();
    purple_got_protocol_handler_uri(("tox:" + peer_->id()).c_str());
    EXPECT_EQ(seen().count("ui:add-buddy"), 1U);
}

}  // namespace
}  // namespace host
