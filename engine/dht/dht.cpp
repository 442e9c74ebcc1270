// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/dht.hpp"

#include "engine/dht/body.hpp"

namespace tox {

Dht::Body::Body(const DhtKeyPair& own, KeyCache& shared_keys, Network& network_, DhtListener& listener_)
    : self(own),
      keys(shared_keys),
      network(network_),
      listener(listener_),
      buckets(own.public_key),
      greetings(own.public_key) {
    for (dht::Search& walk : searches.walks()) walk.next_round = never;  // until there is somebody to ask
}

Dht::Dht(const DhtKeyPair& self, KeyCache& shared_keys, Network& network, DhtListener& listener)
    : body_(std::make_unique<Body>(self, shared_keys, network, listener)) {}
Dht::~Dht() = default;

void Dht::set_lan_discovery(bool on) { body_->lan.set_enabled(on); }
void Dht::set_hole_punching(bool on) { body_->hole_punching = on; }
void Dht::network_changed(Instant now) { body_->network_changed(now); }
bool Dht::silent(Instant now) const { return body_->silent(now); }
std::vector<Node> Dht::entry_nodes() const { return body_->seeds.entries(); }

void Dht::set_motd(std::string motd) { body_->motd = std::move(motd); }

const DhtKey& Dht::key() const { return body_->self.public_key; }

bool Dht::handle(const Endpoint& from, ByteView datagram, Instant now) { return body_->handle(from, datagram, now); }

void Dht::bootstrap(const Node& node, Instant now) {
    if (node.key == key() || !node.endpoint.is_usable()) return;
    body_->seeds.add(node, now);
    body_->ask_seeds(now);
}

void Dht::remember(const std::vector<Node>& saved, Instant now) {
    body_->seeds.remember(saved, now);
    body_->ask_seeds(now);
}

void Dht::search(const DhtKey& node, Instant now, const Seeker& seeker) {
    if (node == key()) return;
    const dht::Search* before = body_->searches.find(node);
    if (before != nullptr && before->seekers.contains(seeker)) return;
    dht::Search* search = body_->searches.start(node, seeker);
    if (search == nullptr) return;
    // Known already: it is asked all the same, so that on_confirmed comes for it as for others.
    if (const dht::KnownNode* known = body_->table.find(node); known != nullptr && known->good(now))
        body_->ask({{node, known->freshest()->endpoint}, node.raw(), false, true}, now);
    if (before != nullptr) return;
    body_->round(*search, true, now);
    body_->searches_next = std::min(body_->searches_next, search->next_round);
    body_->wake(body_->searches_next);
}

void Dht::stop(const DhtKey& node, const Seeker& seeker) { body_->searches.stop(node, seeker, body_->table); }

void Dht::ask(const Node& node, const DhtKey& wanted, Instant now) {
    if (!node.endpoint.is_usable() || body_->requests.asked_within(node, 100ms, now)) return;
    body_->ask({node, wanted.raw(), false, true}, now, true);
}

std::optional<Known<Endpoint>> Dht::address_of(const DhtKey& node, Endpoint::Family family, Instant now) const {
    const dht::KnownNode* known = body_->table.find(node);
    if (known == nullptr) return std::nullopt;
    const auto& address = known->of(family);
    if (!address || !address->good(now)) return std::nullopt;
    return Known<Endpoint>{address->endpoint, address->confirmed + dht::good_time};
}

std::size_t Dht::route(const DhtKey& to, ByteView content, Instant now) {
    constexpr std::size_t all = 8;
    return body_->route(to, content, all, now);
}

std::vector<Node> Dht::closest(const RawKey& key, std::size_t count, Scope least, Instant now) const {
    return body_->closest(key, count, least, now);
}

// While nobody answers: that of those who are to be asked.
Scope Dht::scope(Instant now) const {
    if (good_nodes(now) == 0 && body_->seeds.lead_outside()) return Scope::internet;
    return body_->table.scope(now);
}

std::vector<Node> Dht::random_nodes(std::size_t count, Instant now) const { return body_->random_nodes(count, now); }

std::size_t Dht::good_nodes(Instant now) const { return body_->table.good(now); }

bool Dht::knows(const Endpoint& address, Instant now) const { return body_->knows(address, now); }

bool Dht::silent(const Node& node, Instant now) const {
    const dht::KnownNode* known = body_->table.find(node.key);
    return known != nullptr && known->at(node.endpoint) != nullptr && !known->good_at(node.endpoint, now);
}

void Dht::doubt(const Node& node, Instant now) { body_->doubt(node, now); }

std::optional<Endpoint> Dht::own_address(Endpoint::Family family) const { return body_->own_address.of(family); }

std::vector<Node> Dht::nodes_to_save(Instant now) const { return body_->nodes_to_save(now); }

void Dht::tick(Instant now) { body_->tick(now); }

Instant Dht::next_deadline(Instant) const { return body_->udp() ? body_->wake_at : never; }

}  // namespace tox
