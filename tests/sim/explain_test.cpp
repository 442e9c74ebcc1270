// SPDX-License-Identifier: GPL-3.0-or-later
// "Explain connection" from end to end: a fault in a network of whole engines, and the sentence a user reads of it.
#include "plugin/explain.hpp"

#include <gtest/gtest.h>

#include "tests/purple/said.hpp"
#include "tests/sim/nat.hpp"
#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

using purple_tox::all;
using purple_tox::says;
using purple_tox::Sentences;

const Circumstances relay_only{.contact_route = ContactRoute::relay_only};
const Circumstances direct_only{.contact_route = ContactRoute::direct_only};

class Explained : public testing::Test {
  protected:
    Explained() : town(figure("PURPLE_TOX_SEED", 1)) {}
    ~Explained() override { EXPECT_TRUE(town.faults().none()) << town.faults().text(); }

    void nodes(const Circumstances& kind = relay_node) {
        for (int i = 0; i < 4; ++i) town.add_bootstrap_node(kind);
    }
    void two(Circumstances first = {}, Circumstances second = {}) {
        a = &town.add(std::move(first));
        b = &town.add(std::move(second));
        Town::acquaint(*a, *b);
        other = b->key();
    }
    void two_who_met(Circumstances first = {}, Circumstances second = {}) {
        nodes();
        two(std::move(first), std::move(second));
        meet();
    }
    void somebody_who_is_never_there() {
        nodes();
        a = &town.add();
        other = LongTermKeyPair::generate().public_key;
        a->befriend_key(other);
    }
    void meet() {
        ASSERT_TRUE(town.world.run_until([&] { return a->sees(*b) && b->sees(*a); }, 60s));
    }
    Sentences of_contact() const {
        return purple_tox::explain_contact(*a->engine().contact(other), a->engine().network(), a->loop.wall());
    }
    Sentences of_us() const { return purple_tox::explain_own(a->engine().network(), {}); }

    // Within a minute.
    void expect_of_contact(const char* part) {
        EXPECT_TRUE(town.world.run_until([&] { return says(of_contact(), part); }, 60s)) << part << all(of_contact());
    }
    void expect_of_us(const char* part) {
        EXPECT_TRUE(town.world.run_until([&] { return says(of_us(), part); }, 60s)) << part << all(of_us());
    }
    void not_yet(const char* part) const {
        EXPECT_FALSE(says(of_contact(), part)) << all(of_contact());
        EXPECT_FALSE(says(of_us(), part)) << all(of_us());
    }

    Town town;
    Person* a = nullptr;
    Person* b = nullptr;
    LongTermKey other{};  // the contact asked about
};

// ---- a contact who cannot be found -------------------------------------------------------------------------------

TEST_F(Explained, they_are_offline) {
    somebody_who_is_never_there();
    not_yet("none holds their announcement");
    expect_of_contact("none holds their announcement: they are probably offline");
    expect_of_contact("They have never been online here");
    expect_of_contact("The next search is due in");
}

TEST_F(Explained, no_node_has_answered_yet) {  // B26
    somebody_who_is_never_there();
    expect_of_contact("No node near their key has answered our search yet");
}

TEST_F(Explained, they_have_not_added_us) {
    nodes();
    a = &town.add();
    b = &town.add();
    a->befriend(*b);
    other = b->key();
    expect_of_contact("Perhaps they have not added you");
    expect_of_contact("hold their announcement: they are online");
    expect_of_contact("Their DHT key has not been heard since this start");
}

TEST_F(Explained, our_request_is_not_answered) {
    nodes();
    a = &town.add();
    b = &town.add();
    other = b->key();
    ASSERT_TRUE(a->ask(*b, "hello"));
    expect_of_contact("They have not answered your contact request");
    expect_of_contact("It has not been sent since this start");
    expect_of_contact("It has been sent");
}

TEST_F(Explained, their_address_does_not_answer) {
    two_who_met(direct_only, direct_only);
    b->crash();
    expect_of_contact("a firewall or NAT is in between, or they are gone");
    expect_of_contact("of attempts ha");
    expect_of_contact("They were last online at");
    expect_of_contact("to them is known");
}

