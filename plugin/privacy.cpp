// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/privacy.hpp"

#include <account.h>
#include <privacy.h>

#include "plugin/names.hpp"
#include "plugin/presence.hpp"
#include "plugin/requests.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

void apply_to(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    const bool allowed = purple_privacy_check(session.account(), key.hex().c_str());
    const auto policy = allowed ? tox::Policy::trying : tox::Policy::refusing;
    if (info->policy == policy) return;
    session.engine().set_policy(key, policy);
    session.later([key](Session& later) { refresh_presence(later, key); });
}

}  // namespace

void apply_privacy(Session& session) {
    for (const auto& key : session.engine().contacts()) apply_to(session, key);
}

bool is_denied(PurpleAccount* account, const tox::LongTermKey& key) {
    for (GSList* at = account->deny; at; at = at->next)
        if (key_of(static_cast<const char*>(at->data)) == key) return true;
    return false;
}

void set_permit_deny(PurpleConnection* connection) {
    if (Session* const session = session_of(connection)) apply_privacy(*session);
}

void privacy_changed(PurpleConnection* connection, const char* who) {
    Session* const session = session_of(connection);
    const auto key = key_of(who);
    if (!session || !key) return;
    apply_to(*session, *key);
    if (!is_denied(session->account(), *key)) return;
    close_request(*session, *key);
    session->engine().decline_request(*key, true);
}

}  // namespace purple_tox
