// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/hop_book.hpp"

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

bool same_bits(ByteView a, ByteView b, std::size_t bytes) {
    return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(bytes), b.begin());
}

// One operator's nodes often share a network. Loopback and LAN are exempt: there all nodes do (R17).
bool same_network(const Endpoint& a, const Endpoint& b) {
    if (a.family != b.family || a.is_lan() || b.is_lan()) return false;
    return same_bits(a.address_bytes(), b.address_bytes(), a.is_v4() ? 2 : 4);  // /16 and /32 (notes 12.4)
}

enum class Strictness { networks, keys };

bool fits(const std::vector<Node>& chosen, const Node& node, Strictness strictness) {
    return std::none_of(chosen.begin(), chosen.end(), [&](const Node& other) {
        if (other.key == node.key || other.endpoint == node.endpoint) return true;
        return strictness == Strictness::networks && same_network(other.endpoint, node.endpoint);
    });
}

void add_fitting(std::vector<Node>& chosen, const std::vector<Node>& from, Strictness strictness) {
    for (const Node& node : from)
        if (chosen.size() < 3 && fits(chosen, node, strictness)) chosen.push_back(node);
}

}  // namespace

bool HopBook::ready(Instant now) {
    const auto nodes = nodes_.random_nodes(3, now);
    if (nodes.empty()) {
        waiting_since_.reset();
        return false;
    }
    if (nodes.size() >= 3 || nodes_.entry_relay(now)) return true;
    if (!waiting_since_) waiting_since_ = now;
    const auto all = [&](bool (Endpoint::*is)() const) {
        return std::all_of(nodes.begin(), nodes.end(), [&](const Node& node) { return (node.endpoint.*is)(); });
    };
    const Duration wait = all(&Endpoint::is_loopback) ? local_patience
                          : all(&Endpoint::is_lan)    ? lan_patience
                                                      : patience;
    return now >= *waiting_since_ + wait;
}

// Proven nodes first, so that at most one hop is a trial where enough are proven; blamed ones last.
unsigned HopBook::cost(const Node& node, Instant now) const {
    const auto known = records_.find(node.key);
    if (known == records_.end()) return 1;
    if (now < known->second.blamed_until) return 2;
    return now < known->second.proven_until ? 0 : 1;
}

std::optional<Hops> HopBook::choose(Instant now) const {
    const auto relay = nodes_.entry_relay(now);
    auto drawn = nodes_.random_nodes(candidates, now);
    if (drawn.empty()) return std::nullopt;
    shuffle(drawn);
    const auto trial = std::find_if(drawn.begin(), drawn.end(), [&](const Node& n) { return cost(n, now) == 1; });
    std::vector<Node> chosen;
    if (relay) chosen.push_back({*relay, {}});
    if (trial != drawn.end() && fits(chosen, *trial, Strictness::networks) && random_below(2) == 0)
        chosen.push_back(*trial);  // new nodes get their chance
    std::stable_sort(drawn.begin(), drawn.end(),
                     [&](const Node& a, const Node& b) { return cost(a, now) < cost(b, now); });
    add_fitting(chosen, drawn, Strictness::networks);
    add_fitting(chosen, drawn, Strictness::keys);
    if (!relay) shuffle(chosen);
    Hops hops;
    for (std::size_t i = 0; i < hops.size(); ++i) hops[i] = chosen[i % chosen.size()];
    for (Node& hop : hops)  // fewer than three: a relay is reached as a node beyond the first hop
        if (&hop != &hops[0] && !hop.endpoint.is_usable()) hop = drawn.front();
    return hops;
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
