// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/dht/world.hpp"

#include "tests/sim/dice.hpp"

namespace tox::test {
void seed_randomness(std::uint64_t seed) { sim::seed_engines(seed); }

Peer::Peer(World& in, const Endpoint& at, std::string motd) : world(in), address(at), dht(keys, cache, *this, *this) {
    dht.set_motd(std::move(motd));
}

bool Peer::send(const Endpoint& to, ByteView datagram) {
    ++sent;
    sent_bytes += datagram.size();
    if (!online || (world.may_send && !world.may_send(*this, to))) return true;
    world.deliver(nat != nullptr && !to.is_lan() ? nat->leave(address, to) : address, to, datagram);
    return true;
}

void Peer::send_to_lan(std::uint16_t port, ByteView datagram) {
    calls.push_back(port);
    if (lan == 0 || !online) return;
    for (const auto& peer : world.peers)
        if (peer->lan == lan && peer->address.port == port) world.deliver(address, peer->address, datagram);
}

void Peer::on_confirmed(const DhtKey& node, const Endpoint& at) {
    confirmed.emplace(node, world.now);
    confirmed_at.insert_or_assign(node, at);
}

void Peer::on_named(const DhtKey& node, const Endpoint& at) { named[node].push_back(at); }

void Peer::on_dht_request(const DhtKey& from, ByteView content) {
    requests.emplace_back(from, Bytes(content.begin(), content.end()));
}

void Peer::on_own_address(const Endpoint& at) { own.push_back(at); }

Peer& World::add(std::string motd) { return add_at(*Endpoint::parse("127.0.0.1", next_port_++), std::move(motd)); }

Peer& World::add_at(const Endpoint& address, std::string motd) {
    peers.push_back(std::make_unique<Peer>(*this, address, std::move(motd)));
    return *peers.back();
}

Peer& World::replace(Peer& peer) {
    const Endpoint address = peer.address;
    remove(peer);
    return add_at(address);
}

void World::remove(Peer& peer) {
    std::erase_if(peers, [&](const auto& p) { return p.get() == &peer; });
}

void World::deliver(const Endpoint& from, const Endpoint& to, ByteView datagram) {
    if (filter && !filter(from, to, datagram)) return;
    if (std::uniform_real_distribution<>(0, 1)(random_) < loss) return;
    const Duration extra(static_cast<Duration::rep>(random_() % 5000));
    flying_.emplace(now + delay + extra, Flying{from, to, Bytes(datagram.begin(), datagram.end())});
}

SmallNat& World::add_nat(const Endpoint& outside, SmallNat::Ports ports, SmallNat::Filter admitted) {
    nats_.push_back(std::make_unique<SmallNat>(outside, ports, admitted));
    return *nats_.back();
}

void World::arrive(const Flying& datagram) {
    Endpoint to = datagram.to;
    for (const auto& nat : nats_) {
        if (!nat->owns(to)) continue;
        const auto inner = nat->enter(to, datagram.from);
        if (!inner) return;
        to = *inner;
    }
    for (const auto& peer : peers) {
        if (peer->address != to || !peer->online) continue;
        peer->dht.handle(datagram.from, datagram.bytes, now);
        return;
    }
    if (stray) stray(datagram.from, datagram.to, datagram.bytes);
}

void World::wake_due() {
    for (const auto& peer : peers) {
        if (peer->dht.next_deadline(now) > now) continue;
        ++peer->wakes;
        peer->dht.tick(now);
        if (peer->dht.next_deadline(now) <= now) throw std::logic_error("tick() left a deadline in the past");
    }
}

bool World::step(Instant until) {
    wake_due();
    Instant next = flying_.empty() ? never : flying_.begin()->first;
    for (const auto& peer : peers) next = std::min(next, peer->dht.next_deadline(now));
    if (next > until) {
        now = until;
        return false;
    }
    now = std::max(now, next);
    while (!flying_.empty() && flying_.begin()->first <= now) {
        const Flying datagram = std::move(flying_.begin()->second);
        flying_.erase(flying_.begin());
        arrive(datagram);
    }
    return true;
}

void World::run_for(Duration time) {
    const Instant until = now + time;
    while (step(until)) {
    }
}

std::optional<Duration> World::run_until(const std::function<bool()>& done, Duration at_most) {
    const Instant start = now;
    while (!done())
        if (!step(start + at_most)) return done() ? std::optional(now - start) : std::nullopt;
    return now - start;
}

}  // namespace tox::test
