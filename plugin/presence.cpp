// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/presence.hpp"

#include <account.h>
#include <blist.h>
#include <conversation.h>
#include <prpl.h>
#include <status.h>

#include "plugin/conversation.hpp"
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

Look look_of(const tox::ContactInfo& info, bool cut_off) {
    Look look;
    look.absence = absence_of(info, cut_off);
    look.presence = presence_of(look.absence, info.status);
    look.stage = info.progress;
    look.since = info.progress_since;
    if (look.absence == Absence::none)
        look.message = one_line(info.status_message, message_glyphs);
    else
        look.waiting = info.queued;
    if (look.absence == Absence::left) look.seen = info.left;
    if (look.absence == Absence::seen) look.seen = info.last_seen;
    return look;
}

void refresh_presence(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    BuddyState& state = session.state(key);
    const auto verdict = state.presentation.look(look_of(*info, session.cut_off), ui_now());
    const Look shown = state.presentation.shown();
    mind_waiting(session, key, info->online ? 0 : info->queued);
    state.look_again = std::min(verdict.look_again, state.waiting.look_again());
    session.look_again_at(state.look_again);
    if (!verdict.publish && !verdict.repaint) return;
    PurpleAccount* const account = session.account();
    const std::string name = key.hex();
    if (!verdict.publish) return paint(account, name.c_str());
    publish(account, name, shown);
}

void refresh_if_cut_off(Session& session) {
    const bool cut_off = session.engine().network().cut_off();
    if (std::exchange(session.cut_off, cut_off) == cut_off) return;
    for (const auto& key : session.engine().contacts())
        session.later([key](Session& later) { refresh_presence(later, key); });
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
