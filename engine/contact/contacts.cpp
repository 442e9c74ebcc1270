// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/contacts.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace tox {
namespace {

// A session packet from an address that is no contact's route is tried on sessions: their address may have changed.
// Strangers must not make that expensive, so tries are rationed (one costs about 2 microseconds).
constexpr double foreign_burst = 64;
constexpr double foreign_per_second = 64;
constexpr std::size_t foreign_sessions = 32;

// Cookie answers (R28): a peer asks once a second, and starts of many contacts come at once.
constexpr double cookies_per_source = 5;
constexpr double cookie_burst_per_source = 10;
constexpr double cookies_per_second = 200;
constexpr double cookie_burst = 400;

constexpr double relayed_cookies_per_second = 10;  // a relay hides who asks; c-toxcore's limit for all by UDP
constexpr double relayed_cookie_burst = 40;

constexpr Byte cookie_request_kind = 0x18;
constexpr Byte cookie_response_kind = 0x19;
constexpr Byte handshake_kind = 0x1a;
constexpr Byte session_packet_kind = 0x1b;

}  // namespace

Contacts::Contacts(ContactWorld& world, RequestListener& requests)
    : world_(world),
      requests_(requests),
      foreign_tries_(foreign_per_second, foreign_burst),
      cookie_answers_({cookies_per_source, cookie_burst_per_source}, {cookies_per_second, cookie_burst}),
      relayed_answers_(relayed_cookies_per_second, relayed_cookie_burst) {}

Contacts::~Contacts() = default;

Contact* Contacts::find(const LongTermKey& key) {
    const auto entry = contacts_.find(key);
    return entry == contacts_.end() ? nullptr : entry->second.contact.get();
}

const Contact* Contacts::find(const LongTermKey& key) const {
    const auto entry = contacts_.find(key);
    return entry == contacts_.end() ? nullptr : entry->second.contact.get();
}

Contact* Contacts::touch(const LongTermKey& key) {
    Contact* contact = find(key);
    if (contact != nullptr) touched_.insert(key);
    return contact;
}

Contact& Contacts::add(const LongTermKey& key) {
    Entry& entry = contacts_[key];
    if (!entry.contact) entry.contact = std::make_unique<Contact>(key, world_);
    touched_.insert(key);
    return *entry.contact;
}

void Contacts::remove(const LongTermKey& key) {
    const auto entry = contacts_.find(key);
    if (entry == contacts_.end()) return;
    entry->second.contact->abandon();
    world_.onion.forget(key);
    unfile(entry->second, key);
    touched_.erase(key);
    contacts_.erase(entry);
}

std::vector<LongTermKey> Contacts::keys() const {
    std::vector<LongTermKey> keys;
    keys.reserve(contacts_.size());
    for (const auto& [key, entry] : contacts_) keys.push_back(key);
    return keys;
}

// ---- ticking -----------------------------------------------------------------------------------------------------

bool Contacts::tick(Instant now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        touched_.insert(due_.begin()->second);
        contacts_.at(due_.begin()->second).due = never;
        due_.erase(due_.begin());
    }
    const bool any = !touched_.empty();
    for (const LongTermKey& key : std::exchange(touched_, {})) {
        const auto entry = contacts_.find(key);
        if (entry == contacts_.end()) continue;
        entry->second.contact->tick(now);
        file(entry, now);
    }
    return any;
}

void Contacts::unfile(const Entry& entry, const LongTermKey& key) {
    due_.erase({entry.due, key});
    if (entry.dht_key) by_dht_key_.erase(*entry.dht_key);
    if (entry.route) by_route_.erase(*entry.route);
    asking_.erase(key);
    sessions_.erase(key);
    indirect_.erase(key);
}

// Brings the indexes in line with what the contact knows now.
void Contacts::file(EntryMap::iterator where, Instant now) {
    auto& [key, entry] = *where;
    unfile(entry, key);
    const auto& known = entry.contact->dht_key();
    entry.dht_key = known ? std::optional(known->value) : std::nullopt;
    const auto& route = entry.contact->session_route();
    entry.route = route && is_direct(*route) ? std::optional(std::get<Endpoint>(*route)) : std::nullopt;
    entry.due = entry.contact->next_deadline(now);
    if (entry.dht_key) by_dht_key_.insert_or_assign(*entry.dht_key, key);
    if (entry.route) by_route_.insert_or_assign(*entry.route, key);
    if (entry.due != never) due_.insert({entry.due, key});
    if (entry.contact->asks_for_cookie()) asking_.insert(key);
    if (entry.contact->may_hear_session_packets()) sessions_.insert(key);
    if (entry.contact->policy() == Policy::trying && !entry.contact->connected_directly()) indirect_.insert(key);
}

// ---- packets -----------------------------------------------------------------------------------------------------

bool Contacts::handle(const Endpoint& from, ByteView datagram, Instant now) {
    TOX_CHECK_OR(!datagram.empty(), false);
    switch (datagram.front()) {
        case cookie_request_kind:
            return answer_cookie_request(from, datagram, now);
        case cookie_response_kind:
            return handle_cookie_response(from, datagram, now);
        case handshake_kind:
            return handle_handshake(from, datagram, now);
        case session_packet_kind:
            return handle_session_packet(from, datagram, now);
        default:
            return false;
    }
}

bool Contacts::answer_cookie_request(const Endpoint& from, ByteView datagram, Instant now) {
    if (datagram.size() != wire::size_of<wire::CookieRequest> || !cookie_answers_.take(from, now)) return false;
    const auto answer = world_.cookies.answer(datagram, world_.self, world_.dht_keys, now);
    return answer && world_.network.send(from, *answer);
}

