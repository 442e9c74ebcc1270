// SPDX-License-Identifier: GPL-3.0-or-later
// What the DHT consists of, and how its parts work together. Only engine/dht includes this.
//
//     receive.cpp   datagrams in: checks, decryption, matching
//     learn.cpp     what an answer teaches: nodes confirmed and nodes named
//     answers.cpp   what others ask of us
//     routing.cpp   DHT requests: ours, those we pass on
//     hole_punching.cpp  NAT pings, and opening ways through NATs
//     upkeep.cpp    what time demands: retries, rounds, keep-alives
//     surroundings.cpp  LANs, other networks, and whether there is UDP at all
//     dht.cpp       the facade
#pragma once

#include "engine/base/budget.hpp"
#include "engine/dht/dht.hpp"
#include "engine/dht/follow_ups.hpp"
#include "engine/dht/lan_calls.hpp"
#include "engine/dht/own_address.hpp"
#include "engine/dht/requests.hpp"
#include "engine/dht/searches.hpp"
#include "engine/dht/seeds.hpp"
#include "engine/dht/strangers_keys.hpp"
#include "engine/wire/dht.hpp"

namespace tox {

struct DhtEvent {  // collected while state changes, fired when it agrees again: listeners may call us back
    enum class What : Byte { confirmed, named, dht_request, own_address };
    What what;
    DhtKey node{};
    Endpoint address{};
    Bytes content{};
};

struct Dht::Body {
    Body(const DhtKeyPair& own, KeyCache& shared_keys, Network& network_, DhtListener& listener_);

    // receive.cpp
    bool handle(const Endpoint& from, ByteView datagram, Instant now);
    bool dispatch(const Endpoint& from, ByteView datagram, Instant now);
    void fire();
    bool knows(const Endpoint& from, Instant now);
    const SharedKey* key_with(const DhtKey& peer, const Endpoint& from, Instant now);
    template <Byte Kind, class Content>
    std::optional<Content> opened(const wire::DhtFrame<Kind, Content>& frame, const Endpoint& from, Instant now);
    bool on_ping_request(const Endpoint& from, ByteView datagram, Instant now);
    bool on_ping_response(const Endpoint& from, ByteView datagram, Instant now);
    bool on_nodes_request(const Endpoint& from, ByteView datagram, Instant now);
    bool on_nodes_response(const Endpoint& from, ByteView datagram, Instant now);
    bool on_lan_discovery(const Endpoint& from, ByteView datagram, Instant now);

    // learn.cpp
    void confirmed(const dht::Asked& asked, Instant now);
    void place(dht::KnownNode& node, const dht::Asked& asked, Instant now);
    void place_in(dht::Search& search, bool contact, const dht::Asked& asked, Instant now);
    void forget(dht::KnownNode& node);
    void named(const Node& node, const dht::Asked& asked, Instant now);
    void suppose_own_address(const Endpoint& answered);
    void named_contact(dht::Search& search, const Node& node, const dht::Asked& asked, Instant now);
    void hasten(dht::Search& search, Instant at);
    bool worth_asking(const Node& node, const dht::Asked& asked, Instant now);
    std::optional<RawKey> list_for(const DhtKey& key, const dht::Asked& asked, Instant now);
    void greet(const Node& node, Instant now);

    // answers.cpp
    void answer_ping(const Node& to, std::uint64_t id);
    void answer_nodes(const Node& to, const wire::NodesRequestBody& request, Instant now);
    bool answer_info(const Endpoint& from, ByteView datagram, Instant now);
    std::vector<Node> closest(const RawKey& key, std::size_t count, Scope least, Instant now) const;
    std::vector<Node> random_nodes(std::size_t count, Instant now) const;

    // routing.cpp
    bool on_dht_request(const Endpoint& from, ByteView datagram, Instant now);
    bool forward(const wire::DhtRequest& request, const Endpoint& from, ByteView datagram, Instant now);
    std::vector<Endpoint> routers(const dht::Search& search, Instant now) const;
    std::size_t route(const DhtKey& to, ByteView content, std::size_t copies, Instant now);

    // hole_punching.cpp
    bool on_nat_ping(const DhtKey& sender, ByteView content, Instant now);
    void suspect_nat(dht::Search& search, Instant at);
    void open_nats(Instant now);
    void open_nats(dht::Search& search, Instant now);
    void request_opening(dht::Search& search, Instant now);
    void punch(dht::Search& search, Instant now);
    void guess_ports(dht::Search& search, Instant now);
    unsigned guess(const DhtKey& target, Endpoint place, const std::vector<std::uint16_t>& ports, Instant now);

