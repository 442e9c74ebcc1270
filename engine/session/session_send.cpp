// SPDX-License-Identifier: GPL-3.0-or-later
// What a session sends, and when.
#include "engine/session/session_body.hpp"

namespace tox {

namespace {

constexpr Duration first_greeting_interval = 250ms;
constexpr Duration longest_greeting_interval = 1s;  // c-toxcore's request interval
constexpr unsigned probes_before_restart = 2;       // after so many unanswered ones everything in flight is lost
// Also where an outage was measured as a round trip: a way that is open for two seconds is not missed.
constexpr Duration longest_probe_interval = 2s;
constexpr Duration first_block = 5ms;
constexpr Duration longest_block = 200ms;
constexpr Duration idle_before_release = 5s;
// What may wait to be sent, if the window is not larger: enough that a window which doubles finds something to send.
constexpr std::size_t least_bulk = 128;

template <class Interval>
Duration doubled(Interval first, unsigned times, Duration most) {
    constexpr unsigned enough = 12;
    return std::min<Duration>(first * (1U << std::min(times, enough)), most);
}

}  // namespace

bool Session::Body::emit(const wire::DataContent& content, SessionOutput& out, bool by_all_ways) {
    wire::write_content(outgoing_plain, content);
    outgoing.clear();
    wire::write(outgoing, wire::DataHeader{next_nonce.low16()});
    seal(peer->key, next_nonce, outgoing_plain, outgoing);
    next_nonce.add(1);  // for each datagram, sent or not: a nonce must never seal two contents
    return by_all_ways ? out.send_large_session_packet(outgoing) : out.send_session_packet(outgoing);
}

void Session::Body::tick(Instant now, SessionOutput& out) {
    if (!usable()) return;
    if (now >= probe_at()) probe(now, out);
    lossy.drain([&](ByteView packet) { emit({{acknowledgement(now), send.sent_end()}, packet}, out); });
    send_packets(now, out);
    if (now >= acknowledger.due()) send_request(now, out);
    keep_house(now);
}

Instant Session::Body::probe_at() const {
    if (send.in_flight() == 0) return never;
    return probe_base + doubled(round_trip.probe_timeout(), probes, longest_probe_interval);
}

// Tail loss: the oldest packet again, which lets the peer's stream go on, and our end, which shows it the extent.
void Session::Body::probe(Instant now, SessionOutput& out) {
    if (++probes > probes_before_restart) {
        send.give_up_in_flight();
        congestion.timeout(now);
        pacer.set_rate(congestion.pace(round_trip), now);
    } else if (const auto oldest = send.oldest_in_flight()) {
        send_packet(*oldest, now, out);
    }
    acknowledger.ask(now);
    probe_base = now;
}

void Session::Body::send_packets(Instant now, SessionOutput& out) {
    if (!confirmed || now < blocked_until || !send.anything_to_send()) return;
    while (send.vital_waits()) {  // whatever the window says: it is small and rare
        if (!send_packet(send.sent_end(), now, out)) return block_output(now);
    }
    if (send.in_flight() == 0 && now - probe_base > round_trip.probe_timeout() && probes == 0) {
        congestion.idle();
        probe_base = now;
    }
    pacer.set_rate(congestion.pace(round_trip), now);
    while (packets_due() && pacer.take(now)) {
        if (resend_next() && !resends.take(now)) break;
        if (send_packet(*send.next_to_send(), now, out)) continue;
        block_output(now);
        break;
    }
    congestion.sending(send.anything_to_send());
}

void Session::Body::block_output(Instant now) {
    block = std::clamp(2 * block, first_block, longest_block);
    blocked_until = now + block;
}

// What waits unsent stands in front of whatever is said next: no more than the window takes soon.
std::size_t Session::Body::bulk_room() const {
    const std::size_t most = std::max(least_bulk, static_cast<std::size_t>(congestion.window()));
    return send.unsent() < most ? std::min(send.room(), most - send.unsent()) : 0;
}

bool Session::Body::send_packet(std::uint32_t number, Instant now, SessionOutput& out) {
    const ByteView packet = send.packet(number);
    const bool by_all_ways = sizes.doubts(packet.size(), send.times_sent(number), now);
    if (!emit({{acknowledgement(now), number}, packet}, out, by_all_ways)) return false;
    send.sent(number, now);
    if (by_all_ways) send.went_by_all_ways(number);
    probe_base = now;
    block = {};
    return true;
}

// What our packets say of the peer's. Where it is the newest and nothing is missing, no request packet is needed.
std::uint32_t Session::Body::acknowledgement(Instant now) {
    if (told_start != received.start() && acknowledger.may_advance(now)) {
        told_start = received.start();
        if (!received.missing_any()) acknowledger.told(false, now);
    }
    return told_start;
}

void Session::Body::emit_request(Instant now, SessionOutput& out) {
    told_start = received.start();
    request.assign(1, wire::payload_kind::request);
    patience.settle(now);
    received.write_missing(request, wire::largest_payload - request.size(), patience.settled());
    emit({{told_start, send.sent_end()}, request}, out);
}

void Session::Body::send_request(Instant now, SessionOutput& out) {
    emit_request(now, out);
    acknowledger.told(received.missing_any(), now);
    if (ahead(received.end(), patience.settled()) > 0) watch_holes(now);
    if (!confirmed) acknowledger.ask(now + doubled(first_greeting_interval, greetings++, longest_greeting_interval));
}

// Memory of a transfer is given back on the first occasion, never by a wake-up of its own.
void Session::Body::keep_house(Instant now) {
    if (now - last_used < idle_before_release) return;
    if (send.empty()) send.release_memory();
    if (received.holds_nothing()) received.release_memory();
    if (lossy.empty()) lossy.release_memory();
}

Instant Session::Body::next_deadline(Instant now) const {
    if (!usable()) return never;
    if (!lossy.empty()) return now;
    Instant next = std::min(acknowledger.due(), probe_at());
    if (confirmed && send.vital_waits()) next = std::min(next, std::max(blocked_until, now));
    if (packets_due()) {
        const Instant resend = resend_next() ? resends.ready_at(now) : now;
        next = std::min(next, std::max({blocked_until, resend, pacer.ready_at(now)}));
    }
    return next;
}

}  // namespace tox
