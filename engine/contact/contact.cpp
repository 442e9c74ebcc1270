// SPDX-License-Identifier: GPL-3.0-or-later
// Facts: what was learnt, until when it holds, and what follows at once. The tasks are in contact_tasks.cpp, the
// session is in contact_session.cpp.
#include "engine/contact/contact.hpp"

#include "engine/contact/constants.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

using enum Progress;

Contact::Contact(const LongTermKey& key, ContactWorld& world)
    : key_(key),
      world_(world),
      half_open_(world.half_open),
      sessions_(sessions_per_second, session_burst),
      tasks_(recurring()) {}

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
    if (suspended_) suspended_->next_call = Instant{};
    for (Task& task : tasks_) task.due = Instant{};
}

// ---- learning ----------------------------------------------------------------------------------------------------

// One with an old number is a replay, or their clock went back: it counts only where nothing better is known, and never
// ends a session that lives or sleeps. Who comes back with such a clock proves itself by its handshake.
void Contact::received_dht_key(const wire::DhtKeyPacket& packet, Instant now) {
    if (policy_ == Policy::refusing) return;
    if (packet.no_replay <= heard_number_ && (met_session() != nullptr || fresh(dht_key_, now))) return;
    heard_number_ = std::max(heard_number_, packet.no_replay);
    history_.key_heard = world_.loop.wall();
    history_.back = true;
    learn_dht_key(packet.dht_key, now);
    if (policy_ != Policy::trying || announced_ == established) return;
    fruitless_rounds_ = 0;
    tie_relays(packet.nodes.nodes, now);
    for (const auto& packed : packet.nodes.nodes) {
        if (packed.transport != wire::Transport::udp || scope_of(packed.node.endpoint) < world_.dht.scope(now))
            continue;
        if (packed.node.key == packet.dht_key) heard_address(packed.node.endpoint, false, now);
        world_.dht.ask(packed.node, packet.dht_key, now);
    }
}

void Contact::learn_dht_key(const DhtKey& dht_key, Instant now) {
    const bool same = dht_key_ && dht_key_->value == dht_key;
    if (!same) {
        // Another key is another start of their program: what we had with the old one is gone (trap 22).
        if (!suspended_ || suspended_->peer != dht_key) drop_session(SessionEnd::restarted, now);
        forget_dht_key();
        fruitless_rounds_ = 0;
        schedule(&Contact::search, now);
    }
    dht_key_ = {dht_key, now + dht_key_life};
    if (!same) seek_at_relays(now);
}

void Contact::forget_dht_key() {
    stop_search_of_dht_key();
    if (dht_key_ && world_.relays && !world_.claims.others(dht_key_->value, key_))
        world_.relays->forget(dht_key_->value, world_.loop.now());
    dht_key_.reset();
    routes_.clear();
    cookie_.reset();
    questions_.clear();
    cookies_asked_ = handshakes_sent_ = 0;
}

void Contact::stop_search_of_dht_key() {
    if (dht_key_) world_.dht.stop(dht_key_->value, key_.raw());
}

void Contact::disown_dht_key() {
    if (!session_ && !suspended_) forget_dht_key();
}

bool Contact::has_proven(const DhtKey& key) const {
    if (suspended_) return suspended_->peer == key;
    return session_ && session_->accepted() && dht_key_ && dht_key_->value == key;
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
    if (!fresh(dht_key_, now) || !questions_.any()) return false;
    const auto answer = open_cookie_response(datagram, dht_key_->value, world_.dht_keys);
    const auto asked = answer ? questions_.answered(answer->echo) : std::nullopt;
    if (!asked || now >= *asked + cookie_life) return false;
    cookie_ = {answer->cookie, *asked + cookie_life};  // it was made after we asked: it lives that long at least
    cookies_asked_ = handshakes_sent_ = 0;
    heard_on(from, now);
    schedule(&Contact::send_handshake, now);
    return true;
}

}  // namespace tox
