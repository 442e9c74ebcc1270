// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/relay/scripted_world.hpp"

#include <gtest/gtest.h>

#include "tests/sim/dice.hpp"

namespace tox::test {
namespace {

// A stream that also takes part in the count of sockets.
class CountedStream final : public Stream {
  public:
    CountedStream(Wire& wire, std::size_t& count) : stream_(wire), count_(count) { ++count_; }
    ~CountedStream() override { --count_; }
    void set_sink(StreamSink* sink) override { stream_.set_sink(sink); }
    std::size_t write(ByteView bytes) override { return stream_.write(bytes); }

  private:
    FakeStream stream_;
    std::size_t& count_;
};

template <class Packet>
bool exact(const Bytes& frame) {
    return wire::parse<Packet>(frame).has_value();
}

}  // namespace

// ---- a relay -----------------------------------------------------------------------------------------------------

Visit* ScriptedRelay::visit_of(const DhtKey& client) {
    for (auto visit = visits.rbegin(); visit != visits.rend(); ++visit)
        if ((*visit)->alive() && (*visit)->end.secured() && (*visit)->end.peer() == client) return visit->get();
    return nullptr;
}

std::size_t ScriptedRelay::visitors() const {
    return static_cast<std::size_t>(
        std::count_if(visits.begin(), visits.end(), [](const auto& visit) { return visit->alive(); }));
}

std::size_t ScriptedRelay::heard(Byte kind) const {
    std::size_t count = 0;
    for (const auto& visit : visits)
        for (const Bytes& frame : visit->heard) count += frame.front() == kind ? 1U : 0U;
    return count;
}

void ScriptedRelay::say(Visit& visit, ByteView plain) {
    if (!temper.mute) append(visit.to_client, visit.end.frame(plain));
}

void ScriptedRelay::hang_up() {
    for (auto& visit : visits)
        if (visit->alive()) visit->wire.sink->on_closed(StreamEnd::closed);
}

void ScriptedRelay::cut(Visit& visit, const std::string& why) {
    violations.push_back(why);
    if (visit.alive()) visit.wire.sink->on_closed(StreamEnd::closed);
}

void ScriptedRelay::serve(Visit& visit) {
    if (!visit.end.take(visit.wire.taken())) return cut(visit, "no frame");
    if (Bytes answer = visit.end.answer(); !temper.mute) append(visit.to_client, answer);
    for (const Bytes& frame : visit.end.frames()) {
        visit.heard.push_back(frame);
        handle(visit, frame);
    }
}

// As strict as notes 3.2 say.
void ScriptedRelay::handle(Visit& visit, const Bytes& frame) {
    const Byte kind = frame.front();
    if (wire::is_slot(kind)) return pass(visit, frame);
    if (kind == 0 && exact<wire::RoutingRequest>(frame))
        return route(visit, wire::parse<wire::RoutingRequest>(frame)->peer);
    if (kind == 3 && exact<wire::DisconnectNotification>(frame)) {
        const auto slot = std::find_if(visit.slots.begin(), visit.slots.end(),
                                       [&](const auto& item) { return item.second == frame[1]; });
        if (slot == visit.slots.end()) return cut(visit, "a slot that it does not have");
        const DhtKey peer = slot->first;
        visit.online.erase(slot->second);
        visit.slots.erase(slot);
        if (Visit* other = visit_of(peer)) set_online(*other, visit.end.peer(), false);
        return;
    }
    if (kind == 4 && exact<wire::RelayPing>(frame)) {
        if (temper.answers_pings) tell(visit, wire::RelayPong{wire::parse<wire::RelayPing>(frame)->id});
        return;
    }
    if (kind == 5 && exact<wire::RelayPong>(frame) && wire::parse<wire::RelayPong>(frame)->id != 0) return;
    if (kind == 6 && exact<wire::OutOfBandSend>(frame) && frame.size() <= 33 + 1024) {
        const auto packet = *wire::parse<wire::OutOfBandSend>(frame);
        if (Visit* other = visit_of(packet.peer)) tell(*other, wire::OutOfBandReceived{visit.end.peer(), packet.data});
        return;
    }
    if (kind == 8 && frame.size() >= 160) return;
    cut(visit, "a frame of kind " + std::to_string(kind) + ", " + std::to_string(frame.size()) + " bytes");
}

void ScriptedRelay::route(Visit& visit, const DhtKey& peer) {
    if (temper.refuses_links) return tell(visit, wire::RoutingResponse{0, peer});
    if (!visit.slots.contains(peer)) {
        Byte slot = std::max(visit.next_slot, first_slot_given);
        visit.next_slot = static_cast<Byte>(slot + 1);
        visit.slots[peer] = slot;
    }
    tell(visit, wire::RoutingResponse{visit.slots[peer], peer});
    Visit* other = visit_of(peer);
    if (other == nullptr || !other->slots.contains(visit.end.peer())) return;
    set_online(visit, peer, true);
    set_online(*other, visit.end.peer(), true);
}

void ScriptedRelay::set_online(Visit& visit, const DhtKey& peer, bool online) {
    const auto slot = visit.slots.find(peer);
    if (slot == visit.slots.end() || visit.online.contains(slot->second) == online) return;
    if (online) {
        visit.online.insert(slot->second);
        return tell(visit, wire::ConnectNotification{slot->second});
    }
    visit.online.erase(slot->second);
    tell(visit, wire::DisconnectNotification{slot->second});
}

void ScriptedRelay::pass(Visit& visit, const Bytes& frame) {
    if (frame.size() < 2) return cut(visit, "empty data: it would cut its peer");
    for (const auto& [peer, slot] : visit.slots) {
        if (slot != frame.front()) continue;
        Visit* other = visit.online.contains(slot) ? visit_of(peer) : nullptr;
        if (other == nullptr || !other->slots.contains(visit.end.peer())) return;
        Bytes passed = frame;
        passed.front() = other->slots[visit.end.peer()];
        return say(*other, passed);
    }
    cut(visit, "data for a slot that it does not have");
}

// ---- a client ----------------------------------------------------------------------------------------------------

Client::Client(ScriptedWorld& in) : world(in), pool(keys, *this, *this, *this) {}

Instant Client::now() const { return world.now; }

std::unique_ptr<Stream> Client::connect(const StreamAddress& to) {
    for (auto& relay : world.relays) {
        if (relay->at != to) continue;
        relay->tries.push_back(world.now);
        relay->visits.push_back(std::make_unique<Visit>(relay->keys));
        Visit& visit = *relay->visits.back();
        auto stream = std::make_unique<CountedStream>(visit.wire, sockets);
        most_sockets = std::max(most_sockets, sockets);
        world.knock(*relay, *this, visit);
        return stream;
    }
    ADD_FAILURE() << "nobody lives there";
    return nullptr;
}

bool Client::linked(const DhtKey& peer, const ScriptedRelay& relay) const {
    const auto open = pool.links(peer);
    return std::find(open.begin(), open.end(), relay.key()) != open.end();
}

void Client::settle() {
    for (int turn = 0; pool.next_deadline(world.now) <= world.now; ++turn) {
        ASSERT_LT(turn, 3) << "a tick leaves its deadline behind";
        ++ticks;
        pool.tick(world.now);
    }
    pool.flush();
}

void Client::on_relay_packet(const DhtKey& peer, const DhtKey&, ByteView packet, Instant) {
    packets.push_back({peer, Bytes(packet.begin(), packet.end())});
    if (on_packet) on_packet();
}
void Client::on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant) {
    links.push_back({peer, relay, open});
}
void Client::on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant) { usable.push_back({peer, relay}); }
void Client::on_relay_onion(const DhtKey&, ByteView response, Instant) {
    onion.emplace_back(response.begin(), response.end());
}
void Client::on_relays_changed(Instant) { ++changes; }

