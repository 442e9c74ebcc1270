// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/hop_book.hpp"

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

bool same_bits(ByteView a, ByteView b, std::size_t bytes) {
    return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(bytes), b.begin());
}

// How far the nodes on a path, and the one at its end, are to be apart.
enum class Apart {
    networks,  // one operator's nodes often share a network: /16, and /32 of IPv6 (notes 12.4)
    subnets,   // R17: /24 and /48
    keys,      // what there is
};

// Loopback and LAN are exempt: there all nodes share a network.
bool same_network(const Endpoint& a, const Endpoint& b, Apart apart) {
    if (apart == Apart::keys || a.family != b.family || a.is_lan() || b.is_lan()) return false;
    const std::size_t bytes = apart == Apart::networks ? 2 : 3;
    return same_bits(a.address_bytes(), b.address_bytes(), a.is_v4() ? bytes : 2 * bytes);
}

// Hops as they are found, and what they are to be apart from besides each other: the node at the end, and ourselves,
// whose other account or neighbour would be no stranger.
struct Draft {
    std::vector<Node> chosen;
    std::vector<Node> ends;

    bool whole() const { return chosen.size() == std::tuple_size_v<Hops>; }
    bool takes(const Node& node, Apart apart) const {
        const auto clear_of = [&](const Node& other) {
            return !same_place(other, node) && !same_network(other.endpoint, node.endpoint, apart);
        };
        return std::all_of(chosen.begin(), chosen.end(), clear_of) && std::all_of(ends.begin(), ends.end(), clear_of);
    }
    void add(const std::vector<Node>& from, Apart apart) {
        for (const Node& node : from)
            if (!whole() && takes(node, apart)) chosen.push_back(node);
    }
};

// Where there are fewer than three they take turns. A relay is reached as a node beyond the first hop.
Hops in_turn(std::vector<Node> chosen, const Node& beyond_relay, bool at_relay) {
    if (!at_relay) shuffle(chosen);
    Hops hops;
    for (std::size_t i = 0; i < hops.size(); ++i) hops[i] = chosen[i % chosen.size()];
    for (Node& hop : hops)
        if (&hop != &hops[0] && !hop.endpoint.is_usable()) hop = beyond_relay;
    return hops;
}

}  // namespace

bool HopBook::waited(Duration elsewhere, Instant now) {
    const auto nodes = nodes_.random_nodes(enough, now);
    if (!waiting_since_) waiting_since_ = now;
    const auto all = [&](bool (Endpoint::*is)() const) {
        return std::all_of(nodes.begin(), nodes.end(), [&](const Node& node) { return (node.endpoint.*is)(); });
    };
    const Duration wait = all(&Endpoint::is_loopback) ? local_patience
                          : all(&Endpoint::is_lan)    ? lan_patience
                                                      : elsewhere;
    return now >= *waiting_since_ + wait;
}

bool HopBook::plenty(Instant now) const {
    const auto nodes = nodes_.random_nodes(candidates, now);
    return std::count_if(nodes.begin(), nodes.end(), [&](const Node& n) { return !blamed(n, now); }) >=
           static_cast<std::ptrdiff_t>(enough);
}

bool HopBook::ready(Instant now) {
    if (!any(now)) {
        waiting_since_.reset();
        return false;
    }
    const bool long_enough = waited(patience, now);
    return long_enough || plenty(now) || begin_at_relay(now);
}

bool HopBook::alone(const Node& to, Instant now) {
    return any(now) && drawn(to, now).empty() && (begin_at_relay(now) || waited(lone_patience, now));
}

// Proven nodes first, so that at most one hop is a trial where enough are proven; blamed ones last.
unsigned HopBook::cost(const Node& node, Instant now) const {
    const auto known = records_.find(node.key);
    if (known == records_.end()) return 1;
    if (now < known->second.blamed_until) return 2;
    return now < known->second.proven_until ? 0 : 1;
}

// Some of all nodes, in any order, without the one at the end of the path.
std::vector<Node> HopBook::drawn(const Node& to, Instant now) const {
    auto nodes = nodes_.random_nodes(candidates, now);
    std::erase_if(nodes, [&](const Node& node) { return same_place(node, to); });
    shuffle(nodes);
    return nodes;
}

