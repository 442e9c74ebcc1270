// SPDX-License-Identifier: GPL-3.0-or-later
// One contact on the way to a session, and in it: the founding page of the project. What was learnt is kept with the
// instant until which it holds; progress follows from that; recurring tasks follow from progress.
#pragma once

#include "engine/contact/cookie_questions.hpp"
#include "engine/contact/half_open.hpp"
#include "engine/contact/route_choice.hpp"
#include "engine/contact/routes.hpp"
#include "engine/contact/world.hpp"
#include "engine/session/session.hpp"

namespace tox {

// What people may want to know about the way to a contact, besides its facts.
struct ContactHistory {
    unsigned keys_sent = 0;  // DHT-key packets since the last session
    std::optional<WallTime> key_heard;
    std::optional<WallTime> address_heard;
    std::optional<WallTime> heard;          // their last session packet
    std::optional<SessionEnd> session_end;  // of the last one
    std::optional<WallTime> session_ended;
    bool back = false;  // since then their DHT key or a handshake has come: they want us
};

class Contact final : private SessionListener, private SessionOutput {
  public:
    Contact(const LongTermKey& key, ContactWorld& world);  // the world outlives the contact
    ~Contact();

    const LongTermKey& key() const { return key_; }
    Progress progress(Instant now) const;
    Policy policy() const { return policy_; }
    void set_policy(Policy policy, Instant now);
    // The request to send until they are online for the first time; nothing: none is open.
    void set_request(std::optional<wire::FriendRequest> request);
    const std::optional<wire::FriendRequest>& request() const { return request_; }
    void search_now(Instant now);  // forgets all back-off
    void stop_searching();
    void abandon();  // with a goodbye; nothing goes on for it outside

    // What happened. The contact acts on it in its next tick.
    void received_dht_key(const wire::DhtKeyPacket& packet, Instant now);
    void heard_address(const Endpoint& address, bool confirmed, Instant now);
    void heard_relay(const DhtKey& relay, Instant now);  // they may be met there
    void lost_relay(const DhtKey& relay, Instant now);
    void own_relays_changed(Instant now);
    void network_changed(Instant now);
    void found_storing_node(Instant now);
    void own_address_changed(Instant now);
    void disown_dht_key();                     // somebody else has proven that it is theirs
    bool has_proven(const DhtKey& key) const;  // by a handshake, for a session that is or sleeps
    bool asks_for_cookie() const { return questions_.any(); }
    bool asked_cookie_at(const Route& route) const { return questions_.any() && routes_.contains(route); }
    bool received_cookie_response(ByteView datagram, const Route& from, Instant now);
    bool received_handshake(const Handshake& handshake, const Route& from, Instant now);
    bool received_session_packet(ByteView datagram, const Route& from, Instant now);

    Session* session() {
        return announced_ == Progress::established ? session_.get() : nullptr;
    }  // once it carries packets
    const Session* session() const { return announced_ == Progress::established ? session_.get() : nullptr; }
    std::size_t largest_packet() const { return largest_packet_; }  // that is to be given to the session
    // Also one that sleeps: what it says of our packets still counts.
    const Session* kept_session() const { return suspended_ ? suspended_->session.get() : session(); }
    bool may_hear_session_packets() const { return suspended_ || (session_ && session_->accepted()); }
    const std::optional<Route>& session_route() const { return choice_.current(); }
    bool connected_directly() const { return announced_ == Progress::established && choice_.direct(); }
    void leave();  // goodbye to the other side on every way, if there is a session

    const std::optional<Known<DhtKey>>& dht_key() const { return dht_key_; }
    const ContactHistory& history() const { return history_; }
    const Routes& routes() const { return routes_; }
    unsigned cookies_asked() const { return cookies_asked_; }
    unsigned handshakes_sent() const { return handshakes_sent_; }
    unsigned fruitless_rounds() const { return fruitless_rounds_; }
    bool in_doubt() const { return in_doubt_; }  // of the way that carries the session
    unsigned requests_sent() const { return requests_sent_; }
    WallTime progress_since() const { return announced_since_; }

    void tick(Instant now);
    Instant next_deadline(Instant now) const;

  private:
    class OnRoutes;                                  // output of a session on certain ways
    using Run = Duration (Contact::*)(Instant now);  // does it, and says when to do it again
    struct Task {
        Progress from, to;  // while from <= progress <= to
        bool only_trying;   // not under the policy `open`
        Run run;
        Instant due{};
    };
    struct Suspended {  // a session in which nothing was heard for long
        std::unique_ptr<Session> session;
        DhtKey peer;
        Instant until;
        Instant next_call;
        unsigned calls = 0;
    };
    static constexpr std::size_t task_count = 9;
    static std::array<Task, task_count> recurring();
    bool wanted(const Task& task, Progress progress) const;
    void doubt_silence(Instant now);
    void schedule(Run run, Instant due);  // then at the latest
    void postpone(Run run, Instant due);  // then at the earliest
    Duration pause_after_fruitless_round();

