// SPDX-License-Identifier: GPL-3.0-or-later
// "Explain connection": each sentence is said when its fault is there, and not otherwise.
#include "plugin/explain.hpp"

#include <gtest/gtest.h>

#include "tests/purple/said.hpp"

namespace purple_tox {
namespace {

using namespace std::chrono_literals;
using tox::Progress;
using tox::SessionEnd;

const tox::WallTime now{1'700'000'000s};
const tox::Endpoint shown_address = tox::Endpoint::v4({192, 0, 2, 7}, 33445);

// Somebody who is searched, and about whom nothing is known.
struct Facts {
    tox::ContactInfo contact;
    tox::NetworkInfo network;
    OwnWay way;

    Facts() {
        network.nodes = 40;
        network.storing = 8;
        network.relays = 3;
        network.relays_known = 10;
        network.port = 33445;
        network.seen_as = network.local = shown_address;
        contact.evidence.nodes_answered = 8;
        contact.progress_since = now - 60s;
    }
};

void connect(Facts& facts) {
    facts.contact.progress = Progress::established;
    facts.contact.online = true;
    facts.contact.route = shown_address;
    facts.contact.evidence.heard = now;
    facts.contact.evidence.nodes_answered = 0;
}

struct Case {
    const char* sentence;  // part of it
    void (*fault)(Facts&);
};

// clang-format off: a line is a fault and what is said of it
const Case of_contact[] = {
    {"You have blocked this contact", [](Facts& f) { f.contact.policy = tox::Policy::refusing; }},
    {"but answer if they look for you", [](Facts& f) { f.contact.policy = tox::Policy::open; }},
    {"Connected since", [](Facts& f) { connect(f); }},
    {"has not said yet that it is there",
     [](Facts& f) {
         connect(f);
         f.contact.online = false;
     }},
    {"directly, by UDP to 192.0.2.7:33445", [](Facts& f) { connect(f); }},
    {"within the local network",
     [](Facts& f) {
         connect(f);
         f.contact.route = tox::Endpoint::v4({192, 168, 1, 2}, 1);
     }},
    {"Packets go through the relay",
     [](Facts& f) {
         connect(f);
         f.contact.route = tox::ViaRelay{tox::DhtKeyPair::generate().public_key};
     }},
    {"An answer takes",
     [](Facts& f) {
         connect(f);
         f.contact.round_trip = 50ms;
     }},
    {"Nothing has been heard from them for 20 seconds",
     [](Facts& f) {
         connect(f);
         f.contact.evidence.heard = now - 20s;
     }},
    {"is not acknowledged at the moment",
     [](Facts& f) {
         connect(f);
         f.contact.evidence.route_in_doubt = true;
     }},
    {"We are not connected to the Tox network", [](Facts& f) { f.network.nodes = f.network.relays = 0; }},
    {"No node holds our own announcement yet", [](Facts& f) { f.network.storing = 0; }},
    {"have not answered your contact request", [](Facts& f) { f.contact.request_unanswered = true; }},
    {"No node near their key has answered", [](Facts& f) { f.contact.evidence.nodes_answered = 0; }},
    {"8 nodes near their key answered, and none holds", [](Facts&) {}},
    {"8 nodes near their key answered, and 3 of them hold their announcement",
     [](Facts& f) { f.contact.evidence.nodes_storing = 3; }},
    {"8 nodes near their key answered, and 1 of them holds their announcement",
     [](Facts& f) { f.contact.evidence.nodes_storing = 1; }},
    {"1 node near their key answered, and 1 of them holds their announcement",
     [](Facts& f) { f.contact.evidence.nodes_answered = f.contact.evidence.nodes_storing = 1; }},
    {"It has been sent 2 times since this start",
     [](Facts& f) {
         f.contact.request_unanswered = true;
         f.contact.evidence.requests_sent = 2;
     }},
    {"It has not been sent since this start", [](Facts& f) { f.contact.request_unanswered = true; }},
    {"Our DHT key was sent to them 1 time;", [](Facts& f) { f.contact.evidence.keys_sent = 1; }},
    {"Our DHT key has not been sent", [](Facts& f) { f.contact.evidence.nodes_storing = 3; }},
    {"Perhaps they have not added you", [](Facts& f) { f.contact.evidence.keys_sent = 4; }},
    {"has not been heard since this start", [](Facts&) {}},
    {"Their DHT key was last heard at", [](Facts& f) { f.contact.evidence.key_heard = now - 30s; }},
    {"nobody near it names their address", [](Facts& f) { f.contact.progress = Progress::acquiring_ip_address; }},
    {"last named or confirmed at", [](Facts& f) { f.contact.evidence.address_heard = now - 30s; }},
    {"1 way to them is known: 192.0.2.7:33445.", [](Facts& f) { f.contact.evidence.routes = {shown_address}; }},
    {"a firewall or NAT is in between",
     [](Facts& f) {
         f.contact.progress = Progress::acquiring_cookie;
         f.contact.evidence.cookies_asked = 5;
     }},
    {"2 handshakes were sent",
     [](Facts& f) {
         f.contact.progress = Progress::awaiting_handshake;
         f.contact.evidence.handshakes_sent = 2;
     }},
    {"their first packet has not come yet", [](Facts& f) { f.contact.progress = Progress::awaiting_session_packet; }},
    {"3 rounds of attempts", [](Facts& f) { f.contact.evidence.fruitless_rounds = 3; }},
    {"They signed off at",
     [](Facts& f) {
         f.contact.evidence.session_end = SessionEnd::goodbye;
         f.contact.evidence.session_ended = f.contact.left = now - 30s;
     }},
    {"when they signed off.",
     [](Facts& f) {
         f.contact.evidence.session_end = SessionEnd::goodbye;
         f.contact.evidence.session_ended = now - 30s;
     }},
    {"nothing had been heard from them since",
     [](Facts& f) {
         f.contact.evidence.session_end = SessionEnd::silence;
         f.contact.evidence.heard = now - 62s;
         f.contact.evidence.session_ended = now - 30s;
     }},
    {"when their program began another",
     [](Facts& f) {
         f.contact.evidence.session_end = SessionEnd::restarted;
         f.contact.evidence.session_ended = now - 30s;
     }},
    {"at your own wish",
     [](Facts& f) {
         f.contact.evidence.session_end = SessionEnd::refused;
         f.contact.evidence.session_ended = now - 30s;
     }},
    {"They were last online at", [](Facts& f) { f.contact.last_seen = now - 1h; }},
    {"They have never been online here", [](Facts&) {}},
    {"The next search is due in 12 seconds", [](Facts& f) { f.contact.evidence.next_search = now + 12s; }},
    {"A search for them is under way", [](Facts& f) { f.contact.evidence.next_search = now; }},
    {"2 messages wait for them", [](Facts& f) { f.contact.queued = 2; }},
};
tox::Proxy proxy() { return *tox::Proxy::parse({tox::Proxy::Kind::socks5, "proxy.example", 1080}); }

const Case of_ourselves[] = {
    {"no relay can be reached through it yet",
     [](Facts& f) {
         f.way.proxy = proxy();
         f.network = {};
     }},
    {"The proxy proxy.example:1080 refuses the connection.",
     [](Facts& f) {
         f.way.proxy = proxy();
         f.network = {};
         f.network.proxy_trouble = tox::ProxyTrouble{tox::ProxyTrouble::What::refused};
     }},
    {"Everything goes through your proxy",
     [](Facts& f) {
         f.way.proxy = proxy();
         f.network.port = 0;
     }},
    {"UDP is off", [](Facts& f) { f.network.port = 0; }},
    {"No node and no relay answers us", [](Facts& f) { f.network.nodes = f.network.relays = f.network.storing = 0; }},
    {"No relay answers us.", [](Facts& f) { f.network.nodes = f.network.relays = f.network.port = 0; }},
    {"a firewall seems to block it",
     [](Facts& f) {
         f.network.by_relay = true;
         f.network.nodes = 0;
     }},
    {"40 nodes answer", [](Facts&) {}},
    {"No node holds our announcement yet", [](Facts& f) { f.network.storing = 0; }},
    {"8 nodes hold our announcement", [](Facts&) {}},
    {"3 relays are connected, of 10 known", [](Facts&) {}},
    {"10 relays are known, but none is connected",
     [](Facts& f) {
         f.network.relays = 0;
         f.network.relays_needed = true;
     }},
    {"10 relays are known; none is needed", [](Facts& f) { f.network.relays = 0; }},
    {"no way into the internet",
     [](Facts& f) {
         f.network.nodes = f.network.relays = 0;
         f.way.internet = false;
     }},
    {"No relay is known", [](Facts& f) { f.network.relays = f.network.relays_known = 0; }},
    {"Our UDP port is 33445", [](Facts&) {}},
    {"Others see us as 192.0.2.7:33445", [](Facts&) {}},
    {"under which address they see us", [](Facts& f) { f.network.seen_as.reset(); }},
    {"no NAT is in between", [](Facts&) {}},
    {"It keeps our port",
     [](Facts& f) {
         f.network.local = tox::Endpoint::v4({192, 168, 1, 2}, 33445);
     }},
    {"it changes our port",
     [](Facts& f) {
         f.network.local = tox::Endpoint::v4({192, 168, 1, 2}, 1);
     }},
    {"The router has been asked", [](Facts& f) { f.way.mapping = MappingState::asked; }},
    {"The router forwards our UDP port", [](Facts& f) { f.way.mapping = MappingState::mapped; }},
    {"does not forward our UDP port", [](Facts& f) { f.way.mapping = MappingState::refused; }},
    {"as a relay on TCP port 443, 3389",
     [](Facts& f) {
         f.network.served = {443, 3389};
     }},
};
// clang-format on

// The sentences that the faults of a table bring about, each at its own line of the table only where the fault is.
template <std::size_t N, class Explain>
void expect_each(const Case (&cases)[N], Explain explain) {
    for (const Case& one : cases) {
        Facts facts;
        one.fault(facts);
        EXPECT_TRUE(says(explain(facts), one.sentence)) << one.sentence << "\nis not in:" << all(explain(facts));
    }
    // A sentence that is always said would explain nothing.
    for (const Case& one : cases) {
        const bool always = std::all_of(std::begin(cases), std::end(cases), [&](const Case& other) {
            Facts facts;
            other.fault(facts);
            return says(explain(facts), one.sentence);
        });
        EXPECT_FALSE(always) << one.sentence;
    }
}

TEST(Explain, EachFaultOfAContactHasItsSentence) {
    expect_each(of_contact, [](const Facts& f) { return explain_contact(f.contact, f.network, now); });
}

TEST(Explain, EachFaultOfOurOwnHasItsSentence) {
    expect_each(of_ourselves, [](const Facts& f) { return explain_own(f.network, f.way); });
}

TEST(Explain, ABlockedContactIsExplainedByNothingElse) {
    Facts facts;
    facts.contact.policy = tox::Policy::refusing;
    EXPECT_EQ(explain_contact(facts.contact, facts.network, now).size(), 1U);
}

// What is known of them is not guessed at, and nothing is said twice.
TEST(Explain, SomebodyWhoLeftIsNotBehindAFirewall) {
    Facts facts;
    facts.contact.progress = Progress::acquiring_cookie;
    facts.contact.evidence.cookies_asked = 5;
    facts.contact.evidence.session_end = SessionEnd::goodbye;
    facts.contact.evidence.session_ended = facts.contact.left = facts.contact.last_seen = now - 30s;
    const Sentences said = explain_contact(facts.contact, facts.network, now);
    EXPECT_TRUE(says(said, "They signed off at")) << all(said);
    EXPECT_FALSE(says(said, "firewall")) << all(said);
    EXPECT_FALSE(says(said, "last online at")) << all(said);
}

TEST(Explain, SomebodyKnownHasAddedUs) {
    Facts facts;
    facts.contact.evidence.keys_sent = 4;
    facts.contact.last_seen = now - 1h;
    const Sentences said = explain_contact(facts.contact, facts.network, now);
    EXPECT_TRUE(says(said, "theirs has not come")) << all(said);
    EXPECT_FALSE(says(said, "have not added you")) << all(said);
}

TEST(Explain, WhoeverIsCutOffCannotBeFound) {
    Facts facts;
    facts.network.nodes = facts.network.relays = 0;
    EXPECT_FALSE(says(explain_own(facts.network, facts.way), "contacts can find us"));
    EXPECT_FALSE(facts.network.connected());
}

}  // namespace
}  // namespace purple_tox
