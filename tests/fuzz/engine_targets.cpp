// SPDX-License-Identifier: GPL-3.0-or-later
// A whole engine: datagrams, streams, a contact who is hostile, a user who does things meanwhile, and time. Whatever
// comes, it neither dies nor spins, and its profile opens again as the same person's.
#include "tests/fuzz/lone_engine.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/stream_peer.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

Endpoint address(std::size_t number) {
    static const std::vector<Endpoint> addresses{HostileContact::address(), Endpoint::v4({203, 0, 113, 9}, 33445),
                                                 Endpoint::v4({10, 1, 2, 3}, 1000), Endpoint::v4({127, 0, 0, 1}, 5),
                                                 Endpoint::v6({0x20, 1, 0xd, 0xb8, 1}, 33445)};
    return addresses[number % addresses.size()];
}

class Siege {
  public:
    bool run(Script& script) {
        const LongTermKey key = engine().id().key;
        const bool met = home_.contact.met();
        while (script.next_step()) {
            (this->*steps[script.below(steps.size())])(script);
            promise(!home_.loop.overdue(), "a wish to be woken lies in the future");
        }
        home_.engine.reset();
        home_.open();
        promise(engine().id().key == key && !engine().created(), "the profile opens again as the same person's");
        return met;
    }

    // As seeds name them.
    enum Step : Byte {
        datagram,
        key_first_box,
        nonce_first_box,
        answer_nodes,
        contact_says,
        contact_repeats,
        contact_returns,
        relay_lets_in,
        relay_frame,
        relay_bytes,
        relay_ends,
        guest_comes,
        guest_frame,
        guest_bytes,
        user_acts,
        pass_time
    };

  private:
    Engine& engine() { return *home_.engine; }
    StillNetwork& network() { return home_.network; }

    // ---- datagrams
    void do_datagram(Script& script) {
        const Endpoint from = address(script.byte());
        network().receive(from, script.piece());
    }
    void do_key_first_box(Script& script) {
        const Byte kind = script.byte();
        home_.stranger.key_first(kind, home_.keys().dht, script.piece());
    }
    void do_nonce_first_box(Script& script) {
        const Byte kind = script.byte();
        home_.stranger.nonce_first(kind, home_.keys().dht, script.piece());
    }
    void do_answer_nodes(Script& script) { home_.stranger.answer_nodes(home_.keys().dht, script.piece()); }
    void do_contact_says(Script& script) { home_.contact.say(script.piece(), home_.loop.now()); }
    void do_contact_repeats(Script& script) { home_.contact.repeat(script.byte()); }
    void do_contact_returns(Script&) { home_.contact.meet(home_.keys(), home_.loop.now()); }

    // ---- streams
    StreamPeer* relay(Script& script) {  // one of those we connect to
        if (network().opened.empty()) return nullptr;
        const std::size_t which = script.below(network().opened.size());
        while (relays_.size() < network().opened.size())
            relays_.push_back(
                std::make_unique<StreamPeer>(StreamPeer::Role::relay, home_.relay, *network().opened[relays_.size()]));
        return relays_[which].get();
    }
    void do_relay_lets_in(Script& script) {
        if (StreamPeer* const peer = relay(script)) peer->let_in();
        network().settle();
    }
    static void say_frame(StreamPeer* peer, Script& script) {
        const ByteView plain = script.piece();
        if (peer != nullptr) peer->frame(plain, script.byte());
    }
    static void say_bytes(StreamPeer* peer, Script& script) {
        const ByteView bytes = script.piece();
        if (peer != nullptr) peer->bytes(bytes, script.byte());
    }
    void do_relay_frame(Script& script) {
        say_frame(relay(script), script);
        network().settle();
    }
    void do_relay_bytes(Script& script) {
        say_bytes(relay(script), script);
        network().settle();
    }
    void do_relay_ends(Script& script) {
        if (StreamPeer* const peer = relay(script)) peer->hang_up();
        network().settle();
    }
    void do_guest_comes(Script& script) {
        constexpr std::size_t most_guests = 8;
        if (guests_.size() >= most_guests) return;
        Wire* const wire = network().knock(address(script.byte()));
        if (wire == nullptr) return;
        guests_.push_back(std::make_unique<StreamPeer>(StreamPeer::Role::client, guest_keys_, *wire));
        guests_.back()->greet(home_.keys().dht);
        network().settle();
    }
    StreamPeer* guest(Script& script) {
        return guests_.empty() ? nullptr : guests_[script.below(guests_.size())].get();
    }
    void do_guest_frame(Script& script) {
        say_frame(guest(script), script);
        network().settle();
    }
    void do_guest_bytes(Script& script) {
        say_bytes(guest(script), script);
        network().settle();
    }