// Leaves those that are not blamed, but at least two: which of the blamed ones are dead only trying them shows.
void HopBook::spare_dead(std::vector<Node>& by_cost, Instant now) const {
    if (by_cost.size() >= hardly_any) return;
    const auto good = std::count_if(by_cost.begin(), by_cost.end(), [&](const Node& n) { return !blamed(n, now); });
    by_cost.resize(std::min(by_cost.size(), std::max<std::size_t>(2, static_cast<std::size_t>(good))));
}

std::optional<Hops> HopBook::choose(const Node& to, Instant now) {
    const auto relay = nodes_.entry_relay(now);
    auto known = drawn(to, now);
    if (known.empty() && alone(to, now)) known.push_back(to);
    if (known.empty() || (relay == to.key && !same_place(known.front(), to))) return std::nullopt;
    Draft draft{{}, {to}};
    for (const auto& own : nodes_.own_addresses())
        if (own) draft.ends.push_back({{}, *own});
    if (relay) draft.chosen.push_back({*relay, {}});
    const auto trial = std::find_if(known.begin(), known.end(), [&](const Node& n) { return cost(n, now) == 1; });
    if (trial != known.end() && draft.takes(*trial, Apart::networks) && random_below(2) == 0)
        draft.chosen.push_back(*trial);  // new nodes get their chance
    std::stable_sort(known.begin(), known.end(),
                     [&](const Node& a, const Node& b) { return cost(a, now) < cost(b, now); });
    spare_dead(known, now);
    draft.add(known, Apart::networks);
    draft.add(known, Apart::subnets);
    if (!draft.whole() && !relay && !waited(patience, now)) return std::nullopt;
    draft.add(known, Apart::keys);
    if (draft.chosen.empty()) draft.chosen.push_back(known.front());  // the only node there is
    return in_turn(std::move(draft.chosen), known.front(), relay.has_value());
}

bool HopBook::silent(const Hops& hops, Instant now) const {
    return std::any_of(hops.begin(), hops.end(), [&](const Node& hop) { return nodes_.silent(hop, now); });
}

void HopBook::doubt(const Hops& hops, Instant now) {
    for (const Node& hop : hops) nodes_.doubt(hop, now);
}

HopBook::Record& HopBook::record(const DhtKey& key, Instant now) {
    if (!records_.contains(key) && records_.size() >= capacity) {
        records_.erase(std::min_element(records_.begin(), records_.end(), [](const auto& a, const auto& b) {
            return a.second.touched < b.second.touched;
        }));
    }
    Record& record = records_[key];
    record.touched = now;
    return record;
}

void HopBook::succeeded(const Hops& hops, Instant now) {
    for (const Node& hop : hops) {
        Record& known = record(hop.key, now);
        if (hop.endpoint.is_usable()) known.endpoint = hop.endpoint;  // a relay at the beginning has none
        known.worked = now;
        known.proven_until = now + proven_lasts;
        known.blamed_until = {};
    }
}

// Which hop failed is not known; those that work in other paths are not suspected with the rest.
void HopBook::failed(const Hops& hops, Instant now) {
    const bool all_proven = std::all_of(hops.begin(), hops.end(), [&](const Node& hop) { return cost(hop, now) == 0; });
    for (const Node& hop : hops)
        if (all_proven || cost(hop, now) != 0) record(hop.key, now).blamed_until = now + blame_lasts;
}

// They count as proven for as long as those of this run: whether they are still there the DHT says.
void HopBook::remember(const std::vector<ProvenHop>& hops, Instant now) {
    for (const ProvenHop& hop : hops) {
        if (hop.worked + OnionMemory::lasts < now) continue;
        Record& known = record(hop.node.key, hop.worked);
        known.endpoint = hop.node.endpoint;
        known.worked = hop.worked;
        known.proven_until = now + proven_lasts;
    }
}

std::vector<ProvenHop> HopBook::proven(Instant now) const {
    std::vector<ProvenHop> hops;
    for (const auto& [key, known] : records_) {
        const bool good = known.endpoint.is_usable() && now >= known.blamed_until;
        if (good && known.worked + OnionMemory::lasts >= now) hops.push_back({{key, known.endpoint}, known.worked});
    }
    std::sort(hops.begin(), hops.end(), [](const ProvenHop& a, const ProvenHop& b) { return a.worked > b.worked; });
    if (hops.size() > OnionMemory::most_hops) hops.resize(OnionMemory::most_hops);
    return hops;
}

}  // namespace tox