// The packet does not say who it is from: those who have asked at that address are tried.
bool Contacts::handle_cookie_response(const Endpoint& from, ByteView datagram, Instant now) {
    for (const LongTermKey& key : asking_) {
        Contact& contact = *contacts_.at(key).contact;
        if (!contact.asked_cookie_at(from) || !contact.received_cookie_response(datagram, from, now)) continue;
        touched_.insert(key);
        return true;
    }
    return false;
}

bool Contacts::handle_handshake(const Route& from, ByteView datagram, Instant now) {
    const auto handshake = open_handshake(datagram, world_.self, world_.cookies, now);
    if (!handshake) return false;
    const auto entry = contacts_.find(handshake->long_term);
    if (entry == contacts_.end() || !entry->second.contact->received_handshake(*handshake, from, now)) return false;
    touched_.insert(entry->first);
    file(entry, now);  // their first session packet may be in the same batch
    return true;
}

bool Contacts::handle_session_packet(const Endpoint& from, ByteView datagram, Instant now) {
    if (const auto known = by_route_.find(from); known != by_route_.end()) {
        const LongTermKey key = known->second;
        Contact* contact = find(key);
        if (contact != nullptr && contact->received_session_packet(datagram, from, now)) {
            touched_.insert(key);
            return true;
        }
    }
    return try_other_sessions(from, datagram, now);
}

// Each time from where the last search ended, so that everybody's turn comes.
bool Contacts::try_other_sessions(const Endpoint& from, ByteView datagram, Instant now) {
    if (sessions_.empty() || !foreign_tries_.take(now)) return false;
    for (auto tries = std::min(foreign_sessions, sessions_.size()); tries > 0; --tries) {
        auto next = last_tried_ ? sessions_.upper_bound(*last_tried_) : sessions_.begin();
        if (next == sessions_.end()) next = sessions_.begin();
        last_tried_ = *next;
        if (!contacts_.at(*next).contact->received_session_packet(datagram, from, now)) continue;
        touched_.insert(*next);
        return true;
    }
    return false;
}

// ---- through relays ----------------------------------------------------------------------------------------------

bool Contacts::handle_relayed(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) {
    if (!world_.relays || packet.empty()) return false;
    const Route from = ViaRelay{relay};
    if (packet.front() == cookie_request_kind) return answer_relayed_request(peer, relay, packet, now);
    if (packet.front() == handshake_kind) return handle_handshake(from, packet, now);
    Contact* contact = by_dht_key(peer);
    if (contact == nullptr) return false;
    if (packet.front() == cookie_response_kind) return contact->received_cookie_response(packet, from, now);
    return packet.front() == session_packet_kind && contact->received_session_packet(packet, from, now);
}

bool Contacts::answer_relayed_request(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) {
    if (packet.size() != wire::size_of<wire::CookieRequest> || !relayed_answers_.take(now)) return false;
    const auto answer = world_.cookies.answer(packet, world_.self, world_.dht_keys, now);
    return answer && world_.relays->send(peer, relay, *answer, now);
}

void Contacts::on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) {
    if (Contact* contact = by_dht_key(peer)) contact->heard_relay(relay, now);
}

void Contacts::on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) {
    Contact* contact = by_dht_key(peer);
    if (contact == nullptr) return;
    if (open)
        contact->heard_relay(relay, now);
    else
        contact->lost_relay(relay, now);
}

void Contacts::on_relays_changed(Instant now) {
    for (auto& [key, entry] : contacts_) {
        entry.contact->own_relays_changed(now);
        touched_.insert(key);
    }
}

void Contacts::network_changed(Instant now) {
    for (auto& [key, entry] : contacts_) {
        entry.contact->network_changed(now);
        touched_.insert(key);
    }
}

// ---- what DHT and onion have heard -------------------------------------------------------------------------------

Contact* Contacts::by_dht_key(const DhtKey& key) {
    const auto known = by_dht_key_.find(key);
    return known == by_dht_key_.end() ? nullptr : touch(known->second);
}

void Contacts::on_confirmed(const DhtKey& node, const Endpoint& address) {
    if (Contact* contact = by_dht_key(node)) contact->heard_address(address, true, world_.loop.now());
}

void Contacts::on_named(const DhtKey& node, const Endpoint& address) {
    if (Contact* contact = by_dht_key(node)) contact->heard_address(address, false, world_.loop.now());
}

void Contacts::on_dht_request(const DhtKey& from, ByteView content) {
    const auto packet = wire::parse<wire::RoutedDhtKey>(content);
    if (!packet) return;
    Contact* contact = find(packet->sender);
    if (contact == nullptr) return;
    const auto shared = precompute(packet->sender, world_.self.long_term.secret);
    const auto body = shared ? packet->body.open(*shared, packet->nonce) : std::nullopt;
    if (!body || body->dht_key != from) return;  // trap 21
    touch(packet->sender)->received_dht_key(*body, world_.loop.now());
}

void Contacts::on_own_address(const Endpoint&) {
    for (auto& [key, entry] : contacts_) {
        entry.contact->own_address_changed(world_.loop.now());
        touched_.insert(key);
    }
}

void Contacts::on_onion_data(const LongTermKey& from, ByteView content) {
    if (const auto packet = wire::parse<wire::DhtKeyPacket>(content)) {
        if (Contact* contact = touch(from)) contact->received_dht_key(*packet, world_.loop.now());
    } else if (const auto request = wire::parse<wire::FriendRequest>(content)) {
        requests_.on_friend_request(from, *request);
    }
}

void Contacts::on_stored(const LongTermKey& contact) {
    if (Contact* known = touch(contact)) known->found_storing_node(world_.loop.now());
}

}  // namespace tox
