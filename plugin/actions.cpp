// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/actions.hpp"

#include <blist.h>
#include <request.h>

#include "plugin/account.hpp"
#include "plugin/adding.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/own_id.hpp"
#include "plugin/requests.hpp"
#include "plugin/session.hpp"
#include "plugin/why.hpp"

namespace purple_tox {
namespace {

Session* session_of(PurplePluginAction* action) {
    return purple_tox::session_of(static_cast<PurpleConnection*>(action->context));
}

void on_tox_id(PurplePluginAction* action) {
    if (Session* const session = session_of(action)) show_own_id(*session);
}

void nickname_given(void* id, const char* name) {
    Session* const session = purple_tox::session_of(SessionId{GPOINTER_TO_UINT(id)});
    if (session) set_nickname(*session, name);
}

void on_nickname(PurplePluginAction* action) {
    Session* const session = session_of(action);
    if (!session) return;
    purple_request_input(session->connection(), _("Tox"), _("Set nickname"),
                         _("Your contacts see you under this name."), session->engine().name().c_str(), FALSE, FALSE,
                         nullptr, _("OK"), callback<nickname_given>(), _("Cancel"), nullptr, session->account(),
                         nullptr, nullptr, GUINT_TO_POINTER(session->id()));
}

}  // namespace

GList* actions(PurplePlugin*, gpointer) {
    GList* menu = nullptr;
    const auto add = [&](const char* label, void (*run)(PurplePluginAction*)) {
        menu = g_list_append(menu, purple_plugin_action_new(label, run));
    };
    add(_("My Tox ID…"), guarded<on_tox_id>);
    add(_("Set nickname…"), guarded<on_nickname>);
    add(_("Contact requests…"), guarded<on_contact_requests>);
    add(_("Explain own connection…"), guarded<on_explain_own>);
    return menu;
}

GList* blist_node_menu(PurpleBlistNode* node) {
    if (!PURPLE_BLIST_NODE_IS_BUDDY(node)) return nullptr;
    auto* const buddy = reinterpret_cast<PurpleBuddy*>(node);
    Session* const session = purple_tox::session_of(purple_buddy_get_account(buddy));
    const auto key = key_of(purple_buddy_get_name(buddy));
    const auto info = session && key ? session->engine().contact(*key) : std::nullopt;
    if (!info) return nullptr;
    GList* menu = nullptr;
    const auto add = [&](const char* label, PurpleCallback run) {
        menu = g_list_append(menu, purple_menu_action_new(label, run, nullptr, nullptr));
    };
    add(_("Explain connection…"), callback<on_explain>());
    if (can_search(*session, *key)) add(_("Search now"), callback<on_search_now>());
    if (!session->engine().contact(*key)->online) add(_("Send a contact request again…"), callback<on_ask_again>());
    return menu;
}

}  // namespace purple_tox