TEST_F(Explained, a_message_waits_for_somebody_offline) {
    two_who_met();
    b->stop();
    expect_of_contact("They signed off at");
    not_yet("waits for them");
    a->say(*b);
    expect_of_contact("1 message waits for them");
}

TEST_F(Explained, they_removed_us) {
    two_who_met();
    b->remove(*a);
    expect_of_contact("Somebody who removes or blocks you leaves in the same way");
    town.world.run_for(30s);
    not_yet("a firewall or NAT is in between");
}

// ---- how a connection ended --------------------------------------------------------------------------------------

TEST_F(Explained, they_fell_silent) {
    two_who_met();
    b->crash();
    expect_of_contact("Nothing has been heard from them for 2");
    expect_of_contact("nothing had been heard from them since");
}

TEST_F(Explained, their_program_started_anew) {
    two_who_met();
    b->crash();
    town.start(*b);
    expect_of_contact("when their program began another");
}

TEST_F(Explained, we_refused_them_for_a_while) {
    two_who_met();
    a->engine().set_policy(other, Policy::refusing);
    expect_of_contact("You have blocked this contact");
    a->engine().set_policy(other, Policy::open);
    expect_of_contact("You do not look for this contact");
    expect_of_contact("at your own wish");
}

// ---- the way a connection takes ----------------------------------------------------------------------------------

TEST_F(Explained, udp_is_blocked) {
    nodes();
    two();
    a->network.block_udp(true);
    meet();
    expect_of_contact("Packets go through the relay");
    expect_of_us("UDP is silent, though it is on");
}

TEST_F(Explained, udp_is_lost_in_the_middle) {
    two_who_met(direct_only, direct_only);
    expect_of_contact("Packets go directly, by UDP to");
    not_yet("is not acknowledged at the moment");
    b->network.block_udp(true);
    a->say(*b);
    expect_of_contact("What we send is not acknowledged at the moment");
}

TEST_F(Explained, both_are_on_one_lan) {
    two({.lan = 1}, {.lan = 1});
    meet();
    expect_of_contact("Packets go directly within the local network");
}

// ---- our own network ---------------------------------------------------------------------------------------------

TEST_F(Explained, we_are_cut_off) {
    nodes();
    two();
    town.world.put_on_island(a->network, 1);
    expect_of_contact("We are not connected to the Tox network ourselves");
    expect_of_us("No node and no relay answers us");
}

TEST_F(Explained, nobody_holds_our_announcement_yet) {
    nodes();
    two();
    expect_of_us("contacts cannot find us. After a start this takes a few seconds");
    expect_of_us("hold our announcement: contacts can find us");
}

TEST_F(Explained, udp_is_off) {
    nodes();
    two(relay_only);
    expect_of_us("UDP is off: everything goes through relays");
}

TEST_F(Explained, udp_is_off_and_streams_are_blocked) {
    nodes();
    two(relay_only);
    a->network.block_streams(true);
    expect_of_us("No relay answers us. Is this computer connected to the internet?");
}

TEST_F(Explained, relays_cannot_be_reached) {
    nodes();
    two();
    a->network.block_streams(true);
    meet();
    expect_of_us("relays are known; none is needed at the moment");
    a->befriend_key(LongTermKeyPair::generate().public_key);  // whoever is absent may be met at one
    expect_of_us("relays are known, but none is connected");
}

TEST_F(Explained, there_is_no_relay) {
    nodes({});
    two();
    expect_of_us("No relay is known: contacts who cannot be reached directly cannot be reached at all");
}

TEST_F(Explained, a_nat_is_in_between) {
    Nat nat(town.world, public_v4(200, 0), Nat::Filter::endpoint);
    two_who_met({.gateway = &nat});
    expect_of_us("there is a NAT (a router) in between");
}

TEST_F(Explained, no_nat_is_in_between) {
    two_who_met();
    expect_of_us("That is our own address here: no NAT is in between");
}

TEST_F(Explained, we_serve_as_a_relay) {
    nodes();
    two({.relay_ports = {443, 3389}});
    expect_of_us("We serve others as a relay on TCP port 443, 3389");
}

}  // namespace
}  // namespace tox::sim
