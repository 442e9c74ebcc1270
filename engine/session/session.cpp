// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/session.hpp"

#include "engine/session/session_body.hpp"

namespace tox {

static_assert(Session::max_payload == wire::largest_payload);

Session::Session(Instant now, ReorderMemory* account) : body_(std::make_unique<Body>(now, account)) {}
Session::~Session() = default;

Session::Body::Body(Instant now, ReorderMemory* account) : last_heard(now), received(0, account) {
    outgoing_plain.reserve(wire::largest_data_packet);
    outgoing.reserve(wire::largest_data_packet);
}

bool Session::Body::accept(const SessionKey& theirs, const Nonce& their_base_nonce, Instant now) {
    if (peer && peer->session_key == theirs && peer->base_nonce == their_base_nonce) return true;
    if (confirmed || ended || left) return false;
    auto key = precompute(theirs, own.secret);
    if (!key) return false;
    // Our nonces go on where they are, so that none seals twice even if only their nonce is new.
    peer.emplace(Peer{theirs, their_base_nonce, std::move(*key), NonceWindow(their_base_nonce)});
    greetings = 0;
    acknowledger.ask(now);  // the first packet confirms us to the other side
    last_used = now;
    return true;
}

const SessionKey& Session::own_key() const { return body_->own.public_key; }
const Nonce& Session::own_base_nonce() const { return body_->own_base; }
bool Session::accept(const SessionKey& theirs, const Nonce& their_base_nonce, Instant now) {
    return body_->accept(theirs, their_base_nonce, now);
}
bool Session::accepted() const { return body_->peer.has_value(); }
bool Session::is_peer(const SessionKey& key) const { return body_->peer && body_->peer->session_key == key; }
bool Session::confirmed() const { return body_->confirmed; }

bool Session::receive(ByteView datagram, Instant now, SessionListener& listener) {
    return body_->receive(datagram, now, listener);
}

std::optional<std::uint32_t> Session::send_lossless(ByteView packet, Instant now) {
    if (!body_->usable() || packet.empty() || packet.size() > max_payload) return std::nullopt;
    if (!wire::is_lossless(packet.front()) || body_->bulk_room() == 0) return std::nullopt;
    body_->last_used = now;
    return body_->send.push(packet);
}

bool Session::send_vital(ByteView packet, Instant now) {
    if (!body_->usable() || packet.empty() || packet.size() > max_payload) return false;
    if (!wire::is_lossless(packet.front())) return false;
    body_->last_used = now;
    return body_->send.push_vital(packet);
}

bool Session::send_lossy(ByteView packet, Instant now) {
    if (!body_->usable() || !body_->confirmed || packet.empty() || packet.size() > max_payload) return false;
    if (!wire::is_lossy(packet.front())) return false;
    body_->last_used = now;
    return body_->lossy.push(packet);
}

std::optional<Session::Swallowed> Session::swallowed() const {
    const SendBuffer::Missed& missed = body_->send.missed();
    if (!body_->peer || missed.times == 0) return std::nullopt;
    const std::size_t size = body_->send.packet(body_->send.start()).size();
    if (!body_->sizes.hopeless(size, missed.times)) return std::nullopt;
    return Swallowed{size, missed.since + SizeWatch::despair};
}

std::size_t Session::send_room() const { return body_->usable() ? body_->bulk_room() : 0; }
std::uint32_t Session::first_unacknowledged() const { return body_->send.arrived(); }
bool Session::delivered(std::uint32_t number) const { return ahead(body_->send.arrived(), number) > 0; }

void Session::send_kill(SessionOutput& out) {
    constexpr int copies = 2;  // trap T19: a lost one costs the other side half a minute of "online"
    constexpr ByteArray<1> kill{wire::payload_kind::kill};
    if (!accepted() || std::exchange(body_->left, true)) return;
    const wire::ContentHeader newest{body_->received.start(), body_->send.sent_end()};
    for (int i = 0; i < (body_->ended ? 1 : copies); ++i) body_->emit({newest, kill}, out);
}

void Session::send_probe(Instant now, SessionOutput& out) {
    if (body_->usable()) body_->emit_request(now, out);
}
void Session::start_over(Instant now) {
    body_->send.give_up_in_flight();
    body_->round_trip = {};
    body_->congestion = {};
    body_->pacer = {};
    body_->sizes = {};
    body_->probes = 0;
    body_->probe_base = now;
}
bool Session::unanswered() const { return body_->probes > 0; }
bool Session::narrow(Instant now) const { return body_->sizes.narrow(now); }
void Session::way_changed() { body_->sizes = {}; }
std::optional<Duration> Session::round_trip() const { return body_->round_trip.smoothed(); }
Instant Session::last_heard() const { return body_->last_heard; }
void Session::tick(Instant now, SessionOutput& out) { body_->tick(now, out); }
Instant Session::next_deadline(Instant now) const { return body_->next_deadline(now); }

}  // namespace tox
