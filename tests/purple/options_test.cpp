// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the network that change while the account is connected: they hold at once, whoever changed them.
#include "tests/purple/event_loop.hpp"
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

constexpr int nobody_listens = 9;

struct Options : Scenario {
    void set_own_proxy(PurpleProxyType type) {
        PurpleProxyInfo* info = purple_proxy_info_new();
        purple_proxy_info_set_type(info, type);
        purple_proxy_info_set_host(info, "127.0.0.1");
        purple_proxy_info_set_port(info, nobody_listens);
        purple_account_set_proxy_info(account_, info);
    }
    void set_common_proxy(const char* type) {
        purple_prefs_set_string("/purple/proxy/host", "127.0.0.1");
        purple_prefs_set_int("/purple/proxy/port", nobody_listens);
        purple_prefs_set_string("/purple/proxy/type", type);
    }
    // Off and on again within the next turns of the loop, with a word about it.
    void expect_new_session() {
        ASSERT_TRUE(Host::wait([&] { return seen().count("signed-off") == 1; }));
        ASSERT_TRUE(host_->wait_for("signed-on"));
        ASSERT_TRUE(host_->wait_for("ui:notice"));
        EXPECT_NE(seen().last("ui:notice")->text.find("new settings"), std::string::npos);
        seen().clear();
    }
    void expect_gone_at_the_peer() { ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}})); }
};

TEST_F(Options, AProxyHoldsAtOnce) {
    become_contacts();
    seen().clear();
    set_own_proxy(PURPLE_PROXY_TOR);
    Host::settle();
    EXPECT_EQ(seen().count("signed-off"), 1U) << "something may still leave by the old way";
    expect_gone_at_the_peer();
    expect_new_session();
    EXPECT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy()));
    set_own_proxy(PURPLE_PROXY_NONE);
    expect_new_session();
    expect_online();
}

TEST_F(Options, TheProxyOfAllAccountsHoldsAtOnce) {
    become_contacts();
    seen().clear();
    set_common_proxy("socks5");
    expect_new_session();
    EXPECT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy()));
    set_common_proxy("none");
    expect_new_session();
    expect_online();
}

TEST_F(Options, RelaysOnlyAndNoUdpHoldAtOnce) {
    become_contacts();
    seen().clear();
    purple_account_set_string(account_, "contact-route", "relay");
    expect_gone_at_the_peer();
    expect_new_session();
    purple_account_set_string(account_, "contact-route", "any");
    expect_new_session();
    expect_online();
    seen().clear();
    purple_account_set_bool(account_, "udp", FALSE);
    expect_gone_at_the_peer();
    expect_new_session();
    EXPECT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy())) << "there is no relay here";
}

TEST_F(Options, EveryOtherOptionOfTheNetworkHoldsToo) {
    seen().clear();
    for (const char* name : {"lan-discovery", "ipv6", "hole-punching", "map-port"}) {
        purple_account_set_bool(account_, name, !purple_account_get_bool(account_, name, TRUE));
        expect_new_session();
    }
    purple_account_set_int(account_, "port-to", purple_account_get_int(account_, "port-to", 0) + 1);
    expect_new_session();
}

TEST_F(Options, ManyChangesAtATimeAreOneNewSession) {
    seen().clear();
    for (int round = 0; round < 4; ++round) {
        purple_account_set_bool(account_, "udp", round % 2 == 1);
        purple_account_set_int(account_, "port-to", purple_account_get_int(account_, "port-to", 0) + 1);
        Host::settle();
    }
    expect_new_session();
    Host::settle();
    EXPECT_EQ(seen().count("signed-off"), 0U);
}

TEST_F(Options, WhatDoesNotConcernTheNetworkDisturbsNobody) {
    seen().clear();
    purple_account_set_bool(account_, "show-offline", FALSE);
    purple_account_set_bool(account_, "udp", TRUE);
    purple_account_set_string(account_, "relay-ports", "");
    purple_account_set_alias(account_, "Me");
    purple_account_set_proxy_info(account_, purple_proxy_info_new());  // as a dialog does: the common one, as before
    turn_until([] { return false; }, std::chrono::seconds(1));
    EXPECT_EQ(seen().count("signed-off"), 0U);
}