// ---- the world ---------------------------------------------------------------------------------------------------

ScriptedWorld::ScriptedWorld(std::uint64_t seed) { sim::seed_engines(seed); }

ScriptedRelay& ScriptedWorld::add_relay(std::uint16_t port) {
    const auto number = static_cast<Byte>(relays.size() + 1);
    relays.push_back(std::make_unique<ScriptedRelay>(*this, Endpoint::v4({192, 0, 2, number}, port)));
    return *relays.back();
}

Client& ScriptedWorld::add_client() {
    clients.push_back(std::make_unique<Client>(*this));
    return *clients.back();
}

void ScriptedWorld::knock(ScriptedRelay& relay, Client& client, Visit& visit) {
    if (!client.online || relay.temper.door == Temper::Door::silent) return;
    const bool taken = relay.temper.door == Temper::Door::open;
    after(2 * latency, [&, taken] {
        if (visit.wire.sink == nullptr) return;
        if (!taken) return visit.wire.sink->on_closed(StreamEnd::unreachable);
        visit.open = true;
        visit.wire.room = relay.temper.room;
        visit.wire.sink->on_open();
        carry(relay, client, visit);
    });
}

// To and fro, once per latency, for as long as the stream lives.
void ScriptedWorld::carry(ScriptedRelay& relay, Client& client, Visit& visit) {
    after(latency, [&] {
        if (!visit.alive()) return;
        if (client.online) {
            relay.serve(visit);
            if (visit.alive() && !visit.to_client.empty())
                visit.wire.give(std::exchange(visit.to_client, {}), relay.temper.piece);
            if (visit.alive() && relay.temper.room != Wire::unlimited) {
                visit.wire.room = relay.temper.room;
                visit.wire.sink->on_writable();
            }
        }
        carry(relay, client, visit);
    });
}

bool ScriptedWorld::step(Instant until) {
    for (auto& client : clients) client->settle();
    Instant next = events_.empty() ? never : events_.begin()->first;
    for (auto& client : clients) {
        const Instant deadline = client->pool.next_deadline(now);
        EXPECT_GT(deadline, now);
        next = std::min(next, deadline);
    }
    if (next > until) {
        now = until;
        return false;
    }
    now = next;
    while (!events_.empty() && events_.begin()->first <= now) {
        auto what = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        what();
    }
    return true;
}

void ScriptedWorld::run_for(Duration time) {
    const Instant until = now + time;
    while (step(until)) {
    }
    for (auto& client : clients) client->settle();
}

std::optional<Duration> ScriptedWorld::run_until(const std::function<bool()>& done, Duration at_most) {
    const Instant start = now;
    while (!done()) {
        if (now - start >= at_most) return std::nullopt;
        step(std::min(start + at_most, now + latency));
    }
    return now - start;
}

}  // namespace tox::test
