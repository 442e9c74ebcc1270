// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/presence.hpp"

#include <account.h>
#include <blist.h>
#include <conversation.h>
#include <prpl.h>
#include <status.h>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/presence_text.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

// May run other plugins' code, which may end the session: nothing of it is touched afterwards.
void publish(PurpleAccount* account, const std::string& name, const Look& look) {
    if (!is_online(look.presence)) {
        purple_prpl_got_user_status(account, name.c_str(), status_id(look.presence), nullptr);
        return;
    }
    purple_prpl_got_user_status(account, name.c_str(), status_id(look.presence), "message", look.message.c_str(),
                                nullptr);
}

void paint(PurpleAccount* account, const char* name) {
    GSList* buddies = purple_find_buddies(account, name);
    for (GSList* at = buddies; at; at = at->next)
        purple_blist_update_node_icon(static_cast<PurpleBlistNode*>(at->data));
    g_slist_free(buddies);
    // repaints the line under the tabs of Pidgin's conversation window
    if (auto* conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, name, account))
        purple_conversation_update(conversation, PURPLE_CONV_UPDATE_TITLE);
}

const Look* shown_of(PurpleBuddy* buddy) {
    Session* session = session_of(purple_buddy_get_account(buddy));
    const auto key = key_of(purple_buddy_get_name(buddy));
    if (!session || !key || !session->engine().has_contact(*key)) return nullptr;
    return &session->state(*key).presentation.shown();
}

PurpleStatusType* type_with_message(PurpleStatusPrimitive primitive, const char* id, const char* name) {
    return purple_status_type_new_with_attrs(primitive, id, name, TRUE, TRUE, FALSE, "message", _("Message"),
                                             purple_value_new(PURPLE_TYPE_STRING), nullptr);
}

}  // namespace

Look look_of(const tox::ContactInfo& info) {
    Look look;
    look.presence = presence_of(info.online, info.status, info.progress);
    if (info.online) look.message = one_line(info.status_message, message_glyphs);
    look.stage = info.progress;
    look.since = info.progress_since;
    look.unanswered = info.request_unanswered;
    look.refused = info.policy == tox::Policy::refusing;
    return look;
}

void refresh_presence(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    BuddyState& state = session.state(key);
    const bool was_online = is_online(state.presentation.shown().presence);
    const auto verdict = state.presentation.look(look_of(*info), ui_now());
    state.look_again = verdict.look_again;
    session.look_again_at(verdict.look_again);
    if (!verdict.publish && !verdict.repaint) return;
    const Look shown = state.presentation.shown();
    if (info->online && info->queued == 0) state.told_queued = false;
    PurpleAccount* const account = session.account();
    const std::string name = key.hex();
    if (!verdict.publish) return paint(account, name.c_str());
    if (is_online(shown.presence) && !was_online) purple_prpl_got_user_login_time(account, name.c_str(), time(nullptr));
    publish(account, name, shown);
}

void repaint(Session& session, const tox::LongTermKey& key) { paint(session.account(), key.hex().c_str()); }

// "offline", "available" and "away" are looked up under exactly these ids by libpurple and its UIs, and "offline" must
// be the first type of its primitive.
GList* status_types(PurpleAccount*) {
    GList* types = nullptr;
    const auto add = [&](PurpleStatusType* type) { types = g_list_append(types, type); };
    add(type_with_message(PURPLE_STATUS_AVAILABLE, "available", nullptr));
    add(type_with_message(PURPLE_STATUS_AWAY, "away", nullptr));
    add(type_with_message(PURPLE_STATUS_UNAVAILABLE, "busy", _("Busy")));
    add(purple_status_type_new_full(PURPLE_STATUS_OFFLINE, "offline", nullptr, TRUE, TRUE, FALSE));
    add(purple_status_type_new_full(PURPLE_STATUS_OFFLINE, "connecting", _("Connecting"), FALSE, FALSE, FALSE));
    return types;
}

// Goes into Pidgin's markup as it is: unescaped it would be drawn as another buddy's text (trap 21 of the notes).
char* status_text(PurpleBuddy* buddy) {
    if (!session_of(purple_buddy_get_account(buddy))) return nullptr;
    const Look* look = shown_of(buddy);
    const std::string text =
        look ? list_text(*look) : _("Not a contact of this profile – remove and add again with their Tox ID");
    return text.empty() ? nullptr : g_strdup(escaped(text).c_str());
}

const char* list_emblem(PurpleBuddy* buddy) {
    const Look* look = shown_of(buddy);
    return look ? emblem(*look) : nullptr;
}

// Also the name of the directory with the logs: it can never change.
const char* list_icon(PurpleAccount*, PurpleBuddy*) { return "tox"; }

}  // namespace purple_tox
