// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/presence_text.hpp"

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

using tox::Progress;

std::string with_since(const char* text, tox::WallTime since) {
    if (since == tox::WallTime{}) return text;
    // Translators: a stage of connecting since a time of day
    return format(_("%s since %s"), text, clock_text(since).c_str());
}

}  // namespace

const char* stage_text(Progress stage) {
    switch (stage) {
        case Progress::awaiting_dht_key:
            return _("waiting for their DHT key");
        case Progress::acquiring_ip_address:
            return _("looking for their address");
        case Progress::acquiring_cookie:
            return _("asking for a cookie");
        case Progress::awaiting_handshake:
            return _("waiting for the handshake");
        case Progress::awaiting_session_packet:
            return _("waiting for the first session packet");
        case Progress::established:
            break;
    }
    return _("session established");
}

const char* presence_text(Presence presence) {
    switch (presence) {
        case Presence::away:
            return _("Away");
        case Presence::busy:
            return _("Busy");
        default:
            return _("Available");
    }
}

std::string list_text(const Look& look) {
    if (look.refused) return _("Blocked");
    if (is_online(look.presence)) return look.message;
    // Translators: %s is a stage of connecting, like "looking for their address"
    if (look.presence == Presence::connecting) return format(_("Connecting – %s"), stage_text(look.stage));
    if (look.unanswered) return _("Offline – request sent, not answered yet");
    return format(_("Offline – %s"), with_since(stage_text(look.stage), look.since).c_str());
}

std::string connection_text(const Look& look) {
    if (look.refused) return _("none: you have blocked this contact");
    return with_since(stage_text(look.stage), look.since);
}

const char* emblem(const Look& look) {
    if (look.presence == Presence::connecting) return "external";
    if (look.presence == Presence::offline && look.unanswered) return "not-authorized";
    return nullptr;
}

std::string clock_text(tox::WallTime when) {
    const Owned<GDateTime, g_date_time_unref> then(g_date_time_new_from_unix_local(when.time_since_epoch().count()));
    const Owned<GDateTime, g_date_time_unref> now(g_date_time_new_now_local());
    if (!then || !now) return {};
    const bool today = g_date_time_get_day_of_year(then.get()) == g_date_time_get_day_of_year(now.get()) &&
                       g_date_time_get_year(then.get()) == g_date_time_get_year(now.get());
    const Owned<> text(g_date_time_format(then.get(), today ? "%H:%M" : "%x %H:%M"));
    return text ? text.get() : "";
}

std::string round_trip_text(tox::Duration time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (ms < 1) return _("less than 1 ms");
    return format(_("%d ms"), static_cast<int>(ms));
}

}  // namespace purple_tox
