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

// Why somebody is not online, in words that follow "Offline –".
std::string reason(const Look& look) {
    const std::string seen = look.seen ? clock_text(*look.seen) : "";
    switch (look.absence) {
        case Absence::no_network:
            return _("you are not connected to the Tox network");
        case Absence::left:
            // Translators: %s is a time of day, or a date and time
            return format(_("signed off %s"), seen.c_str());
        case Absence::seen:
            // Translators: %s is a time of day, or a date and time
            return format(_("last seen %s"), seen.c_str());
        case Absence::asked:
            return _("request not answered yet");
        default:
            return stage_text(look.stage);
    }
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
    return _("connected, waiting for their greeting");
}

const char* presence_text(Presence presence) {
    switch (presence) {
        case Presence::away:
            return _("Away");
        case Presence::busy:
            return _("Busy");
        case Presence::connecting:
            return _("Connecting");
        case Presence::offline:
            return _("Offline");
        case Presence::available:
            break;
    }
    return _("Available");
}

std::string list_text(const Look& look) {
    if (is_online(look.presence)) return look.message;
    if (look.absence == Absence::blocked) return _("Blocked");
    // First, for what comes last is cut off in a narrow list.
    const std::string waiting =
        look.waiting == 0
            ? ""
            // Translators: begins the second half of a line like "Offline – 2 messages waiting; last seen 09:55"
            : format(plural("%u message waiting; ", "%u messages waiting; ", look.waiting), look.waiting);
    // Translators: the second place is filled with a stage of connecting, like "looking for their address"
    const char* const pattern = look.presence == Presence::connecting ? _("Connecting – %s%s") : _("Offline – %s%s");
    return format(pattern, waiting.c_str(), reason(look).c_str());
}

std::string connection_text(const Look& look) {
    if (is_online(look.presence)) return with_since(_("connected"), look.since);
    if (look.absence == Absence::blocked) return _("none: you have blocked this contact");
    if (look.absence == Absence::on_the_way || look.absence == Absence::unmet)
        return with_since(stage_text(look.stage), look.since);
    // Translators: the reason why somebody is not connected, like "signed off 09:55"
    return format(_("none: %s"), reason(look).c_str());
}

std::string progress_text(const Look& look) {
    switch (look.absence) {
        case Absence::left:
        case Absence::seen:
        case Absence::asked:
            return with_since(stage_text(look.stage), look.since);
        default:  // nobody tries, or the connection says it
            return {};
    }
}

const char* emblem(const Look& look) {
    if (look.presence == Presence::connecting) return "external";
    if (look.absence == Absence::asked) return "not-authorized";
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

std::string tooltip_note(const std::string& line) {
    constexpr int longest = 60;       // Finch does not break lines, and its screen may have 80 columns
    constexpr int longest_word = 24;  // Pidgin's tooltips are as wide as 40, and wider if a word is longer
    std::string note;
    int length = 0;
    int word = 0;
    for (const char* at = line.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
        if (length++ == longest) return note + "…";
        word = *at == ' ' ? 0 : word + 1;
        if (word % longest_word == 0 && word > 0) note += "\u200b";
        note.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
    return note;
}

std::string round_trip_text(tox::Duration time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (ms < 1) return _("less than 1 ms");
    return format(_("%d ms"), static_cast<int>(ms));
}

}  // namespace purple_tox
