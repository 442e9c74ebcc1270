// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/info.hpp"

#include <blist.h>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/own_id.hpp"
#include "plugin/presence.hpp"
#include "plugin/presence_text.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"
#include "plugin/why.hpp"

namespace purple_tox {
namespace {

using UserInfo = Owned<PurpleNotifyUserInfo, purple_notify_user_info_destroy>;

struct Facts {
    PurpleNotifyUserInfo* list;

    void add(const char* label, const std::string& value) const {
        if (!value.empty()) purple_notify_user_info_add_pair_plaintext(list, label, value.c_str());
    }
};

std::string way_text(const tox::Route& route) {
    if (const auto* const endpoint = std::get_if<tox::Endpoint>(&route))
        return format(_("direct, UDP %s"), endpoint->text().c_str());
    return _("through a relay");
}

void add_way(const Facts& facts, const tox::ContactInfo& info) {
    facts.add(_("Connection"), connection_text(look_of(info)));
    if (info.request_unanswered) facts.add(_("Request"), _("sent, not answered yet"));
    if (info.route) facts.add(_("Route"), way_text(*info.route));
    if (info.round_trip) facts.add(_("Round trip"), round_trip_text(*info.round_trip));
    if (info.online) return;
    facts.add(_("Last seen"), info.last_seen ? clock_text(*info.last_seen) : _("never"));
}

void add_queue(const Facts& facts, const tox::ContactInfo& info) {
    if (info.queued == 0) return;
    facts.add(
        _("Waiting messages"),
        format(plural("%u message not delivered yet", "%u messages not delivered yet", info.queued), info.queued));
}

// All that "Explain connection" says, for hosts without menus.
void add_explanation(const Facts& facts, const Sentences& sentences) {
    const char* label = _("Explanation");
    for (const std::string& sentence : sentences) facts.add(std::exchange(label, " "), sentence);
}

void add_network(const Facts& facts, const tox::NetworkInfo& network) {
    if (network.nodes == 0)
        facts.add(_("Tox network"), _("no node answers us yet"));
    else if (!network.connected())
        facts.add(_("Tox network"), _("not announced yet, contacts may not find us"));
}

}  // namespace

// Finch calls this for offline accounts, too.
void tooltip_text(PurpleBuddy* buddy, PurpleNotifyUserInfo* list, gboolean full) {
    Session* const session = session_of(purple_buddy_get_account(buddy));
    if (!session) return;
    const Facts facts{list};
    const auto key = key_of(purple_buddy_get_name(buddy));
    const auto info = key ? session->engine().contact(*key) : std::nullopt;
    if (!info) return facts.add(_("Connection"), _("none: not a contact of this profile"));
    if (info->online) {  // otherwise the host says "Offline" itself
        facts.add(_("Status"), presence_text(look_of(*info).presence));
        facts.add(_("Message"), one_line(info->status_message, message_glyphs));
    }
    add_way(facts, *info);
    add_queue(facts, *info);
    if (!info->online) add_network(facts, session->engine().network());
    if (full) facts.add(_("Tox key"), key->hex());
}

void get_info(PurpleConnection* connection, const char* who) {
    Session* const session = session_of(connection);
    if (!session) return;
    if (is_own_name(*session, who)) return show_own_id(*session);
    const UserInfo list(purple_notify_user_info_new());
    const Facts facts{list.get()};
    const auto key = key_of(who);
    const auto info = key ? session->engine().contact(*key) : std::nullopt;
    if (info) {
        facts.add(_("Nickname"), one_line(info->name, name_glyphs));
        facts.add(_("Message"), one_line(info->status_message, message_glyphs));
        add_way(facts, *info);
        add_queue(facts, *info);
        add_explanation(facts, why(*session, *key));
    } else {
        facts.add(_("Connection"), _("none: not a contact of this profile"));
    }
    if (key) facts.add(_("Tox key"), key->hex());
    purple_notify_userinfo(connection, who, list.get(), nullptr, nullptr);
}

}  // namespace purple_tox
