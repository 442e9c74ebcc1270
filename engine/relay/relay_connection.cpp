// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/relay_connection.hpp"

#include <algorithm>

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

constexpr Duration company = 5s;  // pings of all relays are due on one beat: one wake-up for all

Instant on_beat(Instant at) { return at - at.time_since_epoch() % company; }

}  // namespace

RelayConnection::RelayConnection(std::unique_ptr<Stream> stream, const DhtKey& relay, const Owner& owner)
    : secure_(std::move(stream), owner.self, relay, *this),
      self_(owner.self.public_key),
      listener_(owner.listener),
      loop_(owner.loop),
      since_(loop_.now()),
      patience_ends_(since_ + connect_patience) {}

// ---- links -------------------------------------------------------------------------------------------------------

void RelayConnection::ask_for(const DhtKey& peer) {
    if (peer == self_ || (links_.size() >= most_links && !links_.contains(peer))) return;
    auto& link = *links_.try_emplace(peer).first;
    link.second.wanted = true;
    if (!link.second.slot) request(link);
}

void RelayConnection::request(Links::value_type& link) {
    if (!ready() || link.second.asking) return;
    link.second.asking = true;
    link.second.asked = loop_.now();
    secure_.send_control(wire::serialise(wire::RoutingRequest{link.first}));
}

void RelayConnection::release(const DhtKey& peer) {
    const auto link = links_.find(peer);
    if (link == links_.end()) return;
    link->second.wanted = false;
    if (!link->second.asking) drop(link);
}

// Only a slot that we were given is given back, and once (traps T33, T38).
void RelayConnection::drop(Links::iterator link) {
    if (link->second.slot) {
        at(*link->second.slot) = nullptr;
        if (ready()) secure_.send_control(wire::serialise(wire::DisconnectNotification{*link->second.slot}));
    }
    links_.erase(link);
}

bool RelayConnection::linked(const DhtKey& peer) const {
    const auto link = links_.find(peer);
    return ready() && link != links_.end() && link->second.open && link->second.wanted;
}

std::vector<DhtKey> RelayConnection::open_links() const {
    std::vector<DhtKey> peers;
    for (const auto& [peer, link] : links_)
        if (link.open && link.wanted) peers.push_back(peer);
    return peers;
}

// ---- sending -----------------------------------------------------------------------------------------------------

bool RelayConnection::send(const DhtKey& peer, ByteView packet) {
    if (packet.empty()) return false;  // an empty one would cut c-toxcore's connection (trap T36b)
    const bool small = packet.size() <= most_small;
    if (linked(peer)) {
        if (packet.size() > wire::most_link_data) return false;
        wire::write_link_data(frame_, {*links_.at(peer).slot, packet});
        return send_data(frame_, small);
    }
    if (packet.size() > wire::most_out_of_band) return false;  // trap T36
    return send_data(wire::serialise(wire::OutOfBandSend{peer, {Bytes(packet.begin(), packet.end())}}), small);
}

bool RelayConnection::send_onion(ByteView request) {
    if (request.size() + 1 < wire::size_of<wire::OnionRequestFrame>) return false;
    return send_data(wire::serialise(wire::OnionRequestFrame{{Bytes(request.begin(), request.end())}}), false);
}

bool RelayConnection::send_data(ByteView frame, bool small) {
    if (!ready() || unread_ >= most_unread + (small ? unread_small : 0)) return false;
    if (!(small ? secure_.send_soon(frame) : secure_.send(frame))) return false;
    unread_ += frame.size() + mac_size + wire::size_of<wire::FrameHead>;
    nudge_at_ = std::min(nudge_at_, loop_.now() + silence_before_ping);
    if (unread_ >= bytes_between_pings && ping_id_ == 0) ping(loop_.now(), pong_patience);
    return true;
}

// ---- receiving ---------------------------------------------------------------------------------------------------

// The relay counts us as its client from our first frame on (notes 3.1), so a ping goes at once.
void RelayConnection::on_secured() {
    ready_ = true;
    doubted_ = false;
    ping(loop_.now(), pong_patience);
    for (auto& link : links_) request(link);
    listener_.on_relay_ready(*this);
}

void RelayConnection::on_ended(StreamEnd end) { die(end); }

void RelayConnection::die(StreamEnd end) {
    if (std::exchange(gone_, true)) return;
    end_ = end;
    listener_.on_relay_gone(*this);
}

// Whatever does not parse is ignored: a relay passes on what others made, and one bad key of theirs must not cut us
// off.
template <class Packet>
void RelayConnection::take(ByteView frame) {
    if (const auto packet = wire::parse<Packet>(frame)) handle(*packet);
}

void RelayConnection::on_frame(ByteView frame) {
    if (gone()) return;
    nudge_at_ = never;
    if (const auto data = wire::read_link_data(frame)) return take_data(*data);
    switch (frame.front()) {
        case wire::RoutingResponse::kind:
            return take<wire::RoutingResponse>(frame);
        case wire::ConnectNotification::kind:
            return take<wire::ConnectNotification>(frame);
        case wire::DisconnectNotification::kind:
            return take<wire::DisconnectNotification>(frame);
        case wire::RelayPing::kind:
            return take<wire::RelayPing>(frame);
        case wire::RelayPong::kind:
            return take<wire::RelayPong>(frame);
        case wire::OutOfBandReceived::kind:
            return take<wire::OutOfBandReceived>(frame);
        case wire::OnionResponseFrame::kind:
            return take<wire::OnionResponseFrame>(frame);
        default:
            return;  // forwarding, which we never ask for, or of a later version
    }
}