    // upkeep.cpp
    void tick(Instant now);
    void wake(Instant at) { wake_at = std::min(wake_at, at); }
    template <class Frame, class Content>
    bool send(const Node& to, const Content& content);
    bool ask(const dht::Candidate& candidate, Instant now, bool follow_up = false);
    bool ping(const Node& node, Instant now);
    bool send_ping(const Node& node, Instant now);  // whatever the budget says
    void pump(Instant now);
    void ask_seeds(Instant now);
    void send_greetings(Instant now);
    void ask_for_ourselves(Instant now);
    void run_searches(Instant now);
    void round(dht::Search& search, bool contact, Instant now);
    void fill(dht::Search& search, Instant now);
    bool pursue(dht::Search& search, Instant now);
    void keep_alive(Instant now);
    unsigned keep_alive(dht::KnownNode& node, unsigned room, Instant now);
    RawKey keep_alive_target(const dht::KnownNode& node, bool& neutral);
    void check_lonely(Instant now);
    bool target_good(const dht::Search& search, Instant now) const;

    // surroundings.cpp
    bool udp() const;
    bool silent(Instant now) const;
    void call_out(Instant now);
    void network_changed(Instant now);
    void doubt(Instant now);
    void doubt(const Node& node, Instant now);
    void ask_doubted(Instant now);
    void note_question(const dht::Address& address, Instant now);
    void note_answer(const Endpoint& from, Instant now);
    bool tells_of_world(const Endpoint& from) const;
    Instant in_touch_until() const;

    // saving.cpp
    std::vector<Node> nodes_to_save(Instant now) const;

    const DhtKeyPair& self;
    KeyCache& keys;
    Network& network;
    DhtListener& listener;
    std::string motd;

    dht::NodeTable table;
    dht::Buckets buckets;
    dht::Searches searches;
    dht::Requests requests;
    dht::FollowUps follow_ups;
    dht::Greetings greetings;
    dht::Seeds seeds;
    dht::OwnAddress own_address;
    dht::LanCalls lan;
    bool hole_punching = true;
    std::array<bool, 2> own_supposed{};  // by family: our host has been asked since we are connected
    std::vector<DhtEvent> events;

    TokenBucket budget{40, 80};  // notes 12.5: at most 40 DHT packets/s, bursts of 2 s
    // What opening NATs costs, for each contact and for all together; c-toxcore: up to 24/s for each, without a limit
    // for all. Apart from the budget, which a contact that cannot be reached must not use up, nor another's share.
    Budget<DhtKey, Hashed> punches{{16, 80}, {32, 160}};
    TokenBucket burst{80, 4};  // who is asked many at once is asked a few at a time: routers drop bursts
    // Bootstrap nodes: a list of 200 of which one is alive is asked through within 3 s (c-toxcore asks all at once).
    TokenBucket seed_pace{64, 32};
    StrangersKeys strangers{keys, {500, 1000}};  // R26
    // R25's table: 200 answers a second in total. Nobody asks one node several things a second for long.
    AddressBudget nodes_answers{{4, 40}, {200, 400}};
    AddressBudget forwards{{5, 40}, {100, 200}};  // a router serves one hop of small, rare packets
    // R25's table: once per source and 60 s; but a few at once and then every 10 s, for any of the packets may be lost.
    AddressBudget lan_answers{{1.0 / 10, 4}, {1, 8}};

    Instant wake_at{};  // the first tick looks around
    Instant searches_next = never;
    Instant nats_next = never;
    Instant keep_alive_next = never;
    Instant own_round_next = never;
    std::array<Instant, 2> own_asks{never, never};
    bool met = false;  // somebody has answered, and not all have gone since
    Instant lonely_at = never;
    unsigned revivals = 0;
    std::vector<Node> doubted;             // to be asked whether they are still there, the last one first
    Instant lan_until{};                   // as long as the last answer from a LAN counts
    Instant world_until{};                 // and from elsewhere
    std::optional<Instant> alone_since{};  // nobody answers, and since when we try
    unsigned unanswered = 0;               // questions to nodes that should answer, since somebody did
    Instant unanswered_since{};
};

// The box is made here so that each packet is described once, in engine/wire.
template <class Frame, class Content>
bool Dht::Body::send(const Node& to, const Content& content) {
    const SharedKey* shared = keys.with(to.key);
    if (shared == nullptr || !to.endpoint.is_usable()) return false;
    Frame frame;
    frame.sender = self.public_key;
    frame.nonce = Nonce::random();
    frame.body = wire::Sealed<Content>::of(*shared, frame.nonce, content);
    return network.send(to.endpoint, wire::serialise(frame));
}

}  // namespace tox
