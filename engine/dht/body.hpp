// SPDX-License-Identifier: GPL-3.0-or-later
// What the DHT consists of, and how its parts work together. Only engine/dht includes this.
//
//     receive.cpp   datagrams in: checks, decryption, matching
//     learn.cpp     what an answer teaches: nodes confirmed and nodes named
//     answers.cpp   what others ask of us
//     routing.cpp   DHT requests: ours, those we pass on, NAT pings
//     upkeep.cpp    what time demands: retries, rounds, keep-alives
//     dht.cpp       the facade
#pragma once

#include "engine/dht/dht.hpp"
#include "engine/dht/follow_ups.hpp"
#include "engine/dht/own_address.hpp"
#include "engine/dht/requests.hpp"
#include "engine/dht/searches.hpp"
#include "engine/dht/seeds.hpp"
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
    std::vector<Node> closest(const RawKey& key, std::size_t count, bool lan_allowed, Instant now) const;
    std::vector<Node> random_nodes(std::size_t count, Instant now) const;

    // routing.cpp
    bool on_dht_request(const Endpoint& from, ByteView datagram, Instant now);
    bool forward(const wire::DhtRequest& request, const Endpoint& from, ByteView datagram, Instant now);
    bool on_nat_ping(const DhtKey& sender, ByteView content, Instant now);
    std::vector<Endpoint> routers(const dht::Search& search, Instant now) const;
    std::size_t route(const DhtKey& to, ByteView content, std::size_t copies, Instant now);
    void punch(dht::Search& search, Instant now);
    void nat_round(dht::Search& search, Instant now);

    // upkeep.cpp
    void tick(Instant now);
    void wake(Instant at) { wake_at = std::min(wake_at, at); }
    template <class Frame, class Content>
    bool send(const Node& to, const Content& content);
    bool ask(const dht::Candidate& candidate, Instant now, bool follow_up = false);
    bool ping(const Node& node, Instant now);
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
    std::array<bool, 2> own_supposed{};  // by family: our host has been asked since we are connected
    std::vector<DhtEvent> events;

    TokenBucket budget{40, 80};  // notes 12.5: at most 40 DHT packets/s, bursts of 2 s
    // R26: derivations of unknown keys, 500/s, no source more than a quarter.
    dht::SourceLimit derivations{{125, 250}, {500, 1000}};
    dht::SourceLimit nodes_answers{{20, 40}, {200, 400}};  // R25's table: 20/s per source, 200/s in total
    dht::SourceLimit forwards{{20, 40}, {100, 200}};       // a router serves one hop of small, rare packets
    dht::SourceLimit lan_answers{{1.0 / 60, 1}, {1, 8}};   // R25's table: once per source and 60 s

    Instant wake_at = never;
    Instant searches_next = never;
    Instant keep_alive_next = never;
    Instant own_round_next = never;
    std::array<Instant, 2> own_asks{never, never};
    bool met = false;  // somebody has answered, and not all have gone since
    Instant lonely_at = never;
    unsigned revivals = 0;
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