    // ---- the user, and time
    void do_user_acts(Script& script) {
        const std::size_t what = script.below(12);
        const std::string text = text_of(script.piece());
        if (what < 6)
            talk(what, text);
        else
            manage(what);
    }
    void talk(std::size_t what, const std::string& text) {
        const LongTermKey& to = home_.contact.key();
        if (what == 0) engine().send_message(to, MessageKind::text, text);
        if (what == 1) engine().send_custom(to, bytes_of(text));
        if (what == 2) engine().set_typing(to, text.empty());
        if (what == 3) engine().set_name(text);
        if (what == 4) engine().set_status_message(text);
        if (what == 5) engine().set_status(text.empty() ? UserStatus::online : UserStatus::busy);
    }
    void manage(std::size_t what) {
        const LongTermKey& to = home_.contact.key();
        const auto requests = engine().requests();
        if (what == 6) engine().remove_contact(to);
        if (what == 7) engine().add_contact(to);
        if (what == 8) engine().set_policy(to, Policy::refusing);
        if (what == 9) engine().set_policy(to, Policy::trying);
        if (what == 10) engine().network_changed();
        if (what == 11 && !requests.empty()) engine().accept_request(requests.front().from);
    }
    void do_pass_time(Script& script) { home_.loop.pass(script.time()); }

    using Action = void (Siege::*)(Script&);
    static const std::array<Action, pass_time + 1> steps;

    LoneEngine home_;
    DhtKeyPair guest_keys_ = DhtKeyPair::generate();
    std::vector<std::unique_ptr<StreamPeer>> relays_, guests_;
};

constexpr std::array<Siege::Action, Siege::pass_time + 1> Siege::steps{
    &Siege::do_datagram,     &Siege::do_key_first_box,   &Siege::do_nonce_first_box, &Siege::do_answer_nodes,
    &Siege::do_contact_says, &Siege::do_contact_repeats, &Siege::do_contact_returns, &Siege::do_relay_lets_in,
    &Siege::do_relay_frame,  &Siege::do_relay_bytes,     &Siege::do_relay_ends,      &Siege::do_guest_comes,
    &Siege::do_guest_frame,  &Siege::do_guest_bytes,     &Siege::do_user_acts,       &Siege::do_pass_time};

bool engine(ByteView input) {
    Siege siege;
    Script script(input);
    return siege.run(script);
}

std::vector<Bytes> engine_seeds() {
    using S = Siege;
    ScriptWriter talk, network, streams, user;
    for (const Bytes& said : {Bytes{48, 'm', 'e'},
                              {49, 'h', 'e', 'r', 'e'},
                              {50, 1},
                              {51, 1},
                              {64, 'h', 'i'},
                              {65, 'o'},
                              {17, 130, 127, 0, 0, 1, 1, 187},
                              {80, 0, 0, 0, 0, 0},
                              {96, 0, 0},
                              {69, 1},
                              {200, 1},
                              {25}})
        talk.byte(S::contact_says).piece(said);
    talk.byte(S::pass_time)
        .byte(5)
        .byte(S::contact_repeats)
        .byte(1)
        .byte(S::contact_returns)
        .byte(S::pass_time)
        .byte(9);
    network.byte(S::key_first_box).byte(0).piece(Bytes(9, 0)).byte(S::key_first_box).byte(2).piece(Bytes(40, 9));
    network.byte(S::pass_time).byte(5).byte(S::answer_nodes).piece(Bytes{1, 2, 198, 51, 100, 8, 1, 1});
    network.byte(S::nonce_first_box).byte(0x83).piece(Bytes(104, 0)).byte(S::datagram).byte(2).piece(Bytes(33, 0x21));
    streams.byte(S::relay_lets_in).byte(0).byte(S::relay_frame).byte(0).piece(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1}).byte(0);
    streams.byte(S::guest_comes).byte(4).byte(S::guest_frame).byte(0).piece(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1}).byte(0);
    streams.byte(S::relay_bytes)
        .byte(0)
        .piece(Bytes(4, 1))
        .byte(1)
        .byte(S::guest_bytes)
        .byte(0)
        .piece(Bytes(4, 1))
        .byte(1);
    streams.byte(S::relay_ends).byte(0).byte(S::pass_time).byte(8);
    for (std::size_t what = 0; what < 12; ++what) user.byte(S::user_acts).byte(what).piece(bytes_of("text"));
    user.byte(S::pass_time).byte(7);
    return {talk.take(), network.take(), streams.take(), user.take()};
}

}  // namespace

std::vector<Target> engine_targets() { return {{"engine", engine, engine_seeds}}; }

}  // namespace tox::fuzz
