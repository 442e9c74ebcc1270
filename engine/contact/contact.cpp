// SPDX-License-Identifier: GPL-3.0-or-later
// Facts: what was learnt, until when it holds, and what follows at once. The tasks are in contact_tasks.cpp.
#include "engine/contact/contact.hpp"

#include <algorithm>

#include "engine/contact/constants.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

using enum Progress;

Contact::Contact(const LongTermKey& key, ContactWorld& world) : key_(key), world_(world), tasks_(recurring()) {}

Contact::~Contact() = default;

Progress Contact::progress(Instant now) const {
    if (session_ && session_->accepted()) return session_->confirmed() ? established : awaiting_session_packet;
    if (!fresh(dht_key_, now)) return awaiting_dht_key;
    if (!routes_.any(now)) return acquiring_ip_address;
    if (!fresh(cookie_, now)) return acquiring_cookie;
    return awaiting_handshake;
}

void Contact::set_policy(Policy policy, Instant now) {
    if (policy == policy_) return;
    policy_ = policy;
    if (policy == Policy::trying) {
        start_afresh();
        return;
    }
    if (policy == Policy::open) return stop_searching();
    abandon();
    drop_session(SessionEnd::refused, now);
}

void Contact::abandon() {
    leave();
    stop_searching();
    forget_dht_key();
}

void Contact::set_request(std::optional<wire::FriendRequest> request) {
    request_ = std::move(request);
    requests_sent_ = 0;
    schedule(&Contact::send_request, Instant{});
}

void Contact::search_now(Instant now) {
    start_afresh();
    world_.onion.search_afresh(key_, now);
}

void Contact::start_afresh() {
    cookies_asked_ = handshakes_sent_ = fruitless_rounds_ = 0;
    for (Task& task : tasks_) task.due = Instant{};
}

// ---- learning ----------------------------------------------------------------------------------------------------

void Contact::received_dht_key(const wire::DhtKeyPacket& packet, Instant now) {
    if (policy_ == Policy::refusing || packet.no_replay <= heard_number_) return;
    heard_number_ = packet.no_replay;
    history_.key_heard = world_.loop.wall();
    learn_dht_key(packet.dht_key, now);
    if (policy_ != Policy::trying || announced_ == established) return;
    fruitless_rounds_ = 0;
    tie_relays(packet.nodes.nodes, now);
    for (const auto& packed : packet.nodes.nodes) {
        if (packed.transport != wire::Transport::udp) continue;
        if (packed.node.key == packet.dht_key) heard_address(packed.node.endpoint, false, now);
        world_.dht.ask(packed.node, packet.dht_key, now);
    }
}

void Contact::learn_dht_key(const DhtKey& dht_key, Instant now) {
    const bool same = dht_key_ && dht_key_->value == dht_key;
    if (!same) {
        // Another key is another start of their program: what we had with the old one is gone (trap 22).
        drop_session(SessionEnd::restarted, now);
        forget_dht_key();
        fruitless_rounds_ = 0;
        schedule(&Contact::search, now);
    }
    dht_key_ = {dht_key, now + dht_key_life};
    if (!same) seek_at_relays(now);
}

void Contact::forget_dht_key() {
    if (dht_key_) world_.dht.stop(dht_key_->value);
    if (dht_key_ && world_.relays) world_.relays->forget(dht_key_->value, world_.loop.now());
    dht_key_.reset();
    routes_.clear();
    cookie_.reset();
    cookies_asked_ = handshakes_sent_ = 0;
}

void Contact::heard_address(const Endpoint& address, bool confirmed, Instant now) {
    if (!dht_key_ || !address.is_usable() || !world_.network.reaches(address.family)) return;
    history_.address_heard = world_.loop.wall();
    if (confirmed) dht_key_->until = std::max(dht_key_->until, now + dht_key_life);
    if (connected_directly() && !route_in_doubt(now)) return;  // the session knows better
    learn(address, now + (confirmed ? confirmed_route_life : named_route_life), now);
}

void Contact::found_storing_node(Instant now) {
    const auto found = world_.onion.found(key_, now);
    if (!found) return;
    if (keys_sent_ == 0 || found->data_key != keys_sent_to_) schedule(&Contact::send_dht_key, onion_due(now));
    if (request_ && requests_sent_ == 0) schedule(&Contact::send_request, onion_due(now));
}

void Contact::own_address_changed(Instant now) {
    if (keys_sent_ > 0) schedule(&Contact::send_dht_key, now);
}

bool Contact::received_cookie_response(ByteView datagram, const Route& from, Instant now) {
    if (!fresh(dht_key_, now) || echo_ == 0) return false;
    const auto cookie = open_cookie_response(datagram, dht_key_->value, world_.dht_keys, echo_);
    if (!cookie) return false;
    echo_ = 0;  // one answer per question
    cookie_ = {*cookie, now + cookie_life};
    cookies_asked_ = handshakes_sent_ = 0;
    heard_on(from, now);
    schedule(&Contact::send_handshake, now);
    return true;
}

// ---- the session -------------------------------------------------------------------------------------------------

