// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/relay_pool.hpp"

#include <algorithm>

#include "engine/crypto/random.hpp"
#include "engine/relay/pool_body.hpp"

namespace tox {

// ---- what connections tell ---------------------------------------------------------------------------------------

RelayConnection* RelayPool::Body::ready(const DhtKey& relay) const {
    const auto entry = entries.find(relay);
    if (entry == entries.end() || !entry->second.connection->ready()) return nullptr;
    return entry->second.connection.get();
}

std::vector<const RelayConnection*> RelayPool::Body::ready_ones() const {
    std::vector<const RelayConnection*> ones;
    for (const auto& [relay, entry] : entries)
        if (entry.connection->ready()) ones.push_back(entry.connection.get());
    const auto time = [](const RelayConnection* one) { return one->round_trip().value_or(Duration::max()); };
    std::stable_sort(ones.begin(), ones.end(), [&](const auto* a, const auto* b) { return time(a) < time(b); });
    return ones;
}

std::size_t RelayPool::Body::usable() const {
    return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(),
                                                  [](const auto& item) { return item.second.connection->ready(); }));
}

void RelayPool::Body::on_relay_ready(RelayConnection& relay) {
    const Instant now = loop.now();
    if (usable() == 1 && now >= none_since + outage) known.forget_pauses(&relay.key());  // the network is back
    known.connected(relay.key(), now);
    changed = true;
    proxy_faults = 0;
    std::vector<DhtKey> there;  // whoever hears of it may seek and forget
    for (const auto& [peer, wish] : peers)
        if (std::find(wish.tied.begin(), wish.tied.end(), relay.key()) != wish.tied.end()) there.push_back(peer);
    listener.on_relays_changed(now);
    for (const DhtKey& peer : there) listener.on_relay_usable(peer, relay.key(), now);
}

void RelayPool::Body::on_link(RelayConnection& relay, const DhtKey& peer, bool open) {
    changed = true;
    listener.on_relay_link(peer, relay.key(), open, loop.now());
}

void RelayPool::Body::on_peer_packet(RelayConnection& relay, const DhtKey& peer, ByteView packet) {
    listener.on_relay_packet(peer, relay.key(), packet, loop.now());
}

void RelayPool::Body::on_onion_response(RelayConnection& relay, ByteView response) {
    listener.on_relay_onion(relay.key(), response, loop.now());
}

void RelayPool::Body::on_relay_gone(RelayConnection& relay) {
    const Instant now = loop.now();
    const bool was_ready = known.find(relay.key()) != nullptr && known.find(relay.key())->connected;
    changed = true;
    known.failed(relay.key(), now);
    for (const DhtKey& peer : relay.open_links()) listener.on_relay_link(peer, relay.key(), false, now);
    if (relay.end() == StreamEnd::proxy && ++proxy_faults == doubtful_proxy_faults) listener.on_relays_changed(now);
    if (!was_ready) return;
    if (usable() == 0) none_since = now;
    listener.on_relays_changed(now);
}

// ---- the pool ----------------------------------------------------------------------------------------------------

RelayPool::RelayPool(const DhtKeyPair& self, Network& network, const Loop& loop, RelayListener& listener)
    : body_(std::make_unique<Body>(self, network, loop, listener)) {}
RelayPool::~RelayPool() = default;

void RelayPool::add(const DhtKey& relay, const StreamAddress& address, Instant now) {
    if (relay == body_->self.public_key) return;
    body_->known.add(relay, address, now);
    body_->changed = true;
}

void RelayPool::keep_to_own() { body_->only_own = true; }

void RelayPool::set_demand(RelayDemand demand, Instant) {
    if (std::exchange(body_->demand, demand) != demand) body_->changed = true;
}

void RelayPool::network_changed(Instant now) {
    for (auto& [relay, entry] : body_->entries) entry.connection->doubt(now);
    body_->known.forget_pauses();
    body_->changed = true;
}

std::vector<Relay> RelayPool::connected() const {
    std::vector<Relay> relays;
    for (const RelayConnection* one : body_->ready_ones())
        if (const auto* record = body_->known.find(one->key()))
            if (const auto endpoint = endpoint_of(*record)) relays.push_back({one->key(), *endpoint});
    return relays;
}

