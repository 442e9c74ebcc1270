// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/buddies.hpp"

#include <conversation.h>
#include <notify.h>
#include <server.h>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/nickname.hpp"
#include "plugin/presence.hpp"
#include "plugin/privacy.hpp"
#include "plugin/roster.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

PurpleGroup* own_group() {
    const char* const name = _("Tox");
    if (PurpleGroup* group = purple_find_group(name)) return group;
    PurpleGroup* const group = purple_group_new(name);
    purple_blist_add_group(group, nullptr);
    return group;
}

// libpurple finds buddies by normalised name and group; of two under the same entry it forgets the other one when one
// is removed. Renaming a buddy to its own name puts the entry back.
bool is_found(PurpleAccount* account, const tox::LongTermKey& key) {
    const std::string name = key.hex();
    if (!purple_find_buddy(account, name.c_str())) restore_entries(account, key);
    return purple_find_buddy(account, name.c_str());
}

// What the list and the contact's line in it must say, whatever they said before.
void show_contact(Session& session, const tox::LongTermKey& key) {
    const SessionId id = session.id();
    ensure_buddy(session, key);
    if (Session* const still = session_of(id)) refresh_presence(*still, key);
}

void tell_refused(Session& session) {
    purple_notify_info(
        session.connection(), _("Tox"), _("You block everybody."),
        _("Your privacy settings let nobody reach you: you and this contact meet once you change them."));
}

// Where the host knows buddies by the name they were added under, that was the Tox ID if we have asked them.
std::string name_for(const tox::ContactInfo& info, PurpleAccount* account) {
    if (keeps_list(account) || !info.nospam) return info.key.hex();
    return tox::ToxId{info.key, *info.nospam}.text();
}

}  // namespace

bool keeps_list(PurpleAccount* account) { return g_list_find(purple_accounts_get_all(), account); }

void show_when_offline(PurpleBuddy* buddy) {
    PurpleAccount* const account = purple_buddy_get_account(buddy);
    if (!purple_account_get_bool(account, "show-offline", TRUE)) return;
    purple_blist_node_set_bool(reinterpret_cast<PurpleBlistNode*>(buddy), "show_offline", TRUE);
}

std::vector<PurpleBuddy*> buddies_of(PurpleAccount* account, const std::function<bool(PurpleBuddy*)>& want) {
    std::vector<PurpleBuddy*> found;
    for (auto* node = purple_blist_get_root(); node; node = purple_blist_node_next(node, TRUE)) {
        if (!PURPLE_BLIST_NODE_IS_BUDDY(node)) continue;
        auto* buddy = reinterpret_cast<PurpleBuddy*>(node);
        if (purple_buddy_get_account(buddy) == account && want(buddy)) found.push_back(buddy);
    }
    return found;
}

std::vector<PurpleBuddy*> buddies_with_key(PurpleAccount* account, const tox::LongTermKey& key) {
    return buddies_of(
        account, [name = key.hex()](PurpleBuddy* buddy) { return normal_name(purple_buddy_get_name(buddy)) == name; });
}

void restore_entries(PurpleAccount* account, const tox::LongTermKey& key) {
    for (PurpleBuddy* buddy : buddies_with_key(account, key)) {
        const std::string own = purple_buddy_get_name(buddy);
        purple_blist_rename_buddy(buddy, own.c_str());
    }
}

std::string group_of(PurpleBuddy* buddy) {
    PurpleGroup* group = purple_buddy_get_group(buddy);
    return group ? purple_group_get_name(group) : "";
}

// Other plugins hear of a new buddy, and may remove it or end the session.
void ensure_buddy(Session& session, const tox::LongTermKey& key) {
    PurpleAccount* const account = session.account();
    const SessionId id = session.id();
    const auto info = session.engine().contact(key);
    if (!info) return;
    if (!is_found(account, key)) {
        PurpleGroup* const group = own_group();
        purple_blist_add_buddy(purple_buddy_new(account, name_for(*info, account).c_str(), nullptr), nullptr, group,
                               nullptr);
        if (!session_of(id)) return;
        if (PurpleBuddy* const added = purple_find_buddy(account, key.hex().c_str())) show_when_offline(added);
    }
    if (Session* const still = session_of(id)) announce_name(*still, key);
}

// libpurple keeps neither aliases nor statuses over a restart.
void sync_roster(Session& session) {
    for (const auto& key : session.engine().contacts())
        session.later([key](Session& later) { show_contact(later, key); });
}

void take_up(Session& session, const tox::LongTermKey& key) {
    session.later([key](Session& later) {
        const SessionId id = later.id();
        show_contact(later, key);
        Session* const still = session_of(id);
        const auto info = still ? still->engine().contact(key) : std::nullopt;
        if (info && info->policy == tox::Policy::refusing) tell_refused(*still);
    });
    welcome(session, key);
}

void announce_name(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    std::string name = one_line(info->name, name_glyphs);
    if (name.empty()) name = short_name(key);  // 64 digits are not for reading
    show_nickname(session.account(), key.hex(), name);
}

void open_conversation(Session& session, const tox::LongTermKey& key) {
    PurpleAccount* const account = session.account();
    const std::string name = key.hex();
    auto* conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, name.c_str(), account);
    if (!conversation) conversation = purple_conversation_new(PURPLE_CONV_TYPE_IM, account, name.c_str());
    if (conversation) purple_conversation_present(conversation);
}

// Called once per group the buddy is in, before it leaves the list: the contact goes with the last one.
void remove_buddy(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup*) {
    Session* const session = session_of(connection);
    const auto key = session && buddy ? key_of(purple_buddy_get_name(buddy)) : std::nullopt;
    if (key && session->engine().has_contact(*key) && buddies_with_key(session->account(), *key).size() <= 1)
        remove_contact(*session, *key);
}

// Tox knows no groups. Without this operation (and rename_group, in plugin.cpp) libpurple would remove and add every
// buddy of a group that is renamed, and contacts would be lost.
void group_buddy(PurpleConnection*, const char*, const char*, const char*) {}

}  // namespace purple_tox