    Duration search(Instant now);
    Duration send_dht_key(Instant now);
    Duration route_dht_key(Instant now);
    Duration send_request(Instant now);
    Duration ask_cookie(Instant now);
    Duration send_handshake(Instant now);
    Duration keep_alive(Instant now);
    Duration seek_direct(Instant now);
    Duration share_relays(Instant now);

    // Routes and relays (contact_routes.cpp)
    bool send_on(const Route& route, ByteView packet, Instant now);
    void send_everywhere(ByteView packet, Instant now);
    bool route_in_doubt(Instant now) const;
    void notice_doubt(Instant now);
    void notice_swallowed(Instant now);
    void learn_size(const Session& session);
    std::vector<Route> spare_routes() const;
    void send_probe(Session& session, const Route& route, Instant now);
    void answer_goodbye(Session& session, const Route& from);
    void heard_on(const Route& route, Instant now);
    void learn(const Route& route, Instant until, Instant now);
    void learn_links(Instant now);
    void seek_at_relays(Instant now);
    void tie_relays(const std::vector<wire::PackedNode>& nodes, Instant now);
    bool may_be_relay(const Endpoint& endpoint, Scope named_from) const;
    Scope their_scope(Instant now) const;
    void tell_relays(Instant now);
    std::vector<Relay> own_relays(std::size_t count) const;

    void expire(Instant now);
    void notice_progress(Instant now);
    bool may_send_by_onion(Instant now) const;
    Instant onion_due(Instant now) const;
    void learn_dht_key(const DhtKey& dht_key, Instant now);
    void forget_dht_key();
    void stop_search_of_dht_key();
    Session* met_session() const;  // both sides have shown that they have it; it may sleep
    void offered_again(Session& session, const Route& from, Instant now);
    void notice_packet(Instant now);
    void notice_session(Instant now);
    void suspend(Instant now);
    void resume(Instant now);
    void call_suspended(Instant now);
    void drop_session(SessionEnd end, Instant now);
    void forget_attempt();
    void begin_again(SessionEnd end, Instant now);
    void note_end(SessionEnd end);
    Session& own_session(Instant now);
    void start_afresh();
    bool is_replay(const Handshake& handshake, Instant now);
    bool take_handshake(const Handshake& handshake, const Route& from, Instant now);
    void answer_handshake(Instant now);
    wire::DhtKeyPacket dht_key_packet(Instant now);

    void on_lossless(ByteView packet) override;
    void on_lossy(ByteView packet) override;
    void on_kill() override;
    bool send_session_packet(ByteView datagram) override;
    bool send_large_session_packet(ByteView datagram) override;

    LongTermKey key_;
    ContactWorld& world_;
    Policy policy_ = Policy::trying;
    std::optional<wire::FriendRequest> request_;

    // Facts
    std::optional<Known<DhtKey>> dht_key_;
    Routes routes_;
    std::optional<Known<wire::Cookie>> cookie_;
    std::unique_ptr<Session> session_;    // ours from the first handshake on; counts once theirs is in
    Instant session_until_ = never;       // unconfirmed: how long we wait; confirmed: moves with every packet heard
    std::optional<Suspended> suspended_;  // only while there is no other
    RouteChoice choice_;                  // the way their packets come and ours go
    bool doubted_ = false;                // established, but silent for so long that they are searched as well
    std::uint64_t heard_number_ = 0;      // the highest of their DHT-key packets
    HalfOpenPlace half_open_;             // while a handshake of theirs that we did not ask for waits for a packet
    TokenBucket sessions_;                // that may still begin (B95)
    std::optional<Progress> announced_;   // what the listener knows
    bool begun_ = false;                  // a session has been announced that has not ended, though it may sleep
    WallTime announced_since_{};  // by the time of day: the other clock may stand still while the computer sleeps

    // What tasks remember of their last turns
    CookieQuestions questions_;
    unsigned cookies_asked_ = 0;
    unsigned handshakes_sent_ = 0;
    unsigned fruitless_rounds_ = 0;  // of cookies or handshakes without answer
    unsigned requests_sent_ = 0;
    unsigned keys_sent_ = 0;  // since the announcement we answer to was found
    RawKey keys_sent_to_{};   // the data key of that announcement
    Instant last_handshake_{};
    unsigned direct_probes_ = 0;                         // rounds, since a relay carries the session
    bool in_doubt_ = false;                              // of the way that carries the session, as acted on
    bool told_direct_ = false;                           // what the relays know
    std::vector<Known<Nonce>> handshakes_seen_;          // so that a replay disturbs nothing (R24)
    std::size_t largest_packet_ = Session::max_payload;  // less once a session swallowed one
    bool killed_ = false;                                // by the packet being received
    ContactHistory history_;
    std::array<Task, task_count> tasks_;
};

}  // namespace tox
