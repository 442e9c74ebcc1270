// SPDX-License-Identifier: GPL-3.0-or-later
// One data packet coming in (notes 1.6): nothing is changed before the last check.
#include "engine/session/session_body.hpp"

namespace tox {

namespace {

// Request packets that answer nothing but a request packet; so few that two sides never keep each other awake.
constexpr unsigned most_echoes = 8;
constexpr Duration echo_interval = 200ms;

}  // namespace

std::optional<wire::DataContent> Session::Body::open_datagram(ByteView datagram, std::uint16_t& tail) {
    const auto envelope = wire::read_envelope(datagram);
    if (!envelope) return std::nullopt;
    tail = envelope->header.nonce_tail;
    const auto nonce = peer->window.locate(tail);
    if (!nonce || !open_to(peer->key, *nonce, envelope->box, incoming)) return std::nullopt;
    const auto content = wire::read_content(ByteView(incoming).first(envelope->box.size() - mac_size));
    if (!content || !send.may_acknowledge(content->header.buffer_start)) return std::nullopt;
    return content;
}

bool Session::Body::receive(ByteView datagram, Instant now, SessionListener& listener) {
    if (!peer || ended) return false;
    std::uint16_t tail = 0;
    const auto content = open_datagram(datagram, tail);
    if (!content) return false;
    peer->window.accept(tail);
    last_heard = now;
    const bool kill = content->payload.front() == wire::payload_kind::kill;
    if (!confirmed && !kill) confirm();
    take_acknowledgement(*content, now);  // a goodbye too says what has arrived (c-toxcore's always does)
    if (kill) {
        ended = true;
        listener.on_kill();
    } else if (!left) {
        take_payload(*content, now, listener);
    }
    return true;
}

void Session::Body::confirm() {
    confirmed = true;
    own.secret = SecretKey{};  // R14: no other handshake is accepted from now on
}

// A stale acknowledgement (the packet was overtaken) changes nothing, its payload is taken all the same (trap T3).
void Session::Body::take_acknowledgement(const wire::DataContent& content, Instant now) {
    SendBuffer::Outcome outcome;
    send.acknowledge_before(content.header.buffer_start, now, outcome);
    if (content.payload.front() == wire::payload_kind::request)
        send.take_request({content.header.buffer_start, content.payload.subspan(1), round_trip.guards()}, now, outcome);
    if (outcome.passed > 0) sizes.passed(outcome.passed);
    if (outcome.rescued > 0) sizes.rescued(outcome.rescued, now);
    if (outcome.round_trip) round_trip.sample(*outcome.round_trip, now);
    if (outcome.at_most) round_trip.sample_at_most(*outcome.at_most, now);
    acknowledger.set_round_trip(round_trip.smoothed());
    if (outcome.delivered > 0) {
        resends.delivered(outcome.delivered, now);
        peer_confirmed = true;
        probes = 0;
        probe_base = now;
    }
    if (outcome.delivered + outcome.lost == 0) return;
    congestion.report({outcome.delivered, outcome.lost, send.in_flight(), outcome.round_trip}, round_trip, now);
    pacer.set_rate(congestion.pace(round_trip), now);
}

void Session::Body::take_payload(const wire::DataContent& content, Instant now, SessionListener& listener) {
    const Byte kind = content.payload.front();
    if (wire::is_lossless(kind)) return take_lossless(content, now, listener);
    if (kind == wire::payload_kind::request) {
        if (received.note_end(content.header.number)) watch_holes(now);
        if (content.payload.size() == 1) answer_request(now);
    } else if (wire::is_lossy(kind)) {
        if (received.note_end(content.header.number)) watch_holes(now);
        listener.on_lossy(content.payload);
    }
    // Other kinds are reserved; they prove that the peer is there and no more (trap T18).
}

// Returns from when on what is missing may be told.
Instant Session::Body::watch_holes(Instant now) {
    if (!received.missing_any()) {
        patience.whole(received.end());
        return now;
    }
    patience.note(received.end(), now);
    const bool some_ripe = ahead(patience.settled(), received.start()) > 0;
    const Instant ripe = some_ripe ? now : patience.ripe_at();
    acknowledger.hole_known(ripe, now);
    return ripe;
}

// An idle c-toxcore peer sends empty requests once per second. One is answered if our last acknowledgement may have
// been lost, or if the peer may still wait for its confirmation; else silence is the answer.
void Session::Body::answer_request(Instant now) {
    if (received.missing_any() || now - acknowledger.last_told() < echo_interval) return;
    const bool unconfirmed = !peer_confirmed && echoes < most_echoes;
    if (!unconfirmed && !repeat_told) return;
    if (unconfirmed) ++echoes;
    repeat_told = false;
    acknowledger.ask(now);
}

void Session::Body::take_lossless(const wire::DataContent& content, Instant now, SessionListener& listener) {
    peer_confirmed = true;  // it sends these only when confirmed
    last_used = now;
    const auto fate = received.take(content.header.number, content.payload);
    if (fate == ReceiveBuffer::Fate::in_order) deliver_in_order(content.payload, listener);
    if (fate == ReceiveBuffer::Fate::duplicate) patience.asked_too_soon(round_trip.smoothed().value_or(100ms), now);
    patience.calm(now);
    acknowledger.packet_came(watch_holes(now), now);
    repeat_told = true;
}

void Session::Body::deliver_in_order(ByteView first, SessionListener& listener) {
    for (std::optional<ByteView> packet = first; packet && usable(); packet = received.next()) {
        listener.on_lossless(*packet);
        received.advance();
    }
}

}  // namespace tox
