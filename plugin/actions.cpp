// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/actions.hpp"

#include <blist.h>
#include <notify.h>
#include <request.h>

#include "plugin/account.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

Session* session_of(PurplePluginAction* action) {
    return purple_tox::session_of(static_cast<PurpleConnection*>(action->context));
}

void on_tox_id(PurplePluginAction* action) {
    if (Session* const session = session_of(action)) show_tox_id(*session, _("Your Tox ID"));
}

void nickname_given(void* id, const char* name) {
    Session* const session = purple_tox::session_of(SessionId{GPOINTER_TO_UINT(id)});
    if (session && name) set_nickname(*session, name);
}

void on_nickname(PurplePluginAction* action) {
    Session* const session = session_of(action);
    if (!session) return;
    purple_request_input(session->connection(), _("Tox"), _("Set nickname"),
                         _("Your contacts see you under this name."), session->engine().name().c_str(), FALSE, FALSE,
                         nullptr, _("OK"), callback<nickname_given>(), _("Cancel"), nullptr, session->account(),
                         nullptr, nullptr, GUINT_TO_POINTER(session->id()));
}

std::string network_report(Session& session) {
    const tox::NetworkInfo network = session.engine().network();
    std::string text = format(plural("%u node answers.", "%u nodes answer.", network.nodes), network.nodes);
    text += '\n';
    text += format(plural("%u node holds our announcement.", "%u nodes hold our announcement.", network.storing),
                   network.storing);
    text += '\n' + format(_("UDP port: %u"), unsigned{network.port});
    if (network.seen_as) text += '\n' + format(_("Others see us as %s."), network.seen_as->text().c_str());
    return text;
}

void on_network(PurplePluginAction* action) {
    Session* const session = session_of(action);
    if (!session) return;
    const bool connected = session->engine().network().connected();
    purple_notify_info(session->connection(), _("Tox"),
                       connected ? _("Connected to the Tox network") : _("Not connected to the Tox network yet"),
                       network_report(*session).c_str());
}

void on_search_now(PurpleBlistNode* node, gpointer) {
    auto* const buddy = reinterpret_cast<PurpleBuddy*>(node);
    Session* const session = purple_tox::session_of(purple_buddy_get_account(buddy));
    const auto key = key_of(purple_buddy_get_name(buddy));
    if (session && key) session->engine().search_now(*key);
}

}  // namespace

void show_tox_id(Session& session, const char* primary) {
    const std::string html =
        "<b>" + session.engine().id().text() + "</b><br><br>" +
        escaped(_(
            "Give this ID to people who want to add you. It is no secret, but whoever has it can send you a request."));
    purple_notify_formatted(session.connection(), _("Tox"), primary, nullptr, html.c_str(), nullptr, nullptr);
}

GList* actions(PurplePlugin*, gpointer) {
    GList* menu = nullptr;
    const auto add = [&](const char* label, void (*run)(PurplePluginAction*)) {
        menu = g_list_append(menu, purple_plugin_action_new(label, run));
    };
    add(_("My Tox ID…"), guarded<on_tox_id>);
    add(_("Set nickname…"), guarded<on_nickname>);
    add(_("Network state…"), guarded<on_network>);
    return menu;
}

GList* blist_node_menu(PurpleBlistNode* node) {
    if (!PURPLE_BLIST_NODE_IS_BUDDY(node)) return nullptr;
    auto* const buddy = reinterpret_cast<PurpleBuddy*>(node);
    Session* const session = purple_tox::session_of(purple_buddy_get_account(buddy));
    const auto key = key_of(purple_buddy_get_name(buddy));
    const auto info = session && key ? session->engine().contact(*key) : std::nullopt;
    if (!info || info->online) return nullptr;
    return g_list_append(nullptr, purple_menu_action_new(_("Search now"), callback<on_search_now>(), nullptr, nullptr));
}

}  // namespace purple_tox