TEST_F(Options, ASettingThatCannotBeUsedIsASentence) {
    seen().clear();
    purple_account_set_int(account_, "port-from", 0);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_NE(seen().last("ui:error")->text.find("from 1 to 65535"), std::string::npos);  // B20
    Host::settle();
}

TEST_F(Options, WaitingMessagesAndConversationsSurvive) {
    become_contacts();
    PurpleConversation* conversation = host_->converse(account_, peer_->key());
    purple_account_set_bool(account_, "map-port", FALSE);
    host_->say(account_, peer_->key(), "written just before");
    seen().clear();
    expect_new_session();
    EXPECT_TRUE(peer_->hears("written just before"));
    EXPECT_EQ(purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, peer_->key().c_str(), account_), conversation);
    expect_online();
    host_->say(account_, peer_->key(), "and after");
    EXPECT_TRUE(peer_->hears("and after"));
}

// BitlBee keeps its accounts itself: they are in no list of libpurple's, and it alone may connect them.
TEST_F(Options, WhereTheHostConnectsItIsLeftToTheHost) {
    purple_account_set_enabled(account_, "another program", TRUE);
    purple_account_set_ui_bool(account_, purple_core_get_ui(), "auto-login", FALSE);
    seen().clear();
    purple_account_set_bool(account_, "udp", FALSE);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_EQ(seen().last("ui:error")->who, "transient");
    EXPECT_NE(seen().last("ui:error")->text.find("settings"), std::string::npos);
    ASSERT_TRUE(host_->wait_for("signed-off"));
}

// ---- what cannot be had as chosen ------------------------------------------------------------------------------

// B21
TEST_F(Options, WithoutAFreeUdpPortRelaysCarryOn) {
    sign_off();
    seen().clear();
    const std::string taken = peer_->node().substr(0, peer_->node().rfind(':'));
    const int port = std::stoi(taken.substr(taken.find(':') + 1));
    purple_account_set_int(account_, "port-from", port);
    purple_account_set_int(account_, "port-to", port);
    sign_on();
    ASSERT_TRUE(host_->wait_for("ui:notice"));
    EXPECT_NE(seen().last("ui:notice")->text.find("port " + std::to_string(port)), std::string::npos);
    sign_off();
    seen().clear();
    purple_account_set_string(account_, "contact-route", "direct");
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_NE(seen().last("ui:error")->text.find(std::to_string(port)), std::string::npos);
    Host::settle();
}

TEST_F(Options, ARelayPortThatIsTakenIsTold) {
    Driver relay(g_getenv("PURPLE_TEST_PEER"));
    const std::string port = std::to_string(free_port());
    relay.ask("new port=" + std::to_string(free_port()) + " tcp=" + port);
    sign_off();
    seen().clear();
    purple_account_set_string(account_, "relay-ports", port.c_str());
    sign_on();
    ASSERT_TRUE(host_->wait_for("ui:notice"));
    EXPECT_NE(seen().last("ui:notice")->text.find("TCP port " + port), std::string::npos);
}

// B25
TEST_F(Options, ABadBootstrapNodeIsNamedAndTheOthersAreUsed) {
    sign_off();
    seen().clear();
    const std::string good = swarm_->entrance().node();
    const std::string bad = "node.example:99999:" + good.substr(good.rfind(':') + 1);
    purple_account_set_string(account_, "bootstrap", (bad + ", " + good).c_str());
    sign_on();
    ASSERT_TRUE(host_->wait_for("ui:notice"));
    EXPECT_NE(seen().last("ui:notice")->text.find("Bootstrap node 1, “node.example:99999"), std::string::npos);
    become_contacts();
    sign_off();
    seen().clear();
    purple_account_set_string(account_, "bootstrap", bad.c_str());
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_NE(seen().last("ui:error")->text.find("Bootstrap node 1"), std::string::npos);
    Host::settle();
}

}  // namespace
}  // namespace host