Session& Contact::own_session(Instant now) {
    if (!session_) session_ = std::make_unique<Session>(now);
    return *session_;
}

bool Contact::is_replay(const Handshake& handshake, Instant now) {
    std::erase_if(handshakes_seen_, [&](const auto& seen) { return seen.until <= now; });
    const auto seen = std::find_if(handshakes_seen_.begin(), handshakes_seen_.end(),
                                   [&](const auto& known) { return known.value == handshake.base_nonce; });
    if (seen != handshakes_seen_.end()) return true;
    if (handshakes_seen_.size() >= max_handshakes_seen) handshakes_seen_.erase(handshakes_seen_.begin());
    handshakes_seen_.push_back({handshake.base_nonce, now + handshake_memory});
    return false;
}

bool Contact::received_handshake(const Handshake& handshake, const Route& from, Instant now) {
    if (policy_ == Policy::refusing) return false;
    const bool repeated = is_replay(handshake, now);
    if (repeated && !(session_ && session_->is_peer(handshake.session_key))) return false;
    if (!repeated) {
        learn_dht_key(handshake.dht, now);
        if (session_ && session_->confirmed()) drop_session(SessionEnd::restarted, now);
        if (!own_session(now).accept(handshake.session_key, handshake.base_nonce, now)) return false;
        session_until_ = now + unconfirmed_life;
        choice_.clear();
    }
    choice_.heard(from, now, route_patience);
    cookie_ = {handshake.cookie_for_us, now + cookie_life};
    heard_on(from, now);
    // They may not have ours. Should both sides think so, the pause keeps them from answering each other for ever.
    if (!session_->confirmed()) schedule(&Contact::send_handshake, std::max(now, last_handshake_ + handshake_pause));
    return true;
}

bool Contact::received_session_packet(ByteView datagram, const Route& from, Instant now) {
    if (!session_ || !session_->accepted()) return false;
    const std::uint32_t arrived_before = session_->first_unacknowledged();
    if (!session_->receive(datagram, now, *this)) return false;
    notice_progress(now);
    if (session_->first_unacknowledged() != arrived_before) world_.listener.on_acknowledged(key_);
    session_until_ = now + silence_limit;
    fruitless_rounds_ = 0;
    if (std::exchange(doubted_, false)) stop_searching();
    const Duration patience = std::max(route_patience, 2 * session_->round_trip().value_or(Duration{}));
    if (choice_.heard(from, now, patience) && announced_ == established) {
        schedule(&Contact::seek_direct, now);
        world_.listener.on_route_changed(key_);
    }
    if (std::exchange(killed_, false)) drop_session(SessionEnd::goodbye, now);
    return true;
}

void Contact::on_lossless(ByteView packet) {
    const Instant now = world_.loop.now();
    notice_progress(now);  // the first packet confirms the session: say so before what it brings
    if (packet.front() == wire::Alive::kind) return;
    if (packet.front() == wire::ShareRelays::kind) {
        if (const auto shared = wire::parse<wire::ShareRelays>(packet)) tie_relays(shared->relays.nodes, now);
        return;
    }
    world_.listener.on_session_packet(key_, packet, now);
}

void Contact::on_lossy(ByteView packet) {
    const Instant now = world_.loop.now();
    notice_progress(now);
    world_.listener.on_session_packet(key_, packet, now);
}

void Contact::on_kill() { killed_ = true; }

void Contact::leave() {
    // It is neither acknowledged nor repeated by anybody else; a lost one costs them 32 s of a dead contact (T19).
    if (session_ && session_->confirmed())
        for (int copy = 0; copy < goodbye_copies; ++copy) session_->send_kill(*this);
}

void Contact::drop_session(SessionEnd end, Instant now) {
    if (!session_) return;
    const bool had_met = session_->confirmed();
    session_.reset();
    session_until_ = never;
    cookie_.reset();
    cookies_asked_ = handshakes_sent_ = 0;
    killed_ = doubted_ = in_doubt_ = false;
    if (had_met) {
        history_.session_end = end;
        history_.session_ended = world_.loop.wall();
        if (dht_key_) dht_key_->until = now + dht_key_life;
        if (choice_.current()) routes_.learn(*choice_.current(), now + named_route_life);
        heard_number_ = 0;  // as c-toxcore: the guard is for one connection (notes 6.8)
        keys_sent_ = 0;
        for (Task& task : tasks_) task.due = Instant{};
    }
    choice_.clear();
    tell_relays(now);
    notice_progress(now);
}

void Contact::notice_progress(Instant now) {
    const Progress current = progress(now);
    if (announced_ == current) return;
    const bool was_established = announced_ == established;
    announced_ = current;
    announced_since_ = now;
    world_.listener.on_progress(key_, current);
    if (current == established) {
        stop_searching();
        session_until_ = now + silence_limit;
        history_.keys_sent = 0;
        direct_probes_ = 0;
        for (const Run run : {&Contact::keep_alive, &Contact::seek_direct, &Contact::share_relays}) schedule(run, now);
        world_.listener.on_session_begun(key_, now);
    } else if (was_established) {
        world_.listener.on_session_ended(key_, now);
    }
}

}  // namespace tox
