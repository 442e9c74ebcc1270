// SPDX-License-Identifier: GPL-3.0-or-later
// The recurring tasks of a contact: nested loops of the founding page as nested intervals of progress.
#include <algorithm>
#include <array>

#include "engine/contact/constants.hpp"
#include "engine/contact/contact.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

using enum Progress;

namespace {

// Where hardly any onion request is answered much is lost on our own line: up to four times as many tries before
// anything is given up.
unsigned patient(unsigned tries, const OnionClient& onion) {
    constexpr Duration usual = 4s, least = 1s;
    return tries * static_cast<unsigned>(usual / onion.pause(usual, least));
}

}  // namespace

std::array<Contact::Task, Contact::task_count> Contact::recurring() {
    return {{
        {awaiting_dht_key, awaiting_session_packet, true, &Contact::search},
        {awaiting_dht_key, awaiting_session_packet, true, &Contact::send_request},
        {awaiting_dht_key, awaiting_session_packet, true, &Contact::send_dht_key},
        {acquiring_ip_address, awaiting_session_packet, true, &Contact::route_dht_key},
        {acquiring_cookie, acquiring_cookie, true, &Contact::ask_cookie},
        {awaiting_handshake, awaiting_session_packet, false, &Contact::send_handshake},
        {established, established, false, &Contact::keep_alive},
        {established, established, true, &Contact::seek_direct},
        {established, established, false, &Contact::share_relays},
    }};
}

bool Contact::wanted(const Task& task, Progress progress) const {
    if (policy_ == Policy::refusing || (task.only_trying && policy_ != Policy::trying)) return false;
    const bool searching = doubted_ && task.from == awaiting_dht_key;
    return searching || (task.from <= progress && progress <= task.to);
}

// They may have started anew without our hearing of it: searching early costs little, waiting costs the rest of the 32
// s.
void Contact::doubt_silence(Instant now) {
    if (doubted_ || announced_ != established || now < session_->last_heard() + silence_doubt) return;
    doubted_ = true;
    for (Task& task : tasks_)
        if (task.from == awaiting_dht_key) task.due = now;
}

void Contact::schedule(Run run, Instant due) {
    for (Task& task : tasks_)
        if (task.run == run) task.due = std::min(task.due, due);
}

void Contact::postpone(Run run, Instant due) {
    for (Task& task : tasks_)
        if (task.run == run) task.due = due;
}

void Contact::tick(Instant now) {
    expire(now);
    doubt_silence(now);
    for (bool ran = true; std::exchange(ran, false);) {  // ends: each run puts its task's next turn later
        notice_progress(now);
        for (Task& task : tasks_) {
            if (task.due > now || !wanted(task, progress(now))) continue;
            task.due = now + std::max<Duration>((this->*task.run)(now), 1ms);
            ran = true;
        }
    }
    if (suspended_ && suspended_->next_call <= now) call_suspended(now);
    if (!session_ || !session_->accepted()) return;
    session_->tick(now, *this);
    notice_doubt(now);
    notice_swallowed(now);
}

Instant Contact::next_deadline(Instant now) const {
    const Progress current = progress(now);
    Instant at = std::min(session_until_, routes_.first_expiry());
    for (const Task& task : tasks_)
        if (wanted(task, current)) at = std::min(at, task.due);
    if (suspended_) at = std::min({at, suspended_->until, suspended_->next_call});
    if (dht_key_ && current != established) at = std::min(at, dht_key_->until);
    if (cookie_ && current != established) at = std::min(at, cookie_->until);
    if (session_ && session_->accepted()) at = std::min(at, session_->next_deadline(now));
    if (announced_ == established && !doubted_) at = std::min(at, session_->last_heard() + silence_doubt);
    return std::max(at, now + Duration(1));
}

void Contact::expire(Instant now) {
    if (session_ && session_->accepted() && session_until_ <= now) {
        ++fruitless_rounds_;
        if (session_->confirmed())
            suspend(now);
        else
            drop_session(SessionEnd::silence, now);
    }
    if (suspended_ && suspended_->until <= now) drop_session(SessionEnd::silence, now);
    routes_.expire(now);
    if (cookie_ && cookie_->until <= now) cookie_.reset();
    if (dht_key_ && dht_key_->until <= now && announced_ != established) forget_dht_key();
}

// ---- searching ---------------------------------------------------------------------------------------------------

Duration Contact::search(Instant now) {
    world_.onion.search(key_, now);
    found_storing_node(now);  // our own store may have them
    if (dht_key_) world_.dht.search(dht_key_->value, now, key_.raw());
    return Duration::max() / 2;  // both go on by themselves; a new DHT key asks again
}

void Contact::stop_searching() {
    world_.onion.stop(key_);
    stop_search_of_dht_key();
    schedule(&Contact::search, Instant{});
}

// When the announcement found may be answered (design section 11): as soon as two nodes agree, a little later if there
// is one only.
Instant Contact::onion_due(Instant now) const {
    const auto found = world_.onion.found(key_, now);
    if (!found || found->storing == 0) return never;
    if (found->agreeing >= 2) return now;
    if (2 * found->agreeing < found->storing) return never;  // a majority contradicts
    return now + (world_.dht.good_nodes(now) < tiny_network ? single_grace_tiny : single_grace);
}

bool Contact::may_send_by_onion(Instant now) const {
    const auto found = world_.onion.found(key_, now);
    return found && found->agreeing > 0 && onion_due(now) != never;
}

