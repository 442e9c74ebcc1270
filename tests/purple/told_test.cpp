// SPDX-License-Identifier: GPL-3.0-or-later
// What a user is told of a contact, wherever they look: list, tooltip, "Get Info", the menu, the conversation.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

class Told : public Scenario {
  protected:
    static PurplePluginProtocolInfo* protocol() { return PURPLE_PLUGIN_PROTOCOL_INFO(purple_find_prpl("prpl-tox")); }

    std::string tooltip() const {
        PurpleNotifyUserInfo* info = purple_notify_user_info_new();
        protocol()->tooltip_text(buddy(), info, TRUE);
        char* text = purple_notify_user_info_get_text_with_newline(info, "\n");
        std::string all = text;
        g_free(text);
        purple_notify_user_info_destroy(info);
        return all;
    }
    std::string info() {
        serv_get_info(purple_account_get_connection(account_), peer_->key().c_str());
        const Event* shown = seen().last("ui:info");
        return shown != nullptr ? shown->text : "";
    }
    // Whether the buddy's menu has such an entry; it is chosen if asked for.
    bool menu_has(const std::string& label, bool choose = false) const {
        bool found = false;
        GList* menu = protocol()->blist_node_menu(reinterpret_cast<PurpleBlistNode*>(buddy()));
        for (GList* at = menu; at != nullptr; at = at->next) {
            auto* action = static_cast<PurpleMenuAction*>(at->data);
            const bool is = label == action->label;
            if (is && choose)
                reinterpret_cast<void (*)(PurpleBlistNode*, gpointer)>(action->callback)(
                    reinterpret_cast<PurpleBlistNode*>(buddy()), action->data);
            found |= is;
            purple_menu_action_free(action);
        }
        g_list_free(menu);
        return found;
    }
    std::string shown_status() const {
        return purple_status_get_id(purple_presence_get_active_status(purple_buddy_get_presence(buddy())));
    }
    std::string line() {
        const Event* last = seen().last("ui:line");
        return last != nullptr ? last->text : "";
    }
    std::string command(const std::string& typed) {
        PurpleConversation* conversation = host_->converse(account_, peer_->key());
        char* error = nullptr;
        purple_cmd_do_command(conversation, typed.c_str(), typed.c_str(), &error);
        g_free(error);
        return line();
    }
    void expect_offline() {
        ASSERT_TRUE(Host::wait([&] { return !PURPLE_BUDDY_IS_ONLINE(buddy()); }));
        Host::settle();
    }
};

::testing::AssertionResult has(const std::string& text, const std::string& part) {
    return (text.find(part) != std::string::npos ? ::testing::AssertionSuccess() : ::testing::AssertionFailure())
           << text;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

TEST_F(Told, ANewNameIsToldUnderTheOldOne) {
    peer_->set("name", "Alice");
    become_contacts();
    ASSERT_TRUE(Host::wait([&] { return shown_alias() == "Alice"; }));
    host_->converse(account_, peer_->key());
    peer_->set("name", "Älice <3");
    ASSERT_TRUE(Host::wait([&] { return line() == "system: Alice is now known as Älice &lt;3."; })) << line();
    purple_blist_alias_buddy(buddy(), "Aunt");
    seen().clear();
    peer_->set("name", "Carol");
    ASSERT_TRUE(Host::wait([&] { return std::string(purple_buddy_get_server_alias(buddy())) == "Carol"; }));
    Host::settle();
    EXPECT_EQ(line(), "") << "the user sees the same name as before";
}

TEST_F(Told, TheTooltipBeginsWithTheConnectionAndIsNarrow) {
    become_contacts();
    peer_->set("msg", "words " + std::string(500, 'x'));
    ASSERT_TRUE(Host::wait([&] { return tooltip().find("Message") != std::string::npos; }));
    const std::string shown = tooltip();
    EXPECT_LT(shown.find("Connection"), shown.find("Message"));
    EXPECT_TRUE(has(shown, "connected since"));
    EXPECT_EQ(shown.find(peer_->key()), std::string::npos) << "Pidgin's title is this key already";
    EXPECT_LT(shown.size(), 500U);
}

TEST_F(Told, InfoSaysEachFactOnceAndTheStatus) {
    become_contacts();
    peer_->set("status", "busy");
    ASSERT_TRUE(Host::wait([&] { return shown_status() == "busy"; }));
    const std::string shown = info();
    EXPECT_TRUE(has(shown, "<b>Status</b>: Busy"));
    EXPECT_TRUE(has(shown, "Connected since"));
    EXPECT_FALSE(has(shown, "<b> </b>"));
    EXPECT_FALSE(has(shown, "Round trip"));
    EXPECT_EQ(count(shown, "since"), 1U) << shown;
    EXPECT_EQ(count(shown, peer_->key()), 1U) << shown;
}

TEST_F(Told, SomebodyWhoLeftIsOfflineWithTheTime) {
    become_contacts();
    seen().clear();
    peer_->leave();
    ASSERT_TRUE(host_->wait_for("buddy-signed-off", peer_->key()));
    EXPECT_EQ(seen().count("buddy-status-changed"), 0U) << "they were shown as connecting";
    EXPECT_TRUE(has(seen().last("ui:drawn")->text, "offline: Offline – signed off "));
    EXPECT_TRUE(has(tooltip(), "none: signed off "));
    EXPECT_TRUE(has(tooltip(), "<b>Progress</b>: ")) << "what goes on is not told";
    EXPECT_TRUE(has(info(), "<b>Status</b>: Offline"));
    EXPECT_TRUE(has(command("why"), "They signed off at"));
}

TEST_F(Told, SearchingAnswersAndIsOfferedWhereItHelps) {
    become_contacts();
    EXPECT_FALSE(menu_has("Search now"));
    EXPECT_TRUE(has(command("search"), "They are online"));
    peer_->leave();
    expect_offline();
    EXPECT_TRUE(menu_has("Search now", true));
    EXPECT_TRUE(has(seen().last("ui:notice")->text, "Looking for them now."));
    EXPECT_TRUE(has(command("search"), "Looking for them now."));
    purple_privacy_deny(account_, peer_->key().c_str(), FALSE, FALSE);
    Host::settle();
    EXPECT_FALSE(menu_has("Search now"));
    EXPECT_TRUE(has(command("search"), "You have blocked this contact"));
    EXPECT_TRUE(has(tooltip(), "you have blocked this contact"));
}

TEST_F(Told, WhoeverIsCutOffIsToldEverywhere) {
    become_contacts();
    sign_off();
    peer_->leave();
    swarm_.reset();
    sign_on();
    Host::settle();
    EXPECT_FALSE(menu_has("Search now"));
    EXPECT_TRUE(has(command("search"), "You are not connected to the Tox network"));
    EXPECT_TRUE(has(command("why"), "We are not connected to the Tox network ourselves"));
    EXPECT_TRUE(has(tooltip(), "none: you are not connected to the Tox network"));
    EXPECT_FALSE(has(tooltip(), "not announced yet")) << "the same told twice";
}

}  // namespace
}  // namespace host
