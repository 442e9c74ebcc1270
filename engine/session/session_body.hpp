// SPDX-License-Identifier: GPL-3.0-or-later
// What a session is made of. Internal to engine/session.
#pragma once

#include "engine/session/acknowledger.hpp"
#include "engine/session/congestion.hpp"
#include "engine/session/hole_patience.hpp"
#include "engine/session/lossy_queue.hpp"
#include "engine/session/nonce_window.hpp"
#include "engine/session/pacer.hpp"
#include "engine/session/receive_buffer.hpp"
#include "engine/session/resend_credit.hpp"
#include "engine/session/send_buffer.hpp"
#include "engine/session/session.hpp"
#include "engine/session/size_watch.hpp"
#include "engine/wire/session.hpp"

namespace tox {

struct Peer {  // the other side, once its handshake is known
    SessionKey session_key;
    Nonce base_nonce;
    SharedKey key;
    NonceWindow window;
};

struct Session::Body {
    Body(Instant now, ReorderMemory* account);

    bool accept(const SessionKey& theirs, const Nonce& their_base_nonce, Instant now);
    bool usable() const { return peer.has_value() && !ended && !left; }

    // receiving
    bool receive(ByteView datagram, Instant now, SessionListener& listener);
    void confirm();
    std::optional<wire::DataContent> open_datagram(ByteView datagram, std::uint16_t& tail);
    void take_acknowledgement(const wire::DataContent& content, Instant now);
    void take_payload(const wire::DataContent& content, Instant now, SessionListener& listener);
    void take_lossless(const wire::DataContent& content, Instant now, SessionListener& listener);
    void deliver_in_order(ByteView first, SessionListener& listener);
    Instant watch_holes(Instant now);
    void answer_request(Instant now);

    // sending
    void tick(Instant now, SessionOutput& out);
    void probe(Instant now, SessionOutput& out);
    void send_packets(Instant now, SessionOutput& out);
    bool send_packet(std::uint32_t number, Instant now, SessionOutput& out);
    void block_output(Instant now);
    void send_request(Instant now, SessionOutput& out);
    void emit_request(Instant now, SessionOutput& out);
    bool emit(const wire::DataContent& content, SessionOutput& out, bool by_all_ways = false);
    std::uint32_t acknowledgement(Instant now);
    void keep_house(Instant now);
    std::size_t bulk_room() const;

    bool window_open() const { return send.in_flight() < static_cast<std::uint32_t>(congestion.window()); }
    bool packets_due() const { return confirmed && send.anything_to_send() && window_open(); }
    bool resend_next() const { return send.next_to_send() != send.sent_end(); }
    Instant probe_at() const;
    Instant next_deadline(Instant now) const;

    SessionKeyPair own = SessionKeyPair::generate();
    Nonce own_base = Nonce::random();
    Nonce next_nonce = own_base;
    std::optional<Peer> peer;
    bool confirmed = false;
    bool ended = false;           // killed by the other side
    bool left = false;            // by ours: only what they say of ours still counts
    bool peer_confirmed = false;  // it has shown that our packets reach it
    Instant last_heard;

    SendBuffer send;
    ReceiveBuffer received;
    HolePatience patience;
    LossyQueue lossy;
    RoundTrip round_trip;
    Congestion congestion;
    SizeWatch sizes;
    Pacer pacer;
    ResendCredit resends;
    Acknowledger acknowledger;
    std::uint32_t told_start = 0;  // the acknowledgement our packets carry

    unsigned greetings = 0;    // request packets sent until confirmed
    unsigned echoes = 0;       // request packets sent only because one came
    bool repeat_told = false;  // the last acknowledgement may be told once more
    unsigned probes = 0;       // in a row, without anything new acknowledged
    Instant probe_base{};      // the last sending or progress
    Instant blocked_until{};   // the output took nothing
    Duration block{};
    Instant last_used{};

    ByteArray<wire::largest_data_packet> incoming{};
    Bytes outgoing_plain;
    Bytes outgoing;
    Bytes request;
};

}  // namespace tox
