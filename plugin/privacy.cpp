// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/privacy.hpp"

#include <account.h>
#include <blist.h>
#include <privacy.h>
#include <signals.h>

#include <unordered_set>

#include "plugin/boundary.hpp"
#include "plugin/names.hpp"
#include "plugin/presence.hpp"
#include "plugin/requests.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

using Keys = std::unordered_set<tox::LongTermKey, tox::Hashed>;

// The profile whose blocks this account has taken over. Hosts that keep no accounts keep no settings either.
constexpr const char* taken_over = "blocks-taken-over";

Keys keys_in(GSList* list) {
    Keys keys;
    for (; list; list = list->next) {
        const auto key = list->data ? key_of(static_cast<const char*>(list->data)) : std::nullopt;
        if (key) keys.insert(*key);
    }
    return keys;
}

// What the user has chosen in libpurple: one of five modes, and the list that goes with it.
struct Rule {
    explicit Rule(PurpleAccount* account)
        : mode(account->perm_deny), permitted(keys_in(account->permit)), denied(keys_in(account->deny)) {
        if (mode == PURPLE_PRIVACY_ALLOW_ALL) denied.clear();  // left over from another mode
    }

    // Every contact is in the buddy list: "only my buddies" refuses none of them.
    bool refuses_contact(const tox::LongTermKey& key) const {
        if (mode == PURPLE_PRIVACY_ALLOW_USERS) return !permitted.contains(key);
        return mode == PURPLE_PRIVACY_DENY_ALL || (mode == PURPLE_PRIVACY_DENY_USERS && denied.contains(key));
    }

    PurplePrivacyType mode;
    Keys permitted, denied;
};

void apply_to(Session& session, const tox::LongTermKey& key, const Rule& rule) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    const auto policy = rule.refuses_contact(key) ? tox::Policy::refusing : tox::Policy::trying;
    if (info->policy == policy) return;
    session.engine().set_policy(key, policy);
    session.later([key](Session& later) { refresh_presence(later, key); });
}

// The profile remembers the blocked as well, for hosts that keep no lists (BitlBee).
void remember_blocks(Session& session, const Keys& blocked) {
    Keys known;
    for (const auto& key : session.engine().blocked()) {
        known.insert(key);
        if (!blocked.contains(key)) session.engine().allow_request(key);
    }
    for (const auto& key : blocked)
        if (!known.contains(key)) session.engine().decline_request(key, true);
}

// Some hosts only edit the list (BitlBee's "block"). Nobody does so for a mode that ignores it: the mode becomes that
// of the list, as purple_privacy_deny() has it, without what is left of earlier times.
void follow_list(PurpleAccount* account, const tox::LongTermKey& key) {
    if (account->perm_deny != PURPLE_PRIVACY_ALLOW_ALL) return;
    const Keys denied = keys_in(account->deny);
    if (!denied.contains(key)) return;
    account->perm_deny = PURPLE_PRIVACY_DENY_USERS;
    for (const auto& other : denied)
        if (other != key) purple_privacy_deny_remove(account, other.hex().c_str(), TRUE);
}

void on_privacy_changed(PurpleBuddy* buddy, gpointer) {
    if (Session* const session = session_of(purple_buddy_get_account(buddy))) apply_privacy(*session);
}

}  // namespace

bool admits_request(PurpleAccount* account, const tox::LongTermKey& stranger) {
    const Rule rule(account);
    if (rule.mode == PURPLE_PRIVACY_DENY_ALL) return false;
    if (rule.mode == PURPLE_PRIVACY_ALLOW_BUDDYLIST) return purple_find_buddy(account, stranger.hex().c_str());
    return !rule.denied.contains(stranger);  // "only those below": a request asks to become one of them
}

void apply_privacy(Session& session) {
    const Rule rule(session.account());
    for (const auto& key : session.engine().contacts()) apply_to(session, key, rule);
    remember_blocks(session, rule.denied);
    session.later(review_requests);
}

// Once per profile what it remembers goes into libpurple's lists; from then on those are the user's word, also what was
// taken back while signed off.
void take_over_rules(Session& session) {
    PurpleAccount* const account = session.account();
    const std::string profile = session.engine().id().key.hex();
    if (profile != purple_account_get_string(account, taken_over, "")) {
        purple_account_set_string(account, taken_over, profile.c_str());
        for (const auto& key : session.engine().blocked()) {
            purple_privacy_deny_add(account, key.hex().c_str(), TRUE);
            follow_list(account, key);
        }
    }
    purple_signal_connect(purple_blist_get_handle(), "buddy-privacy-changed", session.connection(),
                          callback<on_privacy_changed>(), nullptr);
    apply_privacy(session);
}

void welcome(Session& session, const tox::LongTermKey& key) {
    PurpleAccount* const account = session.account();
    const SessionId id = session.id();
    const std::string name = key.hex();
    purple_privacy_deny_remove(account, name.c_str(), FALSE);
    if (session_of(id) && account->perm_deny == PURPLE_PRIVACY_ALLOW_USERS)
        purple_privacy_permit_add(account, name.c_str(), FALSE);
    if (Session* const still = session_of(id)) apply_to(*still, key, Rule(account));
}

void block(Session& session, const tox::LongTermKey& key) {
    purple_privacy_deny_add(session.account(), key.hex().c_str(), FALSE);
}

void set_permit_deny(PurpleConnection* connection) {
    if (Session* const session = session_of(connection)) apply_privacy(*session);
}

void privacy_changed(PurpleConnection* connection, const char* who) {
    Session* const session = session_of(connection);
    const auto key = who ? key_of(who) : std::nullopt;
    if (!session || !key) return;
    follow_list(session->account(), *key);
    apply_privacy(*session);
}

}  // namespace purple_tox