void RelayConnection::handle(const wire::RoutingResponse& response) {
    const auto link = links_.find(response.peer);
    if (link == links_.end() || !std::exchange(link->second.asking, false)) return;  // never asked
    if (!wire::is_slot(response.slot)) return refused(link);
    granted(link, response.slot);
}

// Slots below 16 are none (trap T35): the relay is full, or has its reasons.
void RelayConnection::refused(Links::iterator link) {
    const bool had_one = link->second.slot.has_value();
    if (had_one) {
        at(*link->second.slot) = nullptr;
        link->second.slot.reset();
    }
    if (!link->second.wanted) {
        links_.erase(link);
        return;
    }
    ask_again_ = std::min(ask_again_, link->second.asked + refusal_pause);
    if (std::exchange(link->second.open, false)) listener_.on_link(*this, DhtKey(link->first), false);
}

void RelayConnection::granted(Links::iterator link, Byte slot) {
    const Links::value_type* holder = at(slot);
    if (holder != nullptr && holder != &*link) return die(StreamEnd::closed);  // whose packets would they be?
    const bool moved = link->second.slot && *link->second.slot != slot;
    if (moved) at(*link->second.slot) = nullptr;
    link->second.slot = slot;
    at(slot) = &*link;
    if (!link->second.wanted) return drop(link);
    if (moved && std::exchange(link->second.open, false)) listener_.on_link(*this, DhtKey(link->first), false);
}

void RelayConnection::handle(const wire::ConnectNotification& notification) { set_open(notification.slot, true); }

void RelayConnection::handle(const wire::DisconnectNotification& notification) { set_open(notification.slot, false); }

// A slot that is not ours is one that we have just given back.
void RelayConnection::set_open(Byte slot, bool open) {
    Links::value_type* found = wire::is_slot(slot) ? at(slot) : nullptr;
    if (found == nullptr) return;
    auto& [peer, link] = *found;
    // c-toxcore may free the slots of others by mistake (trap T38): asking once more does no harm.
    if (!open && link.wanted && loop_.now() >= link.asked + least_between_asks) request(*found);
    if (std::exchange(link.open, open) != open && link.wanted) listener_.on_link(*this, DhtKey(peer), open);
}

void RelayConnection::handle(const wire::RelayPing& question) {
    if (question.id == 0 || !answers_.take(loop_.now())) return;
    secure_.send_control(wire::serialise(wire::RelayPong{question.id}));
}

void RelayConnection::handle(const wire::RelayPong& answer) {
    if (ping_id_ == 0 || answer.id != ping_id_) return;
    const Instant now = loop_.now();
    if (asked_of_ == 0) round_trip_ = now - ping_sent_;  // otherwise it waited behind our data
    unread_ -= asked_of_;
    asked_of_ = 0;
    ping_id_ = 0;
    doubted_ = false;
    next_ping_ = on_beat(now + ping_interval);
    if (unread_ >= bytes_between_pings) ping(now, pong_patience);
}

void RelayConnection::handle(const wire::OutOfBandReceived& packet) {
    const auto& data = packet.data.bytes;
    if (packet.peer == self_ || data.size() > wire::most_out_of_band) return;
    listener_.on_peer_packet(*this, packet.peer, data);
}

void RelayConnection::handle(const wire::OnionResponseFrame& packet) {
    listener_.on_onion_response(*this, packet.response.bytes);
}

// Anybody linked to us can make the relay pass an empty one: it means nothing (notes 3.1).
void RelayConnection::take_data(const wire::LinkData& packet) {
    const Links::value_type* link = at(packet.slot);
    if (link == nullptr || !link->second.wanted || packet.data.empty()) return;
    listener_.on_peer_packet(*this, DhtKey(link->first), packet.data);
}

// ---- time --------------------------------------------------------------------------------------------------------

void RelayConnection::ping(Instant now, Duration patience) {
    ping_id_ = random_u64() | 1U;
    ping_sent_ = now;
    asked_of_ = unread_;
    patience_ends_ = now + patience;
    next_ping_ = never;
    nudge_at_ = never;
    secure_.send_control(wire::serialise(wire::RelayPing{ping_id_}));
}

void RelayConnection::doubt(Instant now) {
    if (gone()) return;
    doubted_ = true;
    if (ready_)
        ping(now, doubt_patience);
    else
        patience_ends_ = std::min(patience_ends_, now + doubt_patience);
}

void RelayConnection::ask_refused_again(Instant now) {
    ask_again_ = never;
    for (auto& link : links_) {
        if (link.second.slot || link.second.asking) continue;
        if (const Instant due = link.second.asked + refusal_pause; due > now)
            ask_again_ = std::min(ask_again_, due);
        else
            request(link);
    }
}

void RelayConnection::tick(Instant now) {
    if (gone()) return die(end_);
    if ((!ready_ || ping_id_ != 0) && patience_ends_ <= now)
        return die(ready_ ? StreamEnd::closed : StreamEnd::unreachable);
    if (!ready_) return;
    if (ask_again_ <= now) ask_refused_again(now);
    if (ping_id_ == 0 && std::min(next_ping_, nudge_at_) <= now) ping(now, pong_patience);
}

Instant RelayConnection::next_deadline() const {
    if (gone()) return gone_ ? never : Instant{};
    if (!ready_) return patience_ends_;
    if (ping_id_ != 0) return std::min(patience_ends_, ask_again_);
    return std::min({next_ping_, ask_again_, nudge_at_});
}

}  // namespace tox
