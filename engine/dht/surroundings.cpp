// SPDX-License-Identifier: GPL-3.0-or-later
// Where we are: LANs around us, another network than before, or none that lets UDP through.
#include "engine/dht/body.hpp"

namespace tox {
namespace {

constexpr Duration silence_patience = 1500ms;  // longer than a lost question and its repetition take
// So many nodes that used to answer do not all lose a packet or go at the same time.
constexpr unsigned suspicious_silence = 4;
constexpr Duration suspicious_time = 3s;
constexpr Duration doubt_time = 3s;          // good nodes stay so without a new answer; the slowest take 2 s
constexpr std::size_t most_doubted = 128;    // asked within 3 s of our 40/s; the others at their next keep-alive
constexpr Duration first_lonely_check = 5s;  // after a change: then everybody is asked again

}  // namespace

bool Dht::Body::udp() const { return network.reaches(Endpoint::Family::v4) || network.reaches(Endpoint::Family::v6); }

// A neighbour's answer says nothing of the world, unless we know of no other.
bool Dht::Body::tells_of_world(const Endpoint& from) const { return !from.is_lan() || !seeds.lead_outside(); }

Instant Dht::Body::in_touch_until() const {
    return seeds.lead_outside() ? world_until : std::max(world_until, lan_until);
}

void Dht::Body::note_question(const dht::Address& address, Instant now) {
    if (!address.good(now) || !tells_of_world(address.endpoint)) return;
    if (unanswered++ == 0) unanswered_since = now;
}

void Dht::Body::note_answer(const Endpoint& from, Instant now) {
    (from.is_lan() ? lan_until : world_until) = now + dht::good_time;
    if (tells_of_world(from)) unanswered = 0;
}

bool Dht::Body::silent(Instant now) const {
    if (!udp()) return true;
    if (unanswered >= suspicious_silence && now >= unanswered_since + suspicious_time) return true;
    return now >= in_touch_until() && alone_since && now >= *alone_since + silence_patience;
}

// Plain and unauthenticated: whoever hears it asks us, and only the answers count.
void Dht::Body::call_out(Instant now) {
    if (now < in_touch_until())
        alone_since.reset();
    else if (!alone_since)
        alone_since = now;
    if (!alone_since) wake(in_touch_until());
    if (alone_since && now < *alone_since + silence_patience) wake(*alone_since + silence_patience);
    if (lan.due() <= now) {
        const Bytes call = wire::serialise(wire::LanDiscovery{self.public_key});
        for (const std::uint16_t port : lan.round(now, met)) network.send_to_lan(port, call);
    }
    wake(lan.due());
}

// Those that once answered, whatever became of them: contacts first, then who answered last.
void Dht::Body::doubt(Instant now) {
    std::vector<const dht::KnownNode*> nodes;
    for (const auto& [key, node] : table.nodes()) nodes.push_back(&node);
    std::sort(nodes.begin(), nodes.end(), [&](const dht::KnownNode* a, const dht::KnownNode* b) {
        return std::pair(searches.find(a->key) != nullptr, a->confirmed()) <
               std::pair(searches.find(b->key) != nullptr, b->confirmed());
    });
    doubted.clear();
    for (std::size_t i = nodes.size() - std::min(nodes.size(), most_doubted); i < nodes.size(); ++i)
        doubted.push_back({nodes[i]->key, nodes[i]->freshest()->endpoint});
    ask_doubted(now);
}

// Whoever has just answered would not be asked again.
void Dht::Body::doubt(const Node& node, Instant now) {
    if (doubted.size() >= most_doubted) return;
    if (!table.doubt(node, now + doubt_time, now - dht::in_flight_time)) return;
    doubted.push_back(node);
    wake(now);
}

void Dht::Body::ask_doubted(Instant now) {
    while (!doubted.empty()) {
        const Instant turn = std::max(budget.next(1), burst.next());
        if (turn > now) return wake(turn);
        const Node node = doubted.back();
        doubted.pop_back();
        if (requests.asked_within(node, dht::in_flight_time, now)) continue;
        burst.spend(now);
        const bool contact = searches.find(node.key) != nullptr;
        ask({node, contact ? node.key.raw() : self.public_key.raw(), !contact, false}, now);
    }
}

void Dht::Body::network_changed(Instant now) {
    own_address.forget(now);
    own_supposed = {};
    own_asks = {never, never};
    met = false;
    alone_since = now;
    lan_until = world_until = Instant{};
    unanswered = 0;
    revivals = 0;
    lonely_at = now + first_lonely_check;
    for (auto& [key, search] : searches.contacts()) {
        search.nat.reset();
        search.pursuits = 0;
    }
    seeds.restart(now);
    lan.restart(now);
    table.doubt(now + doubt_time);
    doubt(now);
    wake(now);
}

}  // namespace tox
