// SPDX-License-Identifier: GPL-3.0-or-later
// Who an account is: its profile, its Tox ID, and what the user is told of either.
#include <fstream>

#include "tests/purple/scenario.hpp"

namespace host {
namespace {

namespace fs = std::filesystem;

struct Identity : Scenario {
    fs::path file(const std::string& name) { return dir_.path() / "tox" / name; }
    std::string last(const char* event) {
        const Event* found = seen().last(event);
        return found != nullptr ? found->text : "";
    }
    // A second account that is set up like ours; "" if it signs on, or else the sentence.
    std::string attempt(const std::string& name) {
        second_ = host_->add_account(name, "prpl-tox");
        purple_account_set_bool(second_, "loopback-only", TRUE);
        purple_account_set_bool(second_, "lan-discovery", FALSE);
        purple_account_set_string(second_, "bootstrap", "none");
        return attempt(second_);
    }
    std::string attempt(PurpleAccount* account) {
        seen().clear();
        host_->connect(account);
        EXPECT_TRUE(Host::wait([&] { return seen().count("signed-on") + seen().count("ui:error") > 0; }));
        Host::settle();
        return last("ui:error");
    }
    void expect_same_id() {
        seen().clear();
        PURPLE_PLUGIN_PROTOCOL_INFO(purple_find_prpl("prpl-tox"))
            ->get_info(purple_account_get_connection(account_), purple_account_get_username(account_));
        EXPECT_NE(last("ui:formatted").find(own_id_), std::string::npos) << last("ui:formatted");
    }
    PurpleAccount* second_ = nullptr;
};

// ---- the name of the account and of its profile --------------------------------------------------------------------

TEST_F(Identity, AnAccountWithAnotherNameKeepsItsProfileAndSaysSoOnce) {
    become_contacts();
    sign_off();
    purple_account_set_username(account_, "renamed");
    EXPECT_EQ(attempt(account_), "");
    EXPECT_NE(last("ui:notice").find("“renamed” still uses the Tox profile “me”"), std::string::npos)
        << last("ui:notice");
    EXPECT_FALSE(fs::exists(file("renamed.tox")));
    expect_same_id();
    expect_online();
    sign_off();
    EXPECT_EQ(attempt(account_), "");
    EXPECT_EQ(last("ui:notice"), "");
}

TEST_F(Identity, AProfileUnderTheNewNameIsTaken) {
    sign_off();
    fs::copy_file(file("me.tox"), file("copy.tox"));
    fs::remove(file("me.tox"));
    purple_account_set_username(account_, "copy");
    EXPECT_EQ(attempt(account_), "");
    expect_same_id();
    EXPECT_FALSE(fs::exists(file("me.tox")));
}

TEST_F(Identity, AProfileThatIsMissingIsNotReplacedByANewOne) {
    sign_off();
    fs::rename(file("me.tox"), dir_.path() / "me.tox");
    fs::remove(file("me.tox.bak"));
    for (const char* name : {"me", "renamed"}) {
        purple_account_set_username(account_, name);
        EXPECT_NE(attempt(account_).find("me.tox” is not there"), std::string::npos) << last("ui:error");
    }
    EXPECT_FALSE(fs::exists(file("me.tox")));
    EXPECT_FALSE(fs::exists(file("renamed.tox")));
    fs::rename(dir_.path() / "me.tox", file("me.tox"));
    purple_account_set_username(account_, "me");
    EXPECT_EQ(attempt(account_), "");
    expect_same_id();
}

TEST_F(Identity, WhatIsNoNameForAProfileIsSaidOfEachFault) {
    const std::string id = peer_->id();
    for (const auto& [name, words] : std::vector<std::pair<std::string, std::string>>{
             {std::string(220, 'x'), "220 bytes"},
             {"two\nlines", "one line"},
             {"../up", "“/”"},
             {".hidden", "dot"},
             {id, "This is a Tox ID"},
             {"tox:" + id, "This is a Tox ID"},
             {id.substr(0, 38) + "\xC2\xA0" + id.substr(38), "This is a Tox ID"},
             {id.substr(0, 64), "This is a Tox ID"}}) {
        EXPECT_NE(attempt(name).find(words), std::string::npos) << name << ": " << last("ui:error");
        EXPECT_EQ(seen().count("signed-on"), 0U) << name;
    }
}

TEST_F(Identity, ANewProfileBesideOthersNamesThem) {
    EXPECT_EQ(attempt("another"), "");
    EXPECT_NE(last("ui:formatted").find("New Tox ID of “another”"), std::string::npos);
    EXPECT_NE(last("ui:formatted").find("“me”"), std::string::npos) << last("ui:formatted");
}

// ---- what stands in the way of a profile -------------------------------------------------------------------------

// B29, B36
TEST_F(Identity, AProfileInUseIsNotASignOnFromElsewhere) {
    PurpleAccount* other = host_->add_account("other", "prpl-tox");
    purple_account_set_string(other, "profile", "me");
    const std::string got = attempt("other");
    EXPECT_NE(got.find("uses this Tox profile"), std::string::npos) << got;
    EXPECT_NE(purple_account_get_current_error(second_)->type, PURPLE_CONNECTION_ERROR_NAME_IN_USE);
}

// B41
TEST_F(Identity, ADamagedProfileIsSaidToHaveABackupOnlyIfItHas) {
    std::ofstream(file("alice.tox")) << "a link to my profile\n";
    EXPECT_NE(attempt("alice").find("no backup"), std::string::npos) << last("ui:error");
    std::ofstream(file("bob.tox")) << "not a profile\n";
    std::ofstream(file("bob.tox.bak")) << "nor this\n";
    EXPECT_NE(attempt("bob").find("so is its backup"), std::string::npos) << last("ui:error");
}

// B27
TEST_F(Identity, EverySentenceIsValidUtf8WhateverThePathIs) {
    const fs::path odd = dir_.path() / "h\xFCtte";
    fs::create_directories(odd / "tox" / "alice.tox");
    sign_off();
    purple_util_set_user_dir(odd.c_str());
    const std::string got = attempt("alice");
    EXPECT_FALSE(got.empty());
    EXPECT_TRUE(g_utf8_validate(got.c_str(), -1, nullptr)) << got;
    EXPECT_NE(got.find("tte/tox"), std::string::npos) << got;
    purple_util_set_user_dir(dir_.path().c_str());
}

TEST_F(Identity, AFileInThePlaceOfTheDirectoryIsSaid) {
    sign_off();
    const fs::path other = dir_.path() / "other";
    fs::create_directories(other);
    std::ofstream(other / "tox") << "x";
    purple_util_set_user_dir(other.c_str());
    const std::string got = attempt("alice");
    EXPECT_NE(got.find("other/tox”"), std::string::npos) << got;
    EXPECT_EQ(got.find("File exists"), std::string::npos) << got;
    purple_util_set_user_dir(dir_.path().c_str());
}

// ---- what is left of an account ----------------------------------------------------------------------------------

TEST_F(Identity, ADeletedAccountsProfileIsSaidToBeThere) {
    seen().clear();
    purple_accounts_delete(account_);
    account_ = nullptr;
    EXPECT_EQ(seen().count("ui:notice"), 1U);
    EXPECT_NE(last("ui:notice").find("“me”"), std::string::npos);
    EXPECT_NE(last("ui:notice").find("secret key"), std::string::npos);
    EXPECT_NE(last("ui:notice").find((dir_.path() / "tox").string()), std::string::npos);
    EXPECT_TRUE(fs::exists(file("me.tox")));
}

TEST_F(Identity, NothingIsSaidOfAnAccountThatLeavesNothing) {
    seen().clear();
    purple_accounts_delete(host_->add_account("never signed on", "prpl-tox"));
    EXPECT_EQ(seen().count("ui:notice"), 0U);
}

// ---- one's own ID --------------------------------------------------------------------------------------------------

// BitlBee has lines of text, and no menu to ask for the ID.
TEST_F(Identity, WithoutMenusTheIdIsSaidAtEachLogin) {
    static PurpleNotifyUiOps lines{};
    lines.notify_message = purple_notify_get_ui_ops()->notify_message;
    purple_notify_set_ui_ops(&lines);
    sign_off();
    EXPECT_EQ(attempt(account_), "");
    EXPECT_NE(last("ui:notice").find(own_id_), std::string::npos) << last("ui:notice");
    record_ui(&seen());
}

TEST_F(Identity, WithoutAnyUserInterfaceNothingIsMissed) {
    sign_off();
    purple_notify_set_ui_ops(nullptr);
    purple_request_set_ui_ops(nullptr);
    purple_accounts_set_ui_ops(nullptr);
    EXPECT_EQ(attempt(account_), "");
    EXPECT_NE(last("ui:notice").find(own_id_), std::string::npos) << "the connection's own notice is left";
    PurplePlugin* plugin = purple_find_prpl("prpl-tox");
    GList* all = plugin->info->actions(plugin, purple_account_get_connection(account_));
    for (GList* at = all; at != nullptr; at = at->next) {
        auto* action = static_cast<PurplePluginAction*>(at->data);
        action->plugin = plugin;
        action->context = purple_account_get_connection(account_);
        action->callback(action);
    }
    g_list_free_full(all, [](gpointer action) { purple_plugin_action_free(static_cast<PurplePluginAction*>(action)); });
    become_contacts();
    record_ui(&seen());
}

TEST_F(Identity, AProfileWithoutANameShowsTheAccounts) {
    Driver maker(g_getenv("PURPLE_TEST_PEER"));
    maker.ask("new port=" + std::to_string(free_port()) + " save=" + percent_encoded(file("nameless.tox").string()));
    maker.ask("kill save=1");
    EXPECT_EQ(attempt("nameless"), "");
    PurpleConnection* connection = purple_account_get_connection(second_);
    EXPECT_STREQ(purple_connection_get_display_name(connection), "nameless");
    purple_account_set_alias(second_, "Älice");
    EXPECT_STREQ(purple_connection_get_display_name(connection), "Älice");
}

}  // namespace
}  // namespace host