wire::DhtKeyPacket Contact::dht_key_packet(Instant now) {
    wire::DhtKeyPacket packet{world_.numbers.next(), world_.dht.key(), {}};
    auto& nodes = packet.nodes.nodes;
    const Scope scope = world_.dht.scope(now);  // our neighbours are nobody's business elsewhere
    for (const auto family : {Endpoint::Family::v4, Endpoint::Family::v6}) {
        const auto own = world_.dht.own_address(family);
        // First, so that they can ask us at once (design section 11); a stranger who has not accepted us need not know.
        if (own && !request_ && scope_of(*own) >= scope)
            nodes.push_back({wire::Transport::udp, {world_.dht.key(), *own}});
    }
    for (const Relay& relay : own_relays(most_relays_named))
        if (scope_of(relay.endpoint) >= scope) nodes.push_back({wire::Transport::tcp, {relay.key, relay.endpoint}});
    for (const Node& node : world_.dht.closest(world_.dht.key().raw(), 4 - nodes.size(), scope, now))
        nodes.push_back({wire::Transport::udp, node});
    return packet;
}

Duration Contact::send_dht_key(Instant now) {
    if (!may_send_by_onion(now)) return key_repeat;  // finding a storing node brings us back at once
    const RawKey announcement = world_.onion.found(key_, now)->data_key;
    if (announcement != keys_sent_to_) keys_sent_ = 0;
    if (world_.onion.send(key_, wire::serialise(dht_key_packet(now)), now) == 0) return key_second;
    keys_sent_to_ = announcement;
    ++history_.keys_sent;
    const Duration pause = world_.onion.pause(key_repeat, key_lossy);
    return jittered(std::min<Duration>(key_second * (1U << std::min(keys_sent_++, 8U)), pause));
}

Duration Contact::route_dht_key(Instant now) {
    if (!dht_key_) return key_route_retry;
    const auto shared = precompute(key_, world_.self.long_term.secret);
    if (!shared) return key_route_repeat;
    const Nonce nonce = Nonce::random();
    const auto body = wire::Sealed<wire::DhtKeyPacket>::of(*shared, nonce, dht_key_packet(now));
    const wire::RoutedDhtKey packet{world_.self.long_term.public_key, nonce, body};
    const bool sent = world_.dht.route(dht_key_->value, wire::serialise(packet), now) > 0;
    return sent ? jittered(key_route_repeat) : key_route_retry;
}

Duration Contact::send_request(Instant now) {
    if (!request_) return key_repeat;
    if (!may_send_by_onion(now)) return key_repeat;
    if (world_.onion.send(key_, wire::serialise(*request_), now) == 0) return key_second;
    const Duration pause = request_first * (1U << std::min(requests_sent_++, 10U));
    return jittered(world_.onion.pause(std::min<Duration>(pause, request_longest), request_first), 10);
}

// ---- connecting --------------------------------------------------------------------------------------------------

// A contact that never answers is asked ever more rarely: perhaps they have removed us.
Duration Contact::pause_after_fruitless_round() {
    return std::min<Duration>(1s * (1U << std::min(++fruitless_rounds_, 6U)), longest_pause);
}

// Silence is a fact too: nobody answers there, so the addresses are stale.
Duration Contact::ask_cookie(Instant now) {
    if (cookies_asked_ >= patient(cookie_tries, world_.onion)) {
        routes_.clear();
        cookies_asked_ = 0;
        return pause_after_fruitless_round();
    }
    if (!sessions_.ready(now)) return sessions_.next() - now;
    const Bytes request = make_cookie_request(world_.self, dht_key_->value, world_.dht_keys, questions_.ask(now));
    learn_links(now);
    send_everywhere(request, now);
    ++cookies_asked_;
    return jittered(std::min<Duration>(cookies_asked_ * 250ms, 1s), 10);
}

Duration Contact::send_handshake(Instant now) {
    if (!fresh(cookie_, now) || !dht_key_) return handshake_pause;
    const bool accepted = session_ && session_->accepted();
    if (handshakes_sent_ >= patient(handshake_tries, world_.onion) && !accepted) {
        session_.reset();  // they may hold a half-open one with our old key: begin with another
        cookie_.reset();
        handshakes_sent_ = 0;
        postpone(&Contact::ask_cookie, now + pause_after_fruitless_round());
        return handshake_pause;
    }
    // One that sleeps is offered again: either they have it too, or their own handshake says that it is over.
    const Session& session = suspended_ ? *suspended_->session : own_session(now);
    const CookieOwner them{key_, dht_key_->value};
    const HandshakeOffer offer{cookie_->value, them, session.own_key(), session.own_base_nonce()};
    const Bytes handshake = make_handshake(world_.self, offer, world_.cookies, now);
    if (accepted && choice_.current() && !routes_.contains(*choice_.current()))
        send_on(*choice_.current(), handshake, now);
    send_everywhere(handshake, now);
    last_handshake_ = now;
    ++handshakes_sent_;
    return jittered(std::min<Duration>(handshakes_sent_ * handshake_pause, 1s), 10);
}

Duration Contact::keep_alive(Instant now) {
    if (!session_->send_vital(wire::serialise(wire::Alive{}), now)) return alive_retry;
    const Instant next = now + alive_interval;
    return next - next.time_since_epoch() % alive_company - now;  // all contacts' on the same beat: one wake-up for all
}

}  // namespace tox
