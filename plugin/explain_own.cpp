// SPDX-License-Identifier: GPL-3.0-or-later
// The own connection. What each sentence claims is what its case tests.
#include "plugin/boundary.hpp"
#include "plugin/explain.hpp"
#include "plugin/sentence.hpp"

namespace purple_tox {
namespace {

struct View {
    const tox::NetworkInfo& net;
    const OwnWay& way;

    bool udp() const { return net.port != 0; }
    bool behind_nat() const { return net.seen_as && net.local && net.seen_as->address != net.local->address; }
    bool nat_keeps_port() const { return behind_nat() && net.seen_as->port == net.local->port; }
};
using Line = Sentence<View>;

std::string nodes(const View& v) {
    return format(plural("%u node answers.", "%u nodes answer.", v.net.nodes), v.net.nodes);
}

std::string storing(const View& v) {
    return format(plural("%u node holds our announcement: contacts can find us.",
                         "%u nodes hold our announcement: contacts can find us.", v.net.storing),
                  v.net.storing);
}

std::string relays(const View& v) {
    return format(plural("%u relay is connected, of %u known.", "%u relays are connected, of %u known.", v.net.relays),
                  v.net.relays, v.net.relays_known);
}

std::string relays_failing(const View& v) {
    return format(plural("%u relay is known, but not connected.", "%u relays are known, but none is connected.",
                         v.net.relays_known),
                  v.net.relays_known);
}

std::string relays_at_rest(const View& v) {
    return format(plural("%u relay is known; it is not needed at the moment.",
                         "%u relays are known; none is needed at the moment.", v.net.relays_known),
                  v.net.relays_known);
}

std::string udp_port(const View& v) { return format(_("Our UDP port is %u."), unsigned{v.net.port}); }
std::string seen_as(const View& v) { return format(_("Others see us as %s."), v.net.seen_as->text().c_str()); }

std::string nat_keeps_port(const View& v) {
    return format(
        _("Here our address is %s: there is a NAT (a router) in between. It keeps our port, which is good for "
          "direct connections."),
        v.net.local->text().c_str());
}

std::string nat_changes_port(const View& v) {
    return format(
        _("Here our address is %s: there is a NAT (a router) in between, and it changes our port. Direct connections "
          "may take longer; behind two such NATs relays are used."),
        v.net.local->text().c_str());
}

std::string served(const View& v) {
    std::string ports;
    for (const std::uint16_t port : v.net.served) ports += (ports.empty() ? "" : ", ") + std::to_string(port);
    return format(_("We serve others as a relay on TCP port %s."), ports.c_str());
}

std::string proxy_trouble(const View& v) { return trouble_text(*v.way.proxy, *v.net.proxy_trouble); }

// clang-format off: a line is a case and its sentence
constexpr Line table[] = {
    {[](const View& v) { return v.way.proxy && v.net.relays == 0 && v.net.proxy_trouble; }, proxy_trouble},
    {[](const View& v) { return v.way.proxy && v.net.relays == 0; },
     N_("A proxy is set, and no relay can be reached through it yet. Nothing is sent by another way.")},
    {[](const View& v) { return v.way.proxy && v.net.relays > 0; },
     N_("Everything goes through your proxy: no UDP, no local network, no name resolved here.")},
    {[](const View& v) { return !v.way.proxy && !v.udp(); }, N_("UDP is off: everything goes through relays.")},
    {[](const View& v) { return v.net.cut_off() && !v.way.internet; },
     N_("This computer has no way into the internet at the moment: a cable may be unplugged, or wireless networking is "
        "off.")},
    {[](const View& v) { return v.udp() && v.net.cut_off() && v.way.internet; },
     N_("No node and no relay answers us. Is this computer connected to the internet? Contacts on the same local "
        "network may still be found.")},
    {[](const View& v) { return !v.way.proxy && !v.udp() && v.net.cut_off() && v.way.internet; },
     N_("No relay answers us. Is this computer connected to the internet?")},
    {[](const View& v) { return v.udp() && v.net.by_relay && v.net.relays > 0; },
     N_("UDP is silent, though it is on: a firewall seems to block it. Everything goes through relays.")},
    {[](const View& v) { return v.net.nodes > 0; }, nodes},
    {[](const View& v) { return !v.net.cut_off() && v.net.storing == 0; },
     N_("No node holds our announcement yet: contacts cannot find us. After a start this takes a few seconds.")},
    {[](const View& v) { return v.net.connected(); }, storing},
    {[](const View& v) { return v.net.relays > 0; }, relays},
    {[](const View& v) { return v.net.relays == 0 && v.net.relays_known > 0 && v.net.relays_needed; }, relays_failing},
    {[](const View& v) { return v.net.relays == 0 && v.net.relays_known > 0 && !v.net.relays_needed; }, relays_at_rest},
    {[](const View& v) { return v.net.relays_known == 0; },
     N_("No relay is known: contacts who cannot be reached directly cannot be reached at all.")},
    {[](const View& v) { return v.udp(); }, udp_port},
    {[](const View& v) { return v.net.seen_as.has_value(); }, seen_as},
    {[](const View& v) { return v.net.nodes > 0 && v.udp() && !v.net.seen_as; },
     N_("Nobody has told us yet under which address they see us.")},
    {[](const View& v) { return v.net.seen_as && v.net.local && !v.behind_nat(); },
     N_("That is our own address here: no NAT is in between.")},
    {[](const View& v) { return v.nat_keeps_port(); }, nat_keeps_port},
    {[](const View& v) { return v.behind_nat() && !v.nat_keeps_port(); }, nat_changes_port},
    {[](const View& v) { return v.way.mapping == MappingState::asked; },
     N_("The router has been asked to forward our UDP port.")},
    {[](const View& v) { return v.way.mapping == MappingState::mapped; }, N_("The router forwards our UDP port.")},
    {[](const View& v) { return v.way.mapping == MappingState::refused; },
     N_("The router does not forward our UDP port (neither UPnP nor NAT-PMP, or it is refused).")},
    {[](const View& v) { return !v.net.served.empty(); }, served},
};
// clang-format on

}  // namespace

Sentences explain_own(const tox::NetworkInfo& network, const OwnWay& way) {
    return true_ones<View>(table, {network, way});
}

}  // namespace purple_tox