std::vector<Relay> RelayPool::worth_saving() const { return body_->known.worth_saving(); }
bool RelayPool::proxy_failing() const { return body_->proxy_faults >= doubtful_proxy_faults; }
std::size_t RelayPool::usable() const { return body_->usable(); }
std::size_t RelayPool::known() const { return body_->known.size(); }

void RelayPool::seek(const DhtKey& peer, Instant) {
    if (!body_->peers.try_emplace(peer).second) return;
    for (auto& [relay, entry] : body_->entries) entry.connection->ask_for(peer);
    body_->changed = true;
}

// Where the list is full, a relay that is not connected makes room, or else one where the peer was not met.
void RelayPool::tie(const DhtKey& peer, const Relay& relay, Instant now) {
    const auto wish = body_->peers.find(peer);
    if (wish == body_->peers.end() || relay.key == body_->self.public_key) return;
    if (body_->only_own && !body_->known.is_own(relay.key)) return;
    if (body_->known.find(relay.key) == nullptr && !body_->namings.take(peer.raw(), now)) return;
    body_->known.add_named(relay.key, relay.endpoint, peer, now);
    body_->changed = true;
    auto& tied = wish->second.tied;
    if (std::find(tied.begin(), tied.end(), relay.key) != tied.end()) return;
    if (tied.size() >= most_per_peer) {
        auto useless = std::find_if(tied.begin(), tied.end(), [&](const auto& key) { return !body_->ready(key); });
        if (useless == tied.end())
            useless = std::find_if(tied.begin(), tied.end(),
                                   [&](const auto& key) { return !body_->ready(key)->linked(peer); });
        if (useless == tied.end()) return;
        tied.erase(useless);
    }
    tied.push_back(relay.key);
}

void RelayPool::forget(const DhtKey& peer, Instant) {
    if (body_->peers.erase(peer) == 0) return;
    for (auto& [relay, entry] : body_->entries) entry.connection->release(peer);
    body_->changed = true;
}

void RelayPool::set_direct(const DhtKey& peer, bool direct, Instant) {
    const auto wish = body_->peers.find(peer);
    if (wish == body_->peers.end() || std::exchange(wish->second.direct, direct) == direct) return;
    body_->changed = true;
}

std::vector<DhtKey> RelayPool::links(const DhtKey& peer) const {
    std::vector<DhtKey> relays;
    for (const RelayConnection* one : body_->ready_ones())
        if (one->linked(peer)) relays.push_back(one->key());
    return relays;
}

std::vector<DhtKey> RelayPool::tied(const DhtKey& peer) const {
    const auto wish = body_->peers.find(peer);
    std::vector<DhtKey> relays;
    if (wish == body_->peers.end()) return relays;
    for (const DhtKey& relay : wish->second.tied)
        if (body_->ready(relay)) relays.push_back(relay);
    return relays;
}

bool RelayPool::send(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant) {
    RelayConnection* connection = body_->ready(relay);
    return connection && connection->send(peer, packet);
}

void RelayPool::flush() {
    for (auto& [relay, entry] : body_->entries) entry.connection->flush();
}

std::optional<DhtKey> RelayPool::onion_relay(Instant) const {
    // One that a contact named would see what we ask for besides: only where there is no other.
    auto ones = body_->ready_ones();
    if (body_->own_ready() > 0)
        std::erase_if(ones, [&](const RelayConnection* one) { return !body_->known.is_own(one->key()); });
    if (ones.empty()) return std::nullopt;
    return ones[random_below(static_cast<std::uint32_t>(ones.size()))]->key();
}

bool RelayPool::send_onion(const DhtKey& relay, ByteView request, Instant) {
    RelayConnection* connection = body_->ready(relay);
    return connection && connection->send_onion(request);
}

std::optional<Duration> RelayPool::round_trip(const DhtKey& relay) const {
    const RelayConnection* connection = body_->ready(relay);
    return connection ? connection->round_trip() : std::nullopt;
}

void RelayPool::tick(Instant now) { body_->tick(now); }

Instant RelayPool::next_deadline(Instant now) const {
    if (body_->changed) return now;
    Instant next = body_->change_at;
    for (const auto& [relay, entry] : body_->entries) next = std::min(next, entry.connection->next_deadline());
    return next;
}

}  // namespace tox
