// SPDX-License-Identifier: GPL-3.0-or-later
// NAT pings and what they lead to: both sides send to where the other is said to be, until one answers (notes 4.9).
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::Punching;
using dht::Search;

namespace {

constexpr std::size_t request_copies = 8;    // one through each node of the search's list
constexpr Duration no_budget_pause = 500ms;  // a request that has to wait
constexpr unsigned sure_of_one_port = 3;     // punches in vain at the only port seen: perhaps it is not the only one

}  // namespace

// Only searched nodes are answered: else strangers could learn who knows whom (trap 40).
bool Dht::Body::on_nat_ping(const DhtKey& sender, ByteView content, Instant now) {
    const auto ping = wire::parse<wire::NatPing>(content);
    Search* search = searches.find(sender);
    if (!hole_punching || !ping || search == nullptr) return false;
    if (ping->direction == wire::NatPing::response) {
        if (search->nat.id == 0 || ping->id != search->nat.id) return false;
        search->nat.id = 0;
    } else if (ping->direction != wire::NatPing::request) {
        return false;
    } else if (search->nat.may_answer(now)) {
        route(sender, wire::serialise(wire::NatPing{wire::NatPing::response, ping->id}), 1, now);
    }
    if (!target_good(*search, now)) search->nat.heard(now);
    open_nats(*search, now);
    return true;
}

void Dht::Body::suspect_nat(Search& search, Instant at) {
    if (!hole_punching) return;
    search.nat.suspect(at);
    nats_next = std::min(nats_next, search.nat.next());
    wake(nats_next);
}

void Dht::Body::open_nats(Search& search, Instant now) {
    if (!hole_punching || target_good(search, now)) return search.nat.reset();
    if (search.nat.request_due(now)) request_opening(search, now);
    if (search.nat.punch_due(now)) punch(search, now);
    nats_next = std::min(nats_next, search.nat.next());
    wake(nats_next);
}

void Dht::Body::open_nats(Instant now) {
    if (nats_next > now) return wake(nats_next);
    nats_next = never;
    for (auto& [key, search] : searches.contacts())
        if (search.nat.next() != never) open_nats(search, now);
}

// Through nodes that named it; they have a way to it.
void Dht::Body::request_opening(Search& search, Instant now) {
    std::size_t copies = 0;
    while (copies < request_copies && punches.take(search.target, now)) ++copies;
    if (copies == 0) return search.nat.put_off(now + no_budget_pause);
    if (search.nat.id == 0) search.nat.id = random_u64() | 1U;  // never 0, which says "none"
    const Bytes request = wire::serialise(wire::NatPing{wire::NatPing::request, search.nat.id});
    route(search.target, request, copies, now);
    search.nat.requested(now);
}

void Dht::Body::punch(Search& search, Instant now) {
    for (const Endpoint& place : search.places(now))
        if (network.reaches(place.family) && punches.take(search.target, now)) send_ping({search.target, place}, now);
    if (search.nat.worth_guessing()) guess_ports(search, now);
    search.nat.punched(now);
}

// A NAT that gives each of us another port gives us one near those. Guessed only at a public IPv4 address that most of
// those who named the node agree on: on a LAN and with IPv6 ports are not translated.
void Dht::Body::guess_ports(Search& search, Instant now) {
    const auto reports = search.fresh_reports(now);
    const dht::Report* common = nullptr;
    std::size_t most = 0;
    for (const dht::Report& report : reports) {
        if (!report.place.is_v4() || report.place.is_lan()) continue;
        const auto same = [&](const dht::Report& other) { return other.place.address == report.place.address; };
        const auto count = static_cast<std::size_t>(std::count_if(reports.begin(), reports.end(), same));
        if (count > std::exchange(most, std::max(most, count))) common = &report;
    }
    if (common == nullptr) return;
    std::vector<std::uint16_t> seen;
    for (const Endpoint& place : search.places(now))
        if (place.is_v4() && place.address == common->place.address) seen.push_back(place.port);
    Punching& nat = search.nat;
    if (seen.size() == 1 && nat.punches() < sure_of_one_port) return;
    if (nat.guessed >= dht::most_guesses_around) nat.guessed = 0;
    const auto skipped = static_cast<unsigned>(seen.size());  // distance 0: they have been tried
    auto ports = dht::ports_near(seen, skipped + nat.guessed, dht::guesses_at_once);
    nat.guessed += guess(search.target, common->place, ports, now);
    if (nat.punches() < dht::tries_before_sweep) return;
    ports.clear();
    for (unsigned i = 0; i < dht::guesses_at_once; ++i)
        ports.push_back(static_cast<std::uint16_t>(dht::first_swept + nat.guessed_up + i));
    nat.guessed_up += guess(search.target, common->place, ports, now);
}

// How many of them were tried.
unsigned Dht::Body::guess(const DhtKey& target, Endpoint place, const std::vector<std::uint16_t>& ports, Instant now) {
    unsigned tried = 0;
    for (const std::uint16_t port : ports) {
        if (!punches.take(target, now)) break;
        place.port = port;
        send_ping({target, place}, now);
        ++tried;
    }
    return tried;
}

}  // namespace tox
