// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/roster.hpp"

#include <account.h>
#include <blist.h>
#include <notify.h>
#include <signals.h>

#include <algorithm>

#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/saving.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

constexpr const char* setting = "removed-contacts";  // keys, with a blank between them

using Keys = std::vector<tox::LongTermKey>;

Keys removed_ones(PurpleAccount* account) {
    Keys keys;
    const Owned<char*, g_strfreev> words(g_strsplit(purple_account_get_string(account, setting, ""), " ", -1));
    for (char** word = words.get(); *word; ++word)
        if (const auto key = tox::LongTermKey::from_hex(*word)) keys.push_back(*key);
    return keys;
}

void keep_removed_ones(PurpleAccount* account, const Keys& keys) {
    std::string text;
    for (const auto& key : keys) text.append(text.empty() ? "" : " ").append(key.hex());
    if (text.empty())
        purple_account_remove_setting(account, setting);
    else
        purple_account_set_string(account, setting, text.c_str());
}

// Not purple_find_buddy(): of two in one group it forgets the other when one is removed.
bool is_listed(PurpleAccount* account, const tox::LongTermKey& key) { return !buddies_with_key(account, key).empty(); }

// An account that is being deleted takes its buddies with it, and is no longer in the list of accounts; the profile
// stays as it is.
bool is_ours(PurpleAccount* account) {
    return g_strcmp0(purple_account_get_protocol_id(account), "prpl-tox") == 0 &&
           g_list_find(purple_accounts_get_all(), account);
}

std::optional<tox::LongTermKey> contact_of(PurpleBuddy* buddy) {
    const char* const name = purple_buddy_get_name(buddy);
    return name && is_ours(purple_buddy_get_account(buddy)) ? key_of(name) : std::nullopt;
}

// The caller may be about to put them elsewhere in the list: what counts is where they are a moment later.
void removed_while_signed_on(Session& session, const tox::LongTermKey& key) {
    session.later([key](Session& later) {
        if (!is_listed(later.account(), key) && later.engine().has_contact(key)) remove_contact(later, key);
    });
}

void on_buddy_removed(PurpleBuddy* buddy, gpointer) {
    PurpleAccount* const account = purple_buddy_get_account(buddy);
    const auto key = contact_of(buddy);
    if (!key || is_listed(account, *key)) return;
    if (Session* const session = session_of(account)) return removed_while_signed_on(*session, *key);
    Keys keys = removed_ones(account);
    keys.push_back(*key);
    keep_removed_ones(account, keys);
}

void on_buddy_added(PurpleBuddy* buddy, gpointer) {
    PurpleAccount* const account = purple_buddy_get_account(buddy);
    const auto key = contact_of(buddy);
    if (!key || session_of(account)) return;
    Keys keys = removed_ones(account);
    if (std::erase(keys, *key) > 0) keep_removed_ones(account, keys);
}

}  // namespace

void watch_list(PurplePlugin* plugin) {
    void* const list = purple_blist_get_handle();
    purple_signal_connect(list, "buddy-removed", plugin, callback<on_buddy_removed>(), nullptr);
    purple_signal_connect(list, "buddy-added", plugin, callback<on_buddy_added>(), nullptr);
}

void drop_removed(Session& session) {
    PurpleAccount* const account = session.account();
    Keys left;
    for (const auto& key : removed_ones(account)) {
        if (!is_listed(account, key)) static_cast<void>(session.engine().remove_contact(key));
        if (!is_listed(account, key) && session.engine().has_contact(key)) left.push_back(key);  // could not be saved
    }
    keep_removed_ones(account, left);
}

void remove_contact(Session& session, const tox::LongTermKey& key) {
    static_cast<void>(session.engine().remove_contact(key));  // what counts is whether they still are one
    if (!session.engine().has_contact(key)) return session.forget(key);
    purple_notify_error(session.connection(), _("Tox"), _("The contact was not removed."),
                        told_save_fault(session).c_str());
    session.later([key](Session& later) { ensure_buddy(later, key); });
}

}  // namespace purple_tox
