// SPDX-License-Identifier: GPL-3.0-or-later
// DHT requests (spec: DHT Request Packets): ours through nodes that named the receiver, others' to nodes we know, and
// NAT pings (notes 4.7-4.9).
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::Search;

namespace {

constexpr std::size_t most_copies = 8;      // notes 12.3: at most 8 copies of a DHT-key packet
constexpr Duration nat_answer_pause = 1s;   // peers ask every 4 s through all reporters: one answer is enough
constexpr Duration nat_request_pause = 4s;  // notes 4.9
constexpr std::size_t nat_reports = 2;      // fewer than c-toxcore's 4: our searches also end sooner
constexpr unsigned most_guesses = 24;       // ports tried per round; half of c-toxcore's 48 (our budget)

}  // namespace

bool Dht::Body::on_dht_request(const Endpoint& from, ByteView datagram, Instant now) {
    const auto request = wire::parse<wire::DhtRequest>(datagram);
    if (!request || request->sender == self.public_key) return false;
    if (request->receiver != self.public_key) return forward(*request, from, datagram, now);
    if (datagram.size() > wire::most_dht_request) return false;
    const SharedKey* shared = key_with(request->sender, from, now);
    if (shared == nullptr) return false;
    auto content = open(*shared, request->nonce, request->box.bytes);
    if (!content) return false;
    if (content->front() == wire::NatPing::kind) return on_nat_ping(request->sender, *content, now);
    events.push_back({DhtEvent::What::dht_request, request->sender, from, std::move(*content)});
    return true;
}

// One hop, unaltered, never back (notes 4.7).
bool Dht::Body::forward(const wire::DhtRequest& request, const Endpoint& from, ByteView datagram, Instant now) {
    const dht::KnownNode* receiver = table.find(request.receiver);
    if (datagram.size() > wire::most_routed || receiver == nullptr) return false;
    const dht::Address* address = receiver->best(now, true);
    if (address == nullptr || address->endpoint == from || !forwards.take(from, now)) return false;
    return network.send(address->endpoint, datagram);
}

// Only searched nodes are answered: else strangers could learn who knows whom (trap 40).
bool Dht::Body::on_nat_ping(const DhtKey& sender, ByteView content, Instant now) {
    const auto ping = wire::parse<wire::NatPing>(content);
    Search* search = searches.find(sender);
    if (!ping || search == nullptr) return false;
    if (ping->direction == wire::NatPing::response) {
        if (search->nat.id == 0 || ping->id != search->nat.id) return false;
        search->nat.id = 0;
        punch(*search, now);
        return true;
    }
    if (ping->direction != wire::NatPing::request) return false;
    if (now < search->nat.next_answer) return true;  // a copy of one answered
    search->nat.next_answer = now + nat_answer_pause;
    route(sender, wire::serialise(wire::NatPing{wire::NatPing::response, ping->id}), 1, now);
    punch(*search, now);  // they are about to send to us: our packets open our side
    return true;
}

// Where to send for the searched node: itself if it answers us, and good nodes that named it lately.
std::vector<Endpoint> Dht::Body::routers(const Search& search, Instant now) const {
    std::vector<Endpoint> found;
    const auto add = [&](const DhtKey& key) {
        const dht::KnownNode* node = table.find(key);
        const dht::Address* address = node != nullptr ? node->best(now, true) : nullptr;
        if (address == nullptr) return;
        if (std::find(found.begin(), found.end(), address->endpoint) == found.end()) found.push_back(address->endpoint);
    };
    add(search.target);
    for (const dht::Report& report : search.fresh_reports(now)) add(report.reporter);
    return found;
}

std::size_t Dht::Body::route(const DhtKey& to, ByteView content, std::size_t copies, Instant now) {
    const Search* search = searches.find(to);
    const SharedKey* shared = keys.with(to);
    if (search == nullptr || shared == nullptr || content.empty()) return 0;
    wire::DhtRequest request{to, self.public_key, Nonce::random(), {}};
    seal(*shared, request.nonce, content, request.box.bytes);
    const Bytes datagram = wire::serialise(request);
    if (datagram.size() > wire::most_dht_request) return 0;
    std::vector<Endpoint> hops = routers(*search, now);
    std::size_t sent = 0;
    while (sent < std::min(copies, most_copies) && !hops.empty()) {
        // One copy: any of them (notes 4.9); many: all in their order, the node itself first.
        const std::size_t i = copies == 1 ? random_below(static_cast<std::uint32_t>(hops.size())) : 0;
        sent += network.send(hops[i], datagram) ? 1 : 0;
        hops.erase(hops.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return sent;
}

// While a searched node is named but does not answer, it is told to open its side (notes 4.9).
void Dht::Body::nat_round(Search& search, Instant now) {
    if (now < search.nat.next_request || target_good(search, now)) return;
    if (search.fresh_reports(now).size() < nat_reports) return;
    search.nat.next_request = now + nat_request_pause;
    if (search.nat.id == 0) search.nat.id = random_u64() | 1U;  // never 0, which says "none"
    route(search.target, wire::serialise(wire::NatPing{wire::NatPing::request, search.nat.id}), most_copies, now);
}

// Sends to where the searched node is said to be; if its NAT gives each of us another port, also to ports near those.
void Dht::Body::punch(Search& search, Instant now) {
    if (target_good(search, now)) return;
    std::vector<Endpoint> places;
    for (const dht::Report& report : search.fresh_reports(now))
        if (std::find(places.begin(), places.end(), report.place) == places.end()) places.push_back(report.place);
    for (const Endpoint& place : places)
        if (!requests.asked_within({search.target, place}, 500ms, now))
            ask({{search.target, place}, search.target.raw(), false, true}, now);
    const bool one_host = places.size() > 1 && std::all_of(places.begin(), places.end(), [&](const Endpoint& place) {
                              return place.family == places[0].family && place.address == places[0].address;
                          });
    if (!one_host) return;
    for (unsigned i = 0; i < most_guesses; ++i) {  // base ports in turn, alternately above and below
        const unsigned t = i + search.nat.punches + 2;
        const auto delta = static_cast<std::uint16_t>(t / (2 * places.size()));
        Endpoint guess = places[(t / 2) % places.size()];
        guess.port = static_cast<std::uint16_t>(t % 2 == 0 ? guess.port + delta : guess.port - delta);
        if (delta != 0 && guess.is_usable()) ping({search.target, guess}, now);
    }
    search.nat.punches = (search.nat.punches + most_guesses) % 2048;  // then from the start: NATs move on meanwhile
}

}  // namespace tox
