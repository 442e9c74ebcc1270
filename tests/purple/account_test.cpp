// SPDX-License-Identifier: GPL-3.0-or-later
// Signing on and off, and what stays of an account.
#include <sys/stat.h>

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
        found += entry.path().extension() == ".tox" ? 1 : 0;
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

TEST_F(Account, NothingComesAfterSigningOff) {
    become_contacts();
    host_->say(account_, peer_->key(), "on its way");
    peer_->type(true);
    sign_off();
    seen().clear();
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    Host::settle();
    EXPECT_EQ(seen().history(), Lines{});
}

TEST_F(Account, SigningOffAndOnAtOnceReturns) {
    become_contacts();
    for (int round = 0; round < 5; ++round) {
        sign_off();
        sign_on();
    }
    expect_online();
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

}  // namespace
}  // namespace host
