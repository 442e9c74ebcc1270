// SPDX-License-Identifier: GPL-3.0-or-later
// What answers teach us: who is there (notes 13.2), and whom to ask next (notes 13.3).
#include "engine/crypto/random.hpp"
#include "engine/dht/body.hpp"

namespace tox {

using dht::Asked;
using dht::Candidate;
using dht::KnownNode;
using dht::Search;

namespace {

// Of the nodes that enter a list these many nearest are asked on: the others would only repeat what they say.
constexpr std::size_t asked_on = 4;
// While fewer good nodes are known, each new one is asked for nodes near us.
constexpr std::size_t enough_nodes = 16;
constexpr Duration ask_unknown_again = 1500ms;  // a node that did not answer, named again: see notes 12.3, rounds
constexpr Duration ask_contact_again = 1s;
constexpr Duration ask_back_again = 200ms;
constexpr Duration greet_again = 500ms;  // it asks on, so the greeting or its answer was lost

}  // namespace

void Dht::Body::confirmed(const Asked& asked, Instant now) {
    const Node& node = asked.node;
    // The same address under another key: a node that was restarted (trap 23), or the old one never was there.
    if (KnownNode* other = table.at(node.endpoint); other != nullptr && other->key != node.key)
        if (table.lose(*other, node.endpoint)) forget(*other);
    KnownNode& known = table.confirm(node, now);
    known.neutral |= asked.neutral;
    seeds.answered(node);
    note_answer(node.endpoint, now);
    if (searches.find(node.key) != nullptr) events.push_back({DhtEvent::What::confirmed, node.key, node.endpoint});
    if (!met) {
        met = true;
        revivals = 0;
        own_supposed = {};
        // notes 12.3: knowing our own address
        own_asks = {now + 300ms, std::max(now + 2500ms, own_address.trusts_from() + 200ms)};
        wake(own_asks[0]);
        searches.each([&](Search& search, bool) {  // their nodes may be the same as before the silence
            search.rounds = search.pursuits = 0;
            hasten(search, now + 500ms);
        });
    }
    lonely_at = now + dht::good_time;
    suppose_own_address(node.endpoint);
    place(known, asked, now);
    const Instant due = known.freshest()->next_ask;
    keep_alive_next = std::min(keep_alive_next, due);
    wake(keep_alive_next);
    if (table.good(now) >= enough_nodes) seeds.satisfied();
    table.drop_unheld(known);
}

void Dht::Body::place(KnownNode& node, const Asked& asked, Instant now) {
    const bool near_us = buckets.place(node, table, now);
    const bool asked_for_us = asked.what == Asked::What::nodes && asked.wanted == self.public_key.raw();
    if (near_us && !asked_for_us && table.good(now) < enough_nodes)
        follow_ups.add({{node.key, asked.node.endpoint}, self.public_key.raw(), true, false});
    searches.each([&](Search& search, bool contact) {
        if (!contact && !node.neutral) return;  // R17
        if (search.list.place(node, table, now)) place_in(search, contact, asked, now);
    });
}

// The node that answered `asked` has entered the search's list.
void Dht::Body::place_in(Search& search, bool contact, const Asked& asked, Instant now) {
    if (search.next_round == never) hasten(search, now + 1s);  // the search has waited for its first node
    const bool answered_this = asked.what == Asked::What::nodes && asked.wanted == search.target.raw();
    if (answered_this || target_good(search, now)) return;
    const auto& nodes = search.list.nodes();
    const auto end = nodes.begin() + static_cast<std::ptrdiff_t>(std::min(nodes.size(), asked_on));
    const bool nearest = std::any_of(nodes.begin(), end, [&](const KnownNode* n) { return n->key == asked.node.key; });
    if (nearest) follow_ups.add({asked.node, search.target.raw(), !contact, contact});
}

void Dht::Body::forget(KnownNode& node) {
    table.hold(node);  // until all lists have let go
    if (buckets.remove(node)) table.release(node);
    searches.each([&](Search& search, bool) {
        if (search.list.remove(node)) table.release(node);
    });
    table.release(node);
}

// A LAN address is of use to those on the LAN only, and a public one that nobody translates is known to the host.
void Dht::Body::suppose_own_address(const Endpoint& answered) {
    bool& asked_host = own_supposed[static_cast<std::size_t>(answered.family)];
    if (std::exchange(asked_host, true) || own_address.of(answered.family)) return;
    const auto source = network.source_towards(answered);
    if (!source || source->is_lan() != answered.is_lan() || !own_address.suppose(*source)) return;
    events.push_back({DhtEvent::What::own_address, self.public_key, *source});
}

void Dht::Body::named(const Node& node, const Asked& asked, Instant now) {
    if (node.key == self.public_key) {
        if (own_address.vote(asked.node, node.endpoint, table.good(now), now))
            events.push_back({DhtEvent::What::own_address, node.key, *own_address.of(node.endpoint.family)});
        return;
    }
    // R34, B60: LAN addresses only from the LAN; a family we cannot send to is of no use.
    if (!within_reach(asked.node.endpoint, node.endpoint)) return;
    if (!node.endpoint.is_usable() || !network.reaches(node.endpoint.family)) return;
    if (Search* search = searches.find(node.key)) return named_contact(*search, node, asked, now);
    KnownNode* known = table.find(node.key);
    if (known != nullptr && known->good(now)) {
        known->neutral |= asked.neutral;
        if (const auto& address = known->of(node.endpoint.family); address && address->good(now)) {
            // Known well: it may still be new to the list that was asked for.
            place(*known, {Asked::What::ping, {known->key, address->endpoint}}, now);
            if (address->unanswered == 0 || address->endpoint == node.endpoint) return;
        }
    }
    if (!worth_asking(node, asked, now)) return;
    if (const auto wanted = list_for(node.key, asked, now))
        follow_ups.add({node, *wanted, asked.neutral, !asked.neutral});
}

void Dht::Body::named_contact(Search& search, const Node& node, const Asked& asked, Instant now) {
    const auto places = search.places(now);
    const bool moved = std::none_of(places.begin(), places.end(), [&](const Endpoint& place) {
        return place.family == node.endpoint.family && place.address == node.endpoint.address;
    });
    if (moved) search.nat.reset();
    search.report({asked.node.key, node.endpoint, now});
    events.push_back({DhtEvent::What::named, node.key, node.endpoint});
    const KnownNode* known = table.find(node.key);
    if (known != nullptr && known->good_at(node.endpoint, now)) return;
    if (search.pursuits <= Search::most_pursuits) suspect_nat(search, now + dht::Punching::patience);
    if (requests.asked_within(node, ask_contact_again, now) || search.pursuits > Search::most_pursuits) return;
    if (!ask({node, search.target.raw(), false, true}, now)) follow_ups.add({node, search.target.raw(), false, true});
    hasten(search, now + 1s);
}

// The search's next round is then at the latest.
void Dht::Body::hasten(Search& search, Instant at) {
    search.next_round = std::min(search.next_round, at);
    searches_next = std::min(searches_next, search.next_round);
    wake(searches_next);
}

bool Dht::Body::worth_asking(const Node& node, const Asked& asked, Instant now) {
    if (requests.asked_within(node, ask_unknown_again, now)) return false;
    const auto ours = own_address.of(node.endpoint.family);
    return ours != node.endpoint && node != asked.node;
}

// The list that would take it, first the one we asked for; nothing if it is of no use.
std::optional<RawKey> Dht::Body::list_for(const DhtKey& key, const Asked& asked, Instant now) {
    std::optional<RawKey> found;
    searches.each([&](Search& search, bool contact) {
        if (!contact && !asked.neutral) return;
        if (found == asked.wanted || !search.list.would_take(key, now)) return;
        if (!found || search.target.raw() == asked.wanted) found = search.target.raw();
    });
    if (found == asked.wanted) return found;
    const bool near_us = buckets.would_take(key, now);
    if (near_us && (!found || asked.wanted == self.public_key.raw())) found = self.public_key.raw();
    return found;
}

// Somebody genuine has asked us something (notes 13.1).
void Dht::Body::greet(const Node& node, Instant now) {
    const KnownNode* known = table.find(node.key);
    if (known != nullptr && known->good_at(node.endpoint, now)) return;
    if (searches.find(node.key) != nullptr) {
        if (known != nullptr && known->good(now) && requests.asked_within(node, dht::answer_time, now)) return;
        // Its packets come through, so ours may as well, whatever became of the one before.
        if (!requests.asked_within(node, ask_back_again, now)) ask({node, node.key.raw(), false, true}, now);
        return;
    }
    if (requests.asked_within(node, greet_again, now)) return;
    if (known != nullptr && node.endpoint.is_lan()) {
        const auto& address = known->of(node.endpoint.family);
        if (address && address->good(now) && !address->endpoint.is_lan()) return;  // it is kept: nothing to learn
    }
    const KnownNode* there = table.at(node.endpoint);
    const bool restarted = there != nullptr && there->key != node.key;
    if (known == nullptr && !restarted && !buckets.would_take(node.key, now)) return;
    greetings.add(node, now);
    wake(greetings.next(now));
}

}  // namespace tox
