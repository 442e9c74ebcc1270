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

void add_way(const Facts& facts, const tox::ContactInfo& info, const Look& look) {
    facts.add(_("Connection"), connection_text(look));
    facts.add(_("Progress"), progress_text(look));
    if (look.absence == Absence::unmet) facts.add(_("Last seen"), _("never"));
    if (info.route) facts.add(_("Route"), way_text(*info.route));
    if (info.round_trip) facts.add(_("Round trip"), round_trip_text(*info.round_trip));
}

void add_queue(const Facts& facts, const tox::ContactInfo& info) {
    if (info.queued == 0) return;
    facts.add(
        _("Waiting messages"),
        format(plural("%u message not delivered yet", "%u messages not delivered yet", info.queued), info.queued));
}

// Otherwise the connection says why.
void add_network(const Facts& facts, const tox::NetworkInfo& network) {
    if (!network.cut_off() && !network.connected())
        facts.add(_("Tox network"), _("not announced yet, contacts may not find us"));
}

// All that "Explain connection" says, for hosts without menus.
void add_explanation(const Facts& facts, const Sentences& sentences) {
    std::string html;
    for (const std::string& sentence : sentences) html += "<br>" + escaped(sentence);
    if (!html.empty()) purple_notify_user_info_add_pair(facts.list, _("Explanation"), html.c_str());
}

void add_person(const Facts& facts, const tox::ContactInfo& info, const Look& look) {
    facts.add(_("Nickname"), one_line(info.name, name_glyphs));
    facts.add(_("Status"), presence_text(look.presence));
    facts.add(look.absence == Absence::none ? _("Message") : _("Last status message"),
              one_line(info.status_message, message_glyphs));
}

}  // namespace

// Finch calls this for offline accounts, too. What others write comes last and is short: it is cut off first, and lines
// are as wide as their longest word.
void tooltip_text(PurpleBuddy* buddy, PurpleNotifyUserInfo* list, gboolean) {
    Session* const session = session_of(purple_buddy_get_account(buddy));
    if (!session) return;
    const Facts facts{list};
    const auto key = key_of(purple_buddy_get_name(buddy));
    const auto info = key ? session->engine().contact(*key) : std::nullopt;
    if (!info) return facts.add(_("Connection"), _("none: not a contact of this profile"));
    const Look look = look_of(*info, session->cut_off);
    if (info->online) facts.add(_("Status"), presence_text(look.presence));  // otherwise the host says "Offline" itself
    add_way(facts, *info, look);
    add_queue(facts, *info);
    if (!info->online) add_network(facts, session->engine().network());
    facts.add(_("Message"), tooltip_note(look.message));
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
        add_person(facts, *info, look_of(*info, session->cut_off));
        add_explanation(facts, why(*session, *key));
    } else {
        facts.add(_("Connection"), _("none: not a contact of this profile"));
    }
    if (key) facts.add(_("Tox key"), key->hex());
    purple_notify_userinfo(connection, who, list.get(), nullptr, nullptr);
}

}  // namespace purple_tox
