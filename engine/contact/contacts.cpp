// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/contacts.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace tox {
namespace {

constexpr std::size_t foreign_sessions = 32;  // tried for a packet from an address that no session uses

constexpr Byte cookie_request_kind = 0x18;
constexpr Byte cookie_response_kind = 0x19;
constexpr Byte handshake_kind = 0x1a;
constexpr Byte session_packet_kind = 0x1b;

}  // namespace

Contacts::Contacts(ContactWorld& world, RequestListener& requests)
    : world_(world), requests_(requests), nobodys_(random_symmetric_key()) {}

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
    if (entry.dht_key) world_.claims.remove(*entry.dht_key, key);
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
    if (entry.dht_key) world_.claims.add(*entry.dht_key, key);
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
            return handle_handshake({from, Doorkeeper::source(from)}, datagram, now);
        case session_packet_kind:
            return handle_session_packet(from, datagram, now);
        default:
            return false;
    }
}

bool Contacts::answer_cookie_request(const Endpoint& from, ByteView datagram, Instant now) {
    const auto answer = cookie_answer(datagram, Doorkeeper::source(from), now);
    return answer && world_.network.send(from, *answer);
}

// What is not genuine costs its source derivations at most, never answers: those are for people.
std::optional<Bytes> Contacts::cookie_answer(ByteView packet, const Doorkeeper::Source& from, Instant now) {
    const auto request = wire::parse<wire::CookieRequest>(packet);
    if (!request) return std::nullopt;
    const bool known = world_.claims.any(request->sender);
    if (!known && !world_.dht_keys.holds(request->sender.raw()) && !door_.derive(from, now)) return std::nullopt;
    const auto question = open_cookie_request(*request, world_.self, world_.dht_keys);
    if (!question || !door_.answer_cookie(from, known, now)) return std::nullopt;
    return world_.cookies.answer(*question, world_.dht_keys, now);
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

// Anybody can have a cookie in the name of anybody. A stranger's name costs as much work as a contact's, or the time it
// takes would tell who our contacts are.
bool Contacts::handle_handshake(const Arrival& arrival, ByteView datagram, Instant now) {
    const auto offered = read_handshake(datagram, world_.cookies, now);
    if (!offered) return false;
    const auto entry = contacts_.find(offered->from.long_term);
    const bool known = entry != contacts_.end() && entry->second.contact->routes().contains(arrival.from);
    if (!door_.open_handshake(arrival.source, known, now)) return false;
    const auto handshake = open_handshake(*offered, shared_with(offered->from.long_term));
    if (!handshake || entry == contacts_.end()) return false;
    if (!entry->second.contact->received_handshake(*handshake, arrival.from, now)) return false;
    proven(entry->first, handshake->dht);
    touched_.insert(entry->first);
    file(entry, now);  // their first session packet may be in the same batch
    return true;
}

// What we share with a contact; for anybody else a key that opens nothing.
const SharedKey& Contacts::shared_with(const LongTermKey& key) {
    const auto entry = contacts_.find(key);
    if (entry == contacts_.end()) return nobodys_;
    auto& shared = entry->second.shared;
    if (!shared) shared = precompute(key, world_.self.long_term.secret);
    return shared ? *shared : nobodys_;
}

// Whoever else claims it has been told wrong, or told us wrong.
void Contacts::proven(const LongTermKey& who, const DhtKey& key) {
    for (const LongTermKey& other : world_.claims.of(key)) {
        if (other == who) continue;
        const auto entry = contacts_.find(other);
        if (entry == contacts_.end()) continue;
        entry->second.contact->disown_dht_key();
        touched_.insert(other);
    }
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
    if (sessions_.empty() || !door_.try_sessions(Doorkeeper::source(from), now)) return false;
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
    if (packet.front() == cookie_request_kind) {
        const auto answer = cookie_answer(packet, Doorkeeper::source(peer), now);
        return answer && world_.relays->send(peer, relay, *answer, now);
    }
    if (packet.front() == handshake_kind) return handle_handshake({from, Doorkeeper::source(peer)}, packet, now);
    const bool cookie = packet.front() == cookie_response_kind;
    if (!cookie && packet.front() != session_packet_kind) return false;
    return each_claiming(peer, [&](Contact& contact) {
        return cookie ? contact.received_cookie_response(packet, from, now)
                      : contact.received_session_packet(packet, from, now);
    });
}

void Contacts::on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) {
    each_claiming(peer, [&](Contact& contact) { return contact.heard_relay(relay, now), false; });
}

void Contacts::on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) {
    each_claiming(peer, [&](Contact& contact) {
        if (open)
            contact.heard_relay(relay, now);
        else
            contact.lost_relay(relay, now);
        return false;
    });
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

// Until one says that it was meant.
template <class Do>
bool Contacts::each_claiming(const DhtKey& key, Do act) {
    for (const LongTermKey& who : world_.claims.of(key))
        if (Contact* contact = touch(who); contact != nullptr && act(*contact)) return true;
    return false;
}

void Contacts::on_confirmed(const DhtKey& node, const Endpoint& address) {
    each_claiming(node,
                  [&](Contact& contact) { return contact.heard_address(address, true, world_.loop.now()), false; });
}

void Contacts::on_named(const DhtKey& node, const Endpoint& address) {
    each_claiming(node,
                  [&](Contact& contact) { return contact.heard_address(address, false, world_.loop.now()), false; });
}

// Naming a stranger costs us as much as naming a contact: the time it takes tells nobody who our contacts are.
void Contacts::on_dht_request(const DhtKey& from, ByteView content) {
    const auto packet = wire::parse<wire::RoutedDhtKey>(content);
    if (!packet) return;
    const auto body = packet->body.open(shared_with(packet->sender), packet->nonce);
    if (!body || body->dht_key != from) return;  // trap 21
    received_dht_key(packet->sender, *body);
}

// A key that another contact has proven is not theirs.
void Contacts::received_dht_key(const LongTermKey& from, const wire::DhtKeyPacket& packet) {
    for (const LongTermKey& other : world_.claims.of(packet.dht_key))
        if (other != from && contacts_.at(other).contact->has_proven(packet.dht_key)) return;
    if (Contact* contact = touch(from)) contact->received_dht_key(packet, world_.loop.now());
}

void Contacts::on_own_address(const Endpoint&) {
    for (auto& [key, entry] : contacts_) {
        entry.contact->own_address_changed(world_.loop.now());
        touched_.insert(key);
    }
}

void Contacts::on_onion_data(const LongTermKey& from, ByteView content) {
    if (const auto packet = wire::parse<wire::DhtKeyPacket>(content)) {
        received_dht_key(from, *packet);
    } else if (const auto request = wire::parse<wire::FriendRequest>(content)) {
        requests_.on_friend_request(from, *request);
    }
}

void Contacts::on_stored(const LongTermKey& contact) {
    if (Contact* known = touch(contact)) known->found_storing_node(world_.loop.now());
}

}  // namespace tox
