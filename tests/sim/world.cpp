// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/world.hpp"

#include <algorithm>

#include "engine/base/check.hpp"
#include "tests/sim/host.hpp"
#include "tests/sim/streams.hpp"

namespace tox::sim {

World::World(std::uint64_t seed) : seed_(seed), dice_(seed), streams_(std::make_unique<Streams>(*this)) {
    seed_engines(dice_.next());
}
World::~World() = default;

Duration World::one_way() { return dice_.between(cable.least_delay, cable.most_delay); }

SimNetwork* World::host_at(const Endpoint& address) const {
    const auto found = std::find_if(addresses_.begin(), addresses_.end(), [&](const auto& entry) {
        return entry.first.family == address.family && entry.first.address == address.address;
    });
    return found == addresses_.end() ? nullptr : found->second;
}

void World::call_on_lan(const SimNetwork& sender, const Endpoint& from, std::uint16_t port, ByteView datagram) {
    for (const auto& [address, network] : addresses_)
        if (address.family == from.family && address.port == port && network->lan() == sender.lan())
            throw_on_cable(sender, from, address, Bytes(datagram.begin(), datagram.end()));
}

void World::at(Instant when, std::function<void()> action) {
    TOX_CHECK(when >= now_);  // travelling back in time is a fault of the caller
    events_.push_back({when, made_++, std::move(action)});
    std::push_heap(events_.begin(), events_.end(), later);
}

bool World::step() {
    if (events_.empty()) return false;
    std::pop_heap(events_.begin(), events_.end(), later);
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.when;
    ++events_run_;
    event.action();
    return true;
}

void World::run_for(Duration time) {
    run_until([] { return false; }, time);
}

bool World::run_until(const std::function<bool()>& done, Duration at_most) {
    const Instant end = now_ + at_most;
    while (!done()) {
        if (events_.empty() || events_.front().when > end) {
            now_ = end;
            return done();
        }
        step();
    }
    return true;
}

void World::put_on_island(const SimNetwork& network, int island) { islands_[&network] = island; }

int World::island_of(const SimNetwork& network) const {
    const auto found = islands_.find(&network);
    return found == islands_.end() ? 0 : found->second;
}

void World::attach(const Endpoint& address, SimNetwork& network) {
    TOX_CHECK(!addresses_.contains(address));
    addresses_[address] = &network;
}

void World::detach(const Endpoint& address) { addresses_.erase(address); }

void World::attach_gateway(ByteView public_address, Gateway& gateway) {
    gateways_[Bytes(public_address.begin(), public_address.end())] = &gateway;
}

void World::note(const Endpoint& from, const Endpoint& to, ByteView datagram) {
    constexpr std::uint64_t prime = 0x100000001b3U;  // FNV-1a, 64 bit
    const auto stir = [this](std::uint64_t value) { trace_ = (trace_ ^ value) * prime; };
    stir(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
    for (const Endpoint* end : {&from, &to}) {
        for (const Byte b : end->address_bytes()) stir(b);
        stir(end->port);
    }
    for (const Byte b : datagram) stir(b);
}

void World::carry(SimNetwork& sender, const Endpoint& from, const Endpoint& to, ByteView datagram) {
    note(from, to, datagram);
    if (tap) tap(from, to, datagram);
    ++traffic_.sent;
    traffic_.bytes += datagram.size();
    const std::optional<Endpoint> source = sender.gateway() ? sender.gateway()->leave(from, to, now_) : from;
    if (!source || dice_.chance(cable.loss) || dice_.chance(sender.line_loss())) {
        ++traffic_.lost;
        return;
    }
    const bool twice = dice_.chance(cable.duplicate);
    traffic_.altered += twice ? 1 : 0;
    for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
        throw_on_cable(sender, *source, to, Bytes(datagram.begin(), datagram.end()));
    }
}

void World::throw_on_cable(const SimNetwork& sender, const Endpoint& from, const Endpoint& to, Bytes datagram) {
    if (!datagram.empty() && dice_.chance(cable.corrupt)) damage(datagram);
    const Duration delay = dice_.between(cable.least_delay, cable.most_delay);
    after(delay, [this, island = island_of(sender), from, to, datagram = std::move(datagram)] {
        arrive(island, from, to, datagram);
    });
}

void World::arrive(int island, const Endpoint& from, Endpoint to, const Bytes& datagram) {
    const ByteView address = to.address_bytes();
    if (const auto gate = gateways_.find(Bytes(address.begin(), address.end())); gate != gateways_.end()) {
        const auto inner = gate->second->enter(to, from, now_);
        if (inner) to = *inner;
    }
    const auto found = addresses_.find(to);
    if (found == addresses_.end() || island_of(*found->second) != island || dice_.chance(found->second->line_loss())) {
        ++traffic_.lost;
        return;
    }
    found->second->receive(from, datagram);
}

void World::damage(Bytes& datagram) {
    ++traffic_.altered;
    for (std::uint64_t flips = 1 + dice_.below(3); flips > 0; --flips) {
        datagram[dice_.below(datagram.size())] ^= static_cast<Byte>(1U << dice_.below(8));
    }
}

}  // namespace tox::sim
