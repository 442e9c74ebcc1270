// SPDX-License-Identifier: GPL-3.0-or-later
// A contact's session: how it begins, sleeps, goes on and ends.
#include <algorithm>

#include "engine/contact/constants.hpp"
#include "engine/contact/contact.hpp"
#include "engine/contact/on_routes.hpp"
#include "engine/session/size_watch.hpp"

namespace tox {

using enum Progress;

Session& Contact::own_session(Instant now) {
    if (!session_) session_ = std::make_unique<Session>(now, &world_.reorder);
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
    if (Session* known = met_session(); known != nullptr && known->is_peer(handshake.session_key)) {
        offered_again(*known, from, now);
        return true;
    }
    if (!repeated) return take_handshake(handshake, from, now);
    if (!session_ || !session_->is_peer(handshake.session_key)) return false;
    // Whoever repeats it may be anywhere: they are answered where they were heard first.
    if (const auto* endpoint = std::get_if<Endpoint>(&from))
        heard_address(*endpoint, false, now);
    else
        learn(from, now + named_route_life, now);
    if (!fresh(cookie_, now)) cookie_ = {handshake.cookie_for_us, now + cookie_life};
    answer_handshake(now);
    return true;
}

bool Contact::take_handshake(const Handshake& handshake, const Route& from, Instant now) {
    const bool invited = session_ && !session_->accepted() && handshakes_sent_ > 0;
    if (!sessions_.ready(now) || (!invited && !half_open_.may_enter(now))) return false;
    learn_dht_key(handshake.dht, now);
    if (met_session() != nullptr) drop_session(SessionEnd::restarted, now);
    if (!own_session(now).accept(handshake.session_key, handshake.base_nonce, now)) return false;
    if (!invited) half_open_.enter(now);
    session_until_ = now + unconfirmed_life;
    choice_.clear();
    history_.back = true;
    choice_.heard(from, now, route_patience);
    cookie_ = {handshake.cookie_for_us, now + cookie_life};
    heard_on(from, now);
    answer_handshake(now);
    return true;
}

// They may not have ours. Should both sides think so, the pause keeps them from answering each other for ever.
void Contact::answer_handshake(Instant now) {
    schedule(&Contact::send_handshake, std::max(now, last_handshake_ + handshake_pause));
}

// They have the session we have, and were without us for a while. What they hear in it is the answer; where it did not
// sleep here, nothing else follows from a handshake: only a packet of the session itself moves its way.
void Contact::offered_again(Session& session, const Route& from, Instant now) {
    if (suspended_) {
        resume(now);
        choice_.heard(from, now, route_patience);
        heard_on(from, now);
        session_until_ = now + silence_limit;
    } else if (now < last_handshake_ + handshake_pause) {
        return;
    }
    last_handshake_ = now;
    send_probe(session, from, now);
}

bool Contact::received_session_packet(ByteView datagram, const Route& from, Instant now) {
    Session* session = suspended_ ? suspended_->session.get() : session_.get();
    if (session == nullptr || !session->accepted()) return false;
    const std::uint32_t arrived_before = session->first_unacknowledged();
    if (!session->receive(datagram, now, *this)) return false;
    const bool killed = std::exchange(killed_, false);
    const bool met = met_session() != nullptr;
    if (!killed) notice_packet(now);  // a goodbye is no sign of life
    if (session->first_unacknowledged() != arrived_before) world_.listener.on_acknowledged(key_);
    if (killed) {
        answer_goodbye(*session, from);
        drop_session(SessionEnd::goodbye, now);
        if (met) note_end(SessionEnd::goodbye);
        return true;
    }
    session_until_ = now + silence_limit;
    fruitless_rounds_ = 0;
    if (std::exchange(doubted_, false)) stop_searching();
    const Duration patience = std::max(route_patience, 2 * session->round_trip().value_or(Duration{}));
    if (choice_.heard(from, now, patience) && announced_ == established) {
        session->way_changed();
        schedule(&Contact::seek_direct, now);
        world_.listener.on_route_changed(key_);
    }
    return true;
}

// The first packet confirms the session, or the first one after a silence resumes it: say so before what it brings.
void Contact::notice_packet(Instant now) {
    history_.heard = world_.loop.wall();
    if (suspended_)
        resume(now);
    else
        notice_progress(now);
}

void Contact::on_lossless(ByteView packet) {
    const Instant now = world_.loop.now();
    notice_packet(now);
    if (packet.front() == wire::Alive::kind) return;
    if (packet.front() == wire::ShareRelays::kind) {
        if (const auto shared = wire::parse<wire::ShareRelays>(packet)) tie_relays(shared->relays.nodes, now);
        return;
    }
    world_.listener.on_session_packet(key_, packet, now);
}

void Contact::on_lossy(ByteView packet) {
    const Instant now = world_.loop.now();
    notice_packet(now);
    world_.listener.on_session_packet(key_, packet, now);
}

void Contact::on_kill() { killed_ = true; }

// Nobody acknowledges or repeats it, and a lost one costs them 32 s of a dead contact (T19): it takes every way.
void Contact::leave() {
    Session* session = suspended_ ? suspended_->session.get() : session_.get();
    if (session == nullptr || !session->accepted()) return;
    std::vector<Route> ways = spare_routes();
    if (choice_.current()) ways.push_back(*choice_.current());
    if (suspended_)
        for (const auto& known : routes_.all()) ways.push_back(known.value);
    OnRoutes out(*this, ways);
    session->send_kill(out);
}

// It tells them what has arrived here, as c-toxcore's does; theirs has told us.
void Contact::answer_goodbye(Session& session, const Route& from) {
    OnRoutes out(*this, {from});
    session.send_kill(out);
}

// ---- sleeping and ending -----------------------------------------------------------------------------------------

Session* Contact::met_session() const {
    if (suspended_) return suspended_->session.get();
    return session_ && session_->confirmed() ? session_.get() : nullptr;
}

// Nothing was heard for so long that they are searched as if there were no session. It is kept: if they have it still,
// it goes on where it was, and what was in flight arrives once.
void Contact::suspend(Instant now) {
    suspended_ = Suspended{std::move(session_), dht_key_->value, now + suspended_life, now};
    choice_.doubt();
    begin_again(SessionEnd::silence, now);
    notice_progress(now);
}

void Contact::resume(Instant now) {
    learn_dht_key(suspended_->peer, now);
    session_ = std::move(suspended_->session);
    suspended_.reset();
    session_->start_over(now);
    cookie_.reset();
    cookies_asked_ = handshakes_sent_ = 0;
    notice_progress(now);
}

// What was kept of their session may be all that is needed: where they may be, and where they were.
void Contact::call_suspended(Instant now) {
    Suspended& sleeping = *suspended_;
    sleeping.next_call =
        ++sleeping.calls < most_calls ? now + (sleeping.calls < early_calls ? call_early : call_late) : never;
    for (const auto& known : routes_.all()) send_probe(*sleeping.session, known.value, now);
    if (choice_.current() && !routes_.contains(*choice_.current()))
        send_probe(*sleeping.session, *choice_.current(), now);
}

void Contact::drop_session(SessionEnd end, Instant now) {
    if (!session_ && !suspended_) return;
    const bool had_met = session_ && session_->confirmed();
    if (session_) learn_size(*session_);
    session_.reset();
    suspended_.reset();
    if (had_met)
        begin_again(end, now);
    else
        forget_attempt();
    choice_.clear();
    tell_relays(now);
    notice_progress(now);
}

// A packet cannot be taken back or made smaller once it has its number. What has not arrived, and that is all from this
// one on, goes in another session, in pieces that pass.
void Contact::notice_swallowed(Instant now) {
    const auto swallowed = session_->swallowed();
    if (!swallowed || now < swallowed->hopeless_at) return;
    leave();
    drop_session(SessionEnd::renewed, now);
}

void Contact::learn_size(const Session& session) {
    constexpr std::size_t passes_ipv6 = 1205;  // in 1280 bytes, the least that IPv6 carries whole (RFC 8200, section 5)
    if (const auto swallowed = session.swallowed())
        largest_packet_ = swallowed->size > passes_ipv6 ? passes_ipv6 : SizeWatch::always_passes;
}

void Contact::forget_attempt() {
    session_until_ = never;
    cookie_.reset();
    cookies_asked_ = handshakes_sent_ = 0;
    killed_ = doubted_ = in_doubt_ = false;
}

void Contact::note_end(SessionEnd end) {
    history_.session_end = end;
    history_.session_ended = world_.loop.wall();
    history_.back = false;
}

// After a session: they may well be where they were.
void Contact::begin_again(SessionEnd end, Instant now) {
    forget_attempt();
    note_end(end);
    if (dht_key_) dht_key_->until = now + dht_key_life;
    if (choice_.current()) routes_.learn(*choice_.current(), now + named_route_life);
    keys_sent_ = 0;
    for (Task& task : tasks_) task.due = Instant{};
}

void Contact::notice_progress(Instant now) {
    const Progress current = progress(now);
    if (current != awaiting_session_packet) half_open_.leave();
    if (announced_ != current) {
        const bool was_established = announced_ == established;
        announced_ = current;
        announced_since_ = world_.loop.wall();
        world_.listener.on_progress(key_, current);
        if (current == established)
            notice_session(now);
        else if (was_established && suspended_)
            world_.listener.on_session_suspended(key_, now);
    }
    if (begun_ && met_session() == nullptr) {
        begun_ = false;
        world_.listener.on_session_ended(key_, now);
    }
}

void Contact::notice_session(Instant now) {
    stop_searching();
    session_until_ = now + silence_limit;
    history_.keys_sent = 0;
    direct_probes_ = 0;
    if (!begun_) sessions_.spend(now);
    for (const Run run : {&Contact::keep_alive, &Contact::seek_direct, &Contact::share_relays}) schedule(run, now);
    if (std::exchange(begun_, true))
        world_.listener.on_session_resumed(key_, now);
    else
        world_.listener.on_session_begun(key_, now);
}

}  // namespace tox
