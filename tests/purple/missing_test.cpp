// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever calls the plugin may hand over nothing: libpurple's D-Bus makes NULL of an empty text and of objects that it
// does not find, and other plugins are no more careful. Each entrance is tried with all of its arguments missing.
#include <cstring>
#include <set>
#include <utility>

#include "tests/purple/scenario.hpp"

namespace host {
namespace {

struct Missing : Scenario {
    PurplePluginProtocolInfo* protocol() { return PURPLE_PLUGIN_PROTOCOL_INFO(purple_find_prpl("prpl-tox")); }

    // Notes that the operation is among those that are tried, and hands it over.
    template <class F>
    F try_out(F operation) {
        void* address = nullptr;
        std::memcpy(&address, &operation, sizeof address);
        tried_.insert(address);
        return operation;
    }
    void try_account(PurpleConnection* connection, PurpleAccount* account, const char* text);
    void try_buddies(PurpleConnection* connection, const char* text);
    void try_conversations(PurpleConnection* connection, const char* text);
    void try_privacy(PurpleConnection* connection, const char* text);
    unsigned not_tried();

    std::set<void*> tried_;
};

void Missing::try_account(PurpleConnection* connection, PurpleAccount* account, const char* text) {
    EXPECT_STREQ(try_out(protocol()->list_icon)(account, nullptr), "tox");
    GList* types = try_out(protocol()->status_types)(account);
    EXPECT_NE(types, nullptr);
    g_list_free_full(types, [](gpointer type) { purple_status_type_destroy(static_cast<PurpleStatusType*>(type)); });
    GHashTable* labels = try_out(protocol()->get_account_text_table)(account);
    EXPECT_NE(labels, nullptr);
    if (labels != nullptr) g_hash_table_destroy(labels);
    EXPECT_STREQ(try_out(protocol()->normalize)(account, text), "");
    try_out(protocol()->set_status)(account, nullptr);
    try_out(protocol()->set_public_alias)(connection, text, nullptr, nullptr);
    try_out(protocol()->get_public_alias)(connection, nullptr, nullptr);
    try_out(protocol()->login)(nullptr);
    try_out(protocol()->close)(nullptr);
}

void Missing::try_buddies(PurpleConnection* connection, const char* text) {
    EXPECT_EQ(try_out(protocol()->list_emblem)(nullptr), nullptr);
    EXPECT_EQ(try_out(protocol()->status_text)(nullptr), nullptr);
    try_out(protocol()->tooltip_text)(nullptr, nullptr, TRUE);
    EXPECT_EQ(try_out(protocol()->blist_node_menu)(nullptr), nullptr);
    try_out(protocol()->get_info)(connection, text);
    try_out(protocol()->add_buddy)(connection, nullptr, nullptr);
    try_out(protocol()->add_buddy_with_invite)(connection, nullptr, nullptr, text);
    try_out(protocol()->remove_buddy)(connection, nullptr, nullptr);
    try_out(protocol()->group_buddy)(connection, text, text, text);
    try_out(protocol()->rename_group)(connection, text, nullptr, nullptr);
}

void Missing::try_conversations(PurpleConnection* connection, const char* text) {
    try_out(protocol()->send_im)(connection, text, text, static_cast<PurpleMessageFlags>(0));
    try_out(protocol()->send_typing)(connection, text, PURPLE_TYPING);
    try_out(protocol()->convo_closed)(connection, text);
    try_out(protocol()->offline_message)(nullptr);
}

void Missing::try_privacy(PurpleConnection* connection, const char* text) {
    try_out(protocol()->set_permit_deny)(connection);
    for (auto change : {protocol()->add_permit, protocol()->add_deny, protocol()->rem_permit, protocol()->rem_deny})
        try_out(change)(connection, text);
}

// Behind the first operation the table holds operations and its own size, and nothing else that the plugin fills.
unsigned Missing::not_tried() {
    unsigned count = 0;
    const auto* const end = reinterpret_cast<void* const*>(protocol() + 1);
    for (auto* at = reinterpret_cast<void* const*>(&protocol()->list_icon); at < end; ++at) {
        const bool size = static_cast<const void*>(at) == &protocol()->struct_size;
        if (*at != nullptr && !size && tried_.count(*at) == 0) ++count;
    }
    return count;
}

TEST_F(Missing, NoOperationNeedsAnyOfItsArguments) {
    for (PurpleAccount* account : {account_, static_cast<PurpleAccount*>(nullptr)})
        for (const char* text : {"", static_cast<const char*>(nullptr)}) {
            PurpleConnection* connection = account != nullptr ? purple_account_get_connection(account) : nullptr;
            try_account(connection, account, text);
            try_buddies(connection, text);
            try_conversations(connection, text);
            try_privacy(connection, text);
        }
    Host::settle();
    EXPECT_EQ(not_tried(), 0U) << "an operation of the plugin is not in this test: add it above";
    EXPECT_NE(purple_account_get_connection(account_), nullptr);
}

// libpurple takes a buddy's name only if it is valid UTF-8, and keeps NULL otherwise.
TEST_F(Missing, ABuddyMayHaveNoName) {
    PurpleBuddy* nameless = purple_buddy_new(account_, "somebody", nullptr);
    g_free(std::exchange(nameless->name, nullptr));
    PurpleConnection* connection = purple_account_get_connection(account_);
    g_free(protocol()->status_text(nameless));
    protocol()->list_emblem(nameless);
    PurpleNotifyUserInfo* facts = purple_notify_user_info_new();
    protocol()->tooltip_text(nameless, facts, TRUE);
    purple_notify_user_info_destroy(facts);
    EXPECT_EQ(protocol()->blist_node_menu(reinterpret_cast<PurpleBlistNode*>(nameless)), nullptr);
    protocol()->add_buddy_with_invite(connection, nameless, nullptr, nullptr);
    protocol()->remove_buddy(connection, nameless, nullptr);
    Host::settle();
    purple_buddy_destroy(nameless);
}

TEST_F(Missing, ActionsWithoutAnAccountDoNothing) {
    PurplePlugin* plugin = purple_find_prpl("prpl-tox");
    GList* all = plugin->info->actions(plugin, nullptr);
    ASSERT_NE(all, nullptr);
    seen().clear();
    for (GList* at = all; at != nullptr; at = at->next) {
        auto* action = static_cast<PurplePluginAction*>(at->data);
        action->plugin = plugin;
        action->context = nullptr;
        action->callback(action);
        action->callback(nullptr);
    }
    g_list_free_full(all, [](gpointer action) { purple_plugin_action_free(static_cast<PurplePluginAction*>(action)); });
    EXPECT_EQ(seen().history(), std::vector<std::string>{});
}

TEST_F(Missing, LinksWithoutAnIdAreToldAbout) {
    for (const char* link : {"tox:", "tox://", "tox:?message=hi", "tox:alice@example.org", "tox:%41%42", "TOX:12"}) {
        seen().clear();
        purple_got_protocol_handler_uri(link);
        EXPECT_EQ(seen().count("ui:complaint"), 1U) << link;
    }
}

}  // namespace
}  // namespace host
