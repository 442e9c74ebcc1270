// SPDX-License-Identifier: GPL-3.0-or-later
// Signing on and off, and what stays of an account.
#include <sys/stat.h>

#include "tests/purple/event_loop.hpp"
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

using Lines = std::vector<std::string>;
using Account = Scenario;

TEST_F(Account, LoginCreatesAProfileThatOnlyItsOwnerReads) {
    unsigned found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path() / "tox")) {
        struct stat status {};
        ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 077U, 0U) << entry.path();
        found += entry.path().extension() == ".tox" ? 1U : 0U;
    }
    EXPECT_EQ(found, 1U);
    EXPECT_EQ(own_id_.size(), 76U) << "the user was not told the new Tox ID";
}

TEST_F(Account, SigningOnAndOffIsSeenOnceEach) {
    seen().clear();
    sign_off();
    sign_on();
    EXPECT_EQ(history(),
              (Lines{"signing-off", "ui:disconnected", "signed-off", "signing-on", "ui:connected", "signed-on"}));
}

TEST_F(Account, RestartKeepsIdentityAndContacts) {
    peer_->set("name", "Robert");
    become_contacts();
    ASSERT_TRUE(Host::wait([&] { return shown_alias() == "Robert"; }));
    quit();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    start();
    EXPECT_EQ(history().front(), "account-added");
    expect_online();
    EXPECT_EQ(shown_alias(), "Robert");
    EXPECT_EQ(seen().count("buddy-signed-on"), 1U);
    EXPECT_EQ(seen().count("ui:formatted"), 0U) << "an old profile was announced as new";
}

TEST_F(Account, NothingComesAfterSigningOff) {  // R46
    become_contacts();
    host_->say(account_, peer_->key(), "on its way");
    peer_->type(true);
    sign_off();
    seen().clear();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    Host::settle();
    EXPECT_EQ(seen().history(), Lines{});
}

TEST_F(Account, SigningOffAndOnAtOnceReturns) {  // B35
    become_contacts();
    for (int round = 0; round < 5; ++round) {
        sign_off();
        sign_on();
    }
    expect_online();
}

// B35
TEST_F(Account, SigningOffWhileSigningOnLeavesNothing) {
    for (int round = 0; round < 200; ++round) {
        host_->connect(account_);
        turn_until([] { return false; }, std::chrono::milliseconds(round % 20 == 0 ? 100 : round % 20));
        sign_off();
    }
    EXPECT_EQ(seen().count("ui:error"), 0U);
    sign_on();
    become_contacts();
}

TEST_F(Account, RemovingTheAccountWhileSignedOnLeavesNothingBehind) {
    become_contacts();
    purple_accounts_delete(account_);
    account_ = nullptr;
    seen().clear();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    Host::settle();
    EXPECT_EQ(seen().history(), Lines{});
}

// ---- the network an account is to use --------------------------------------------------------------------------

void set_proxy(PurpleAccount* account, PurpleProxyType type, const char* host, int port) {
    PurpleProxyInfo* info = purple_proxy_info_new();
    purple_proxy_info_set_type(info, type);
    purple_proxy_info_set_host(info, host);
    purple_proxy_info_set_port(info, port);
    purple_account_set_proxy_info(account, info);
}

TEST_F(Account, AProxyThatCannotBeUsedIsAnErrorWithASentence) {
    sign_off();
    seen().clear();
    set_proxy(account_, PURPLE_PROXY_SOCKS4, "127.0.0.1", 1080);
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_EQ(seen().last("ui:error")->who, "fatal");
    EXPECT_NE(seen().last("ui:error")->text.find("SOCKS 4"), std::string::npos);
    EXPECT_EQ(seen().count("signed-on"), 0U);
    Host::settle();
    set_proxy(account_, PURPLE_PROXY_NONE, "", 0);
    sign_off();
    sign_on();
}

TEST_F(Account, AProxyThatIsDownIsToldOnceAndNothingGoesAroundIt) {
    become_contacts();
    sign_off();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    seen().clear();
    constexpr int nobody_listens = 9;
    set_proxy(account_, PURPLE_PROXY_SOCKS5, "127.0.0.1", nobody_listens);
    sign_on();
    ASSERT_TRUE(host_->wait_for("ui:complaint"));
    EXPECT_NE(seen().last("ui:complaint")->text.find("through your proxy"), std::string::npos);
    EXPECT_NE(seen().last("ui:complaint")->text.find("127.0.0.1:9 refuses the connection"), std::string::npos);  // B23
    Host::settle();
    EXPECT_EQ(seen().count("ui:complaint"), 1U);
    EXPECT_FALSE(PURPLE_BUDDY_IS_ONLINE(buddy()));
    sign_off();
    set_proxy(account_, PURPLE_PROXY_NONE, "", 0);
    sign_on();
    expect_online();
}

TEST_F(Account, ContradictoryOptionsAreAnErrorWithASentence) {
    sign_off();
    seen().clear();
    purple_account_set_bool(account_, "udp", FALSE);
    purple_account_set_string(account_, "contact-route", "direct");
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("ui:error"));
    EXPECT_NE(seen().last("ui:error")->text.find("UDP is off"), std::string::npos);
    Host::settle();
    sign_off();
    purple_account_set_bool(account_, "udp", TRUE);
    purple_account_set_string(account_, "contact-route", "any");
    sign_on();
}

// The command of a conversation, and what it says of somebody who is there.
TEST_F(Account, WhySaysHowTheContactIsReached) {
    become_contacts();
    PurpleConversation* conversation = host_->converse(account_, peer_->key());
    char* error = nullptr;
    EXPECT_EQ(purple_cmd_do_command(conversation, "why", "why", &error), PURPLE_CMD_STATUS_OK);
    g_free(error);
    ASSERT_TRUE(Host::wait([&] {
        const auto& events = seen().events();
        return std::any_of(events.begin(), events.end(), [](const Event& event) {
            return event.text.find("Packets go directly") != std::string::npos;
        });
    }));
}

}  // namespace
}  // namespace host
