// SPDX-License-Identifier: GPL-3.0-or-later
// The connection to a contact. What each sentence claims is what its case tests.
#include "plugin/explain.hpp"

#include "plugin/boundary.hpp"
#include "plugin/presence_text.hpp"
#include "plugin/sentence.hpp"

namespace purple_tox {
namespace {

using tox::Policy;
using tox::Progress;
using tox::SessionEnd;

// Two keep-alives have failed to come by then (spec: friend connection, a ping every 8 s); after 32 s the session ends.
constexpr std::chrono::seconds noticeable_silence{17};
constexpr std::size_t most_named = 4;  // routes; the rest is counted

struct View {
    const tox::ContactInfo& contact;
    const tox::Evidence& e;
    const tox::NetworkInfo& net;
    tox::WallTime now;

    bool is(Progress stage) const { return wanted() && contact.progress == stage; }
    bool wanted() const { return contact.policy != Policy::refusing; }
    bool searched() const { return contact.policy == Policy::trying && !established(); }
    bool established() const { return wanted() && contact.progress == Progress::established; }
    bool connecting() const { return wanted() && !established(); }
    bool direct() const { return contact.route && tox::is_direct(*contact.route); }
    bool in_lan() const { return direct() && std::get<tox::Endpoint>(*contact.route).is_lan(); }
    bool known() const { return contact.last_seen.has_value(); }
    // What speaks for a fault on the way: not where they have said that they are gone.
    bool lost() const { return connecting() && !contact.left; }
    bool ended(SessionEnd how) const { return connecting() && e.session_end == how && e.session_ended; }
    std::chrono::seconds silence() const { return e.heard ? now - *e.heard : std::chrono::seconds(0); }
};
using Line = Sentence<View>;

std::string relay_name(const tox::DhtKey& relay) {
    constexpr std::size_t digits = 8;
    return relay.hex().substr(0, digits);
}

std::string route_text(const tox::Route& route) {
    if (const auto* const endpoint = std::get_if<tox::Endpoint>(&route)) return endpoint->text();
    return format(_("relay %s"), relay_name(std::get<tox::ViaRelay>(route).relay).c_str());
}

template <std::optional<tox::WallTime> tox::Evidence::*When>
std::string at(const View& v, const char* pattern) {
    return format(pattern, clock_text(*(v.e.*When)).c_str());
}

std::string connected_since(const View& v) {
    return format(_("Connected since %s."), clock_text(v.contact.progress_since).c_str());
}
std::string directly(const View& v) {
    return format(_("Packets go directly, by UDP to %s."), route_text(*v.contact.route).c_str());
}
std::string in_lan(const View& v) {
    return format(_("Packets go directly within the local network, to %s."), route_text(*v.contact.route).c_str());
}
std::string by_relay(const View& v) {
    const auto& relay = std::get<tox::ViaRelay>(*v.contact.route).relay;
    return format(_("Packets go through the relay %s; no direct way is in use."), relay_name(relay).c_str());
}
std::string round_trip(const View& v) {
    return format(_("An answer takes %s."), round_trip_text(*v.contact.round_trip).c_str());
}
std::string silent(const View& v) {
    const auto seconds = static_cast<unsigned>(v.silence().count());
    return format(
        plural("Nothing has been heard from them for %u second; after 32 the connection is given up.",
               "Nothing has been heard from them for %u seconds; after 32 the connection is given up.", seconds),
        seconds);
}
std::string none_stores(const View& v) {
    return format(plural("%u node near their key answered, and it does not hold their announcement: they are probably "
                         "offline.",
                         "%u nodes near their key answered, and none holds their announcement: they are probably "
                         "offline.",
                         v.e.nodes_answered),
                  v.e.nodes_answered);
}
std::string some_store(const View& v) {
    const std::string answered =
        format(plural("%u node near their key answered", "%u nodes near their key answered", v.e.nodes_answered),
               v.e.nodes_answered);
    const std::string storing =
        format(plural("%u of them holds their announcement", "%u of them hold their announcement", v.e.nodes_storing),
               v.e.nodes_storing);
    // Translators: "2 nodes near their key answered, and 1 of them holds their announcement: ..."
    return format(_("%s, and %s: they are online, or were a few minutes ago."), answered.c_str(), storing.c_str());
}
std::string requests_sent(const View& v) {
    return format(plural("It has been sent %u time since this start.", "It has been sent %u times since this start.",
                         v.e.requests_sent),
                  v.e.requests_sent);
}
std::string key_unanswered(const View& v) {
    return format(plural("Our DHT key was sent to them %u time; theirs has not come.",
                         "Our DHT key was sent to them %u times; theirs has not come.", v.e.keys_sent),
                  v.e.keys_sent);
}
std::string key_heard(const View& v) {
    return at<&tox::Evidence::key_heard>(v, _("Their DHT key was last heard at %s."));
}
std::string address_heard(const View& v) {
    return at<&tox::Evidence::address_heard>(v, _("Their address was last named or confirmed at %s."));
}
std::string routes(const View& v) {
    std::string named;
    for (std::size_t i = 0; i < std::min(v.e.routes.size(), most_named); ++i)
        named += (named.empty() ? "" : ", ") + route_text(v.e.routes[i]);
    if (v.e.routes.size() > most_named) named += ", …";
    const auto count = static_cast<unsigned>(v.e.routes.size());
    return format(plural("%u way to them is known: %s.", "%u ways to them are known: %s.", count), count,
                  named.c_str());
}
std::string cookies_unanswered(const View& v) {
    return format(plural("They were asked for a cookie %u time on these ways, and have not answered: a firewall or NAT "
                         "is in between, or they are gone.",
                         "They were asked for a cookie %u times on these ways, and have not answered: a firewall or "
                         "NAT is in between, or they are gone.",
                         v.e.cookies_asked),
                  v.e.cookies_asked);
}
std::string handshake_unanswered(const View& v) {
    return format(plural("%u handshake was sent and is not answered yet.",
                         "%u handshakes were sent and are not answered yet.", v.e.handshakes_sent),
                  v.e.handshakes_sent);
}
std::string fruitless(const View& v) {
    return format(
        plural("%u round of attempts has been given up since something new was heard of them.",
               "%u rounds of attempts have been given up since something new was heard of them.", v.e.fruitless_rounds),
        v.e.fruitless_rounds);
}
std::string left(const View& v) {
    return format(_("They signed off at %s. Somebody who removes or blocks you leaves in the same way."),
                  clock_text(*v.contact.left).c_str());
}
std::string had_left(const View& v) {
    return at<&tox::Evidence::session_ended>(v, _("The last connection ended at %s, when they signed off."));
}
std::string fell_silent(const View& v) {
    return format(_("The last connection was given up at %s: nothing had been heard from them since %s."),
                  clock_text(*v.e.session_ended).c_str(), clock_text(*v.e.heard).c_str());
}
std::string restarted(const View& v) {
    return at<&tox::Evidence::session_ended>(v,
                                             _("The last connection ended at %s, when their program began another."));
}
std::string refused(const View& v) {
    return at<&tox::Evidence::session_ended>(v, _("The last connection ended at %s, at your own wish."));
}
std::string last_seen(const View& v) {
    return format(_("They were last online at %s."), clock_text(*v.contact.last_seen).c_str());
}
std::string next_search(const View& v) {
    const auto seconds = static_cast<unsigned>((*v.e.next_search - v.now).count());
    return format(
        plural("The next search is due in %u second, at %s.", "The next search is due in %u seconds, at %s.", seconds),
        seconds, clock_text(*v.e.next_search).c_str());
}
std::string queued(const View& v) {
    return format(plural("%u message waits for them.", "%u messages wait for them.", v.contact.queued),
                  v.contact.queued);
}

// clang-format off: a line is a case and its sentence
constexpr Line table[] = {
    {[](const View& v) { return v.contact.policy == Policy::refusing; },
     N_("You have blocked this contact, or your privacy settings leave them out: nothing is sent to them, and nothing "
        "of theirs is answered.")},
    {[](const View& v) { return v.contact.policy == Policy::open && !v.established(); },
     N_("You do not look for this contact, but answer if they look for you.")},
    {[](const View& v) { return v.established() && v.contact.online; }, connected_since},
    {[](const View& v) { return v.wanted() && v.contact.left; }, left},
    {[](const View& v) { return v.established() && !v.contact.online && !v.contact.left; },
     N_("The connection stands, but their program has not said yet that it is there.")},
    {[](const View& v) { return v.established() && v.direct() && !v.in_lan(); }, directly},
    {[](const View& v) { return v.established() && v.in_lan(); }, in_lan},
    {[](const View& v) { return v.established() && v.contact.route && !v.direct(); }, by_relay},
    {[](const View& v) { return v.established() && v.contact.round_trip; }, round_trip},
    {[](const View& v) { return v.established() && v.silence() >= noticeable_silence; }, silent},
    {[](const View& v) { return v.established() && v.e.route_in_doubt; },
     N_("What we send is not acknowledged at the moment: other ways are tried as well.")},
    {[](const View& v) { return v.connecting() && v.net.cut_off(); },
     N_("We are not connected to the Tox network ourselves: neither a node nor a relay answers.")},
    {[](const View& v) { return v.connecting() && !v.net.cut_off() && v.net.storing == 0; },
     N_("No node holds our own announcement yet: until one does, they can hardly find us.")},
    {[](const View& v) { return v.connecting() && v.contact.request_unanswered; },
     N_("They have not answered your contact request. Until they accept it, their program does not look for you.")},
    {[](const View& v) { return v.connecting() && v.contact.request_unanswered && v.e.requests_sent > 0; },
     requests_sent},
    {[](const View& v) { return v.connecting() && v.contact.request_unanswered && v.e.requests_sent == 0; },
     N_("It has not been sent since this start: it leaves when nodes are found that hold their announcement.")},
    {[](const View& v) { return v.searched() && !v.net.cut_off() && v.e.nodes_answered == 0; },
     N_("No node near their key has answered our search yet.")},
    {[](const View& v) { return v.searched() && v.e.nodes_answered > 0 && v.e.nodes_storing == 0; }, none_stores},
    {[](const View& v) { return v.searched() && v.e.nodes_storing > 0; }, some_store},
    {[](const View& v) { return v.searched() && v.e.nodes_storing > 0 && v.e.keys_sent == 0; },
     N_("Our DHT key has not been sent to them yet.")},
    {[](const View& v) { return v.is(Progress::awaiting_dht_key) && v.e.keys_sent > 0; }, key_unanswered},
    {[](const View& v) { return v.is(Progress::awaiting_dht_key) && v.e.keys_sent > 0 && !v.known(); },
     N_("Perhaps they have not added you.")},
    {[](const View& v) { return v.connecting() && !v.e.key_heard; },
     N_("Their DHT key has not been heard since this start.")},
    {[](const View& v) { return v.connecting() && v.e.key_heard; }, key_heard},
    {[](const View& v) { return v.is(Progress::acquiring_ip_address) && v.e.routes.empty(); },
     N_("Their DHT key is known, but nobody near it names their address, and no relay has them.")},
    {[](const View& v) { return v.connecting() && v.e.address_heard; }, address_heard},
    {[](const View& v) { return v.connecting() && !v.e.routes.empty(); }, routes},
    {[](const View& v) { return v.lost() && v.is(Progress::acquiring_cookie) && v.e.cookies_asked > 0; },
     cookies_unanswered},
    {[](const View& v) { return v.is(Progress::awaiting_handshake) && v.e.handshakes_sent > 0; }, handshake_unanswered},
    {[](const View& v) { return v.is(Progress::awaiting_session_packet); },
     N_("Both handshakes are done; their first packet has not come yet.")},
    {[](const View& v) { return v.connecting() && v.e.fruitless_rounds > 0; }, fruitless},
    {[](const View& v) { return v.ended(SessionEnd::goodbye) && !v.contact.left; }, had_left},
    {[](const View& v) { return v.ended(SessionEnd::silence) && v.e.heard; }, fell_silent},
    {[](const View& v) { return v.ended(SessionEnd::restarted); }, restarted},
    {[](const View& v) { return v.ended(SessionEnd::refused); }, refused},
    {[](const View& v) { return v.lost() && v.known(); }, last_seen},
    {[](const View& v) { return v.lost() && !v.known(); }, N_("They have never been online here.")},
    {[](const View& v) { return v.searched() && v.e.next_search && *v.e.next_search > v.now; }, next_search},
    {[](const View& v) { return v.searched() && v.e.next_search && *v.e.next_search <= v.now; },
     N_("A search for them is under way.")},
    {[](const View& v) { return v.contact.queued > 0; }, queued},
};
// clang-format on

}  // namespace

Sentences explain_contact(const tox::ContactInfo& contact, const tox::NetworkInfo& network, tox::WallTime now) {
    return true_ones<View>(table, {contact, contact.evidence, network, now});
}

}  // namespace purple_tox
