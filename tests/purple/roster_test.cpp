// SPDX-License-Identifier: GPL-3.0-or-later
// The list is the user's word: who leaves it is a contact no more, at whatever time and in whatever way. Who is merely
// missing from it comes back.
#include "tests/purple/scenario.hpp"

namespace host {
namespace {

int handle = 0;  // its address names our connections

class Roster : public Scenario {
  protected:
    void TearDown() override {
        purple_signals_disconnect_by_handle(&handle);
        Scenario::TearDown();
    }
    void expect_removed() {
        peer_->driver().forget_events();
        Host::settle();
        EXPECT_EQ(buddy(), nullptr);
        quit();
        start();
        Host::settle();
        EXPECT_EQ(buddy(), nullptr) << "back after a restart";
    }
    void add_account() {
        account_ = host_->add_account("me", "prpl-tox");
        purple_account_set_bool(account_, "loopback-only", TRUE);
        purple_account_set_bool(account_, "lan-discovery", FALSE);
        purple_account_set_string(account_, "bootstrap", swarm_->entrance().node().c_str());
    }
    void connect(const char* signal, void (*handler)(PurpleBuddy*)) {
        purple_signal_connect(purple_blist_get_handle(), signal, &handle, reinterpret_cast<PurpleCallback>(handler),
                              nullptr);
    }
};

TEST_F(Roster, RemovedWhileSignedOffDoesNotComeBack) {
    become_contacts();
    sign_off();
    purple_blist_remove_buddy(buddy());
    sign_on();
    expect_removed();
}

TEST_F(Roster, RemovedWhileSignedOffAndPutBackStays) {
    become_contacts();
    sign_off();
    purple_blist_remove_buddy(buddy());
    purple_blist_add_buddy(purple_buddy_new(account_, peer_->key().c_str(), nullptr), nullptr, nullptr, nullptr);
    sign_on();
    expect_online();
}

TEST_F(Roster, MovedToAnotherGroupWhileSignedOffStays) {
    become_contacts();
    sign_off();
    PurpleGroup* group = purple_group_new("Elsewhere");
    purple_blist_add_group(group, nullptr);
    purple_blist_add_buddy(buddy(), nullptr, group, nullptr);
    sign_on();
    expect_online();
}

TEST_F(Roster, OneOfTwoPlacesIsNotTheContact) {
    become_contacts();
    sign_off();
    PurpleGroup* group = purple_group_new("Elsewhere");
    purple_blist_add_group(group, nullptr);
    PurpleBuddy* second = purple_buddy_new(account_, peer_->key().c_str(), nullptr);
    purple_blist_add_buddy(second, nullptr, group, nullptr);
    purple_blist_remove_buddy(second);
    sign_on();
    expect_online();
}

// Some programs and plugins edit the list without telling the protocol.
TEST_F(Roster, RemovedFromTheListAloneIsRemoved) {
    become_contacts();
    purple_blist_remove_buddy(buddy());
    ASSERT_TRUE(peer_->driver().wait_for("friend", {{"conn", "none"}}));
    expect_removed();
}

TEST_F(Roster, ADeletedAccountKeepsTheContactsOfItsProfile) {
    become_contacts();
    purple_accounts_delete(account_);
    Host::settle();
    add_account();
    sign_on();
    expect_online();
}

// Another plugin, which hears of everything first.

TEST_F(Roster, WhoDisconnectsWhenABuddyIsAddedEndsTheSession) {
    become_contacts();
    quit();
    host_ = std::make_unique<Host>(dir_.path(), g_getenv("PURPLE_TEST_PLUGIN"));
    add_account();
    connect("buddy-added", [](PurpleBuddy* buddy) { purple_account_disconnect(purple_buddy_get_account(buddy)); });
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("signed-off"));
    Host::settle();
    EXPECT_EQ(seen().count("buddy-added"), 1U);
}

}  // namespace
}  // namespace host
