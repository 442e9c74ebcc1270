// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/onion/small_network.hpp"

#include "engine/crypto/random.hpp"
#include "engine/dht/distance.hpp"

namespace tox::test {

bool Port::send(const Endpoint& to, ByteView datagram) {
    ++sent;
    world_.send(address_, to, datagram);
    return true;
}

std::vector<const Member*> KnownNodes::members() const {
    std::vector<const Member*> out;
    const std::size_t known = whose_ == Whose::client ? world_.entrances : SIZE_MAX;
    for (const auto& member : world_.members())
        if (out.size() < known && member->keys.public_key != own_) out.push_back(member.get());
    return out;
}

std::vector<Node> KnownNodes::closest(const RawKey& key, std::size_t count, Scope least, Instant) const {
    std::map<dht::Distance, Node> sorted;
    for (const Member* member : members()) {
        const bool named = !member->dead || (member->ghost && whose_ == Whose::storing_node);
        if (named && scope_of(member->port.address()) >= least)
            sorted.emplace(dht::distance_between(key, member->keys.public_key.raw()), member->node());
    }
    std::vector<Node> out;
    for (const auto& [distance, node] : sorted)
        if (out.size() < count) out.push_back(node);
    return out;
}

// Dead members are still believed to live: the DHT notices only after minutes.
std::vector<Node> KnownNodes::random_nodes(std::size_t count, Instant) const {
    std::vector<Node> all;
    for (const Member* member : members())
        if (!member->ghost) all.push_back(member->node());
    for (std::size_t i = all.size(); i > 1; --i)
        std::swap(all[i - 1], all[random_below(static_cast<std::uint32_t>(i))]);
    if (all.size() > count) all.resize(count);
    return all;
}

bool KnownNodes::knows(const Endpoint& address, Instant) const {
    return std::any_of(world_.members().begin(), world_.members().end(),
                       [&](const auto& member) { return member->port.address() == address; });
}

std::array<std::optional<Endpoint>, 2> KnownNodes::own_addresses() const { return {world_.seen_as, {}}; }

Member::Member(SmallNetwork& the_world, const Endpoint& address)
    : world(the_world),
      port(world, address),
      relay(shared_keys, port, std::make_unique<KnownNodes>(world, keys.public_key, KnownNodes::Whose::storing_node)),
      store(keys, shared_keys, std::make_unique<KnownNodes>(world, keys.public_key, KnownNodes::Whose::storing_node),
            port) {}

void Member::receive(const Endpoint& from, ByteView datagram) {
    if (!relay.handle(from, datagram, world.now())) store.handle(from, datagram, world.now());
}

Client::Client(SmallNetwork& the_world, const Endpoint& address, std::unique_ptr<SearchOrder> order)
    : Member(the_world, address),
      onion({identity, keys, std::make_unique<KnownNodes>(world, keys.public_key, KnownNodes::Whose::client), store,
             port, nullptr, *this, std::move(order)}) {}

void Client::receive(const Endpoint& from, ByteView datagram) {
    OnionClient& client = diverted ? *diverted : onion;
    if (!client.handle(from, datagram, world.now())) Member::receive(from, datagram);
}

void Client::tick() {
    ++wakes;
    (diverted ? *diverted : onion).tick(world.now());
}

Instant Client::next_deadline() const { return (diverted ? *diverted : onion).next_deadline(world.now()); }

void Client::on_onion_data(const LongTermKey& from, ByteView content) {
    received.emplace_back(from, Bytes(content.begin(), content.end()));
}

void Client::on_stored(const LongTermKey& contact) {
    ++stored[contact];
    if (when_stored) when_stored(contact);
}

Endpoint SmallNetwork::new_address() {
    const std::uint16_t port = next_port_++;
    if (on_loopback) return Endpoint::v4({127, 0, 0, 1}, port);
    return Endpoint::v4({static_cast<Byte>(20 + port % 100), static_cast<Byte>(port % 251), 1, 1}, port);
}

void SmallNetwork::add_ghosts(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        Member& member = add_node();
        member.dead = member.ghost = true;
    }
}

void SmallNetwork::add_nodes(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add_node();
}

void SmallNetwork::send(const Endpoint& from, const Endpoint& to, ByteView datagram) {
    if (tap) tap(from, to, datagram);
    if (random_below(100) < loss_percent) return;
    flying_.emplace(now_ + latency_, Datagram{from, to, Bytes(datagram.begin(), datagram.end())});
}

void SmallNetwork::deliver_due() {
    while (!flying_.empty() && flying_.begin()->first <= now_) {
        const Datagram datagram = std::move(flying_.begin()->second);
        flying_.erase(flying_.begin());
        const auto receiver = by_address_.find(datagram.to);
        if (receiver == by_address_.end() || receiver->second->dead) continue;
        ++delivered;
        receiver->second->receive(datagram.from, datagram.bytes);
    }
}

void SmallNetwork::wake_due() {
    for (const auto& member : members_) {
        if (member->dead || member->next_deadline() > now_) continue;
        member->tick();
        if (member->next_deadline() <= now_) throw std::logic_error("tick left a deadline behind");
    }
}

Instant SmallNetwork::next_event() const {
    Instant next = flying_.empty() ? never : flying_.begin()->first;
    for (const auto& member : members_)
        if (!member->dead) next = std::min(next, member->next_deadline());
    return next;
}

bool SmallNetwork::run_until(const std::function<bool()>& done, Duration at_most) {
    const Instant end = now_ + at_most;
    while (!done()) {
        const Instant next = std::max(next_event(), now_);
        if (next >= end) {
            now_ = end;
            return done();
        }
        now_ = next;
        deliver_due();
        wake_due();
    }
    return true;
}

}  // namespace tox::test
