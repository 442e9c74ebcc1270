// SPDX-License-Identifier: GPL-3.0-or-later
// The ways to a contact: which there are, which carry the session, and relays as meeting places.
#include <algorithm>

#include "engine/contact/constants.hpp"
#include "engine/contact/contact.hpp"
#include "engine/contact/on_routes.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

using enum Progress;

// ---- what there is -----------------------------------------------------------------------------------------------

void Contact::learn(const Route& route, Instant until, Instant now) {
    const bool news = !routes_.contains(route);
    routes_.learn(route, until);
    if (!news) return;
    if (announced_ == established)
        schedule(&Contact::seek_direct, now);
    else if (fruitless_rounds_ == 0)
        schedule(&Contact::ask_cookie, now);
}

// They have answered on this way.
void Contact::heard_on(const Route& route, Instant now) {
    if (const auto* endpoint = std::get_if<Endpoint>(&route)) return heard_address(*endpoint, true, now);
    if (dht_key_) dht_key_->until = std::max(dht_key_->until, now + dht_key_life);
    learn(route, now + confirmed_route_life, now);
}

void Contact::heard_relay(const DhtKey& relay, Instant now) {
    if (policy_ != Policy::refusing) learn(ViaRelay{relay}, now + confirmed_route_life, now);
}

void Contact::lost_relay(const DhtKey& relay, Instant now) {
    routes_.forget(ViaRelay{relay});
    const bool carried = choice_.current() == Route(ViaRelay{relay});
    choice_.lost(ViaRelay{relay});
    if (!carried || announced_ != established) return;
    session_->way_changed();
    schedule(&Contact::seek_direct, now);
    world_.listener.on_route_changed(key_);
}

// Links stay open for as long as nobody closes them: knowing of them does not expire.
void Contact::learn_links(Instant now) {
    if (!world_.relays || !dht_key_) return;
    for (const DhtKey& relay : world_.relays->links(dht_key_->value))
        routes_.learn(ViaRelay{relay}, now + confirmed_route_life);
}

void Contact::seek_at_relays(Instant now) {
    if (!world_.relays || !dht_key_ || policy_ == Policy::refusing) return;
    world_.relays->seek(dht_key_->value, now);
    told_direct_ = false;
}

void Contact::tie_relays(const std::vector<wire::PackedNode>& nodes, Instant now) {
    if (!world_.relays || !dht_key_) return;
    const Scope theirs = their_scope(now);
    for (const auto& packed : nodes)
        if (packed.transport == wire::Transport::tcp && may_be_relay(packed.node.endpoint, theirs))
            world_.relays->tie(dht_key_->value, {packed.node.key, packed.node.endpoint}, now);
    for (const DhtKey& relay : world_.relays->tied(dht_key_->value)) heard_relay(relay, now);
}

// A relay may not be nearer to us than whoever names it: nobody on the Internet makes us connect to our own host, under
// whatever address, or to our neighbours.
bool Contact::may_be_relay(const Endpoint& endpoint, Scope named_from) const {
    if (!endpoint.is_usable() || scope_of(endpoint) < named_from) return false;
    if (named_from == Scope::host) return true;
    const auto outside = world_.dht.own_address(endpoint.family);
    const auto source = world_.network.source_towards(endpoint);
    return !(outside && outside->address == endpoint.address) && !(source && source->address == endpoint.address);
}

// Where we do not see them directly, they count as far away as we see at all.
Scope Contact::their_scope(Instant now) const {
    if (connected_directly()) return scope_of(std::get<Endpoint>(*choice_.current()));
    Scope widest = world_.dht.scope(now);
    for (const Relay& relay : world_.relays->connected()) widest = std::max(widest, scope_of(relay.endpoint));
    return widest;
}

std::vector<Relay> Contact::own_relays(std::size_t count) const {
    if (!world_.relays) return {};
    auto relays = world_.relays->connected();
    if (relays.size() > count) relays.resize(count);
    return relays;
}

void Contact::own_relays_changed(Instant now) {
    if (announced_ == established)
        schedule(&Contact::share_relays, now);
    else if (keys_sent_ > 0)
        schedule(&Contact::send_dht_key, now);
}

// Relays that serve nobody else may sleep while the session has a direct way.
void Contact::tell_relays(Instant now) {
    const bool direct = connected_directly() && !route_in_doubt(now) && !session_->narrow(now);
    if (!world_.relays || !dht_key_ || direct == told_direct_) return;
    told_direct_ = direct;
    world_.relays->set_direct(dht_key_->value, direct, now);
}

void Contact::network_changed(Instant now) {
    choice_.doubt();
    doubted_ = announced_ == established;  // searched at once: they may have given us up long ago
    if (policy_ == Policy::trying) search_now(now);
    direct_probes_ = 0;
}

// ---- what carries the session ------------------------------------------------------------------------------------

bool Contact::send_on(const Route& route, ByteView packet, Instant now) {
    if (const auto* endpoint = std::get_if<Endpoint>(&route)) return world_.network.send(*endpoint, packet);
    return world_.relays && dht_key_ &&
           world_.relays->send(dht_key_->value, std::get<ViaRelay>(route).relay, packet, now);
}

void Contact::send_everywhere(ByteView packet, Instant now) {
    for (const auto& route : routes_.all()) send_on(route.value, packet, now);
}

bool Contact::route_in_doubt(Instant now) const { return session_->unanswered() || choice_.stale(now); }

// Besides the present way: the quickest links, and addresses where they were heard.
std::vector<Route> Contact::spare_routes() const {
    constexpr std::size_t most_links = 2, most_addresses = 2;
    std::vector<Route> routes;
    if (world_.relays && dht_key_)
        for (const DhtKey& relay : world_.relays->links(dht_key_->value))
            if (routes.size() < most_links && choice_.current() != Route(ViaRelay{relay}))
                routes.emplace_back(ViaRelay{relay});
    const std::size_t most = routes.size() + most_addresses;
    for (const Endpoint& address : choice_.other_addresses())
        if (routes.size() < most) routes.emplace_back(address);
    return routes;
}

void Contact::notice_doubt(Instant now) {
    const bool doubt = announced_ == established && route_in_doubt(now);
    if (std::exchange(in_doubt_, doubt) != doubt && doubt) schedule(&Contact::seek_direct, now);
    tell_relays(now);  // a narrow way needs them, too
}

// The same datagram may arrive twice: the other side takes the first (notes 1.12).
bool Contact::send_session_packet(ByteView datagram) {
    const Instant now = world_.loop.now();
    bool sent = choice_.current() && send_on(*choice_.current(), datagram, now);
    if (!sent || route_in_doubt(now))
        for (const Route& route : spare_routes()) sent |= send_on(route, datagram, now);
    return sent;
}

bool Contact::send_large_session_packet(ByteView datagram) {
    const Instant now = world_.loop.now();
    bool sent = choice_.current() && send_on(*choice_.current(), datagram, now);
    for (const Route& route : spare_routes()) sent |= send_on(route, datagram, now);
    return sent;
}

void Contact::send_probe(Session& session, const Route& route, Instant now) {
    OnRoutes out(*this, {route});
    session.send_probe(now, out);
}

// While a relay carries the session, or the present way is in doubt: they are searched, and every address that is named
// is tried with a packet of its own, so that what comes back proves that way.
Duration Contact::seek_direct(Instant now) {
    if (!choice_.current()) learn_links(now);
    tell_relays(now);
    if (choice_.direct() && !route_in_doubt(now)) {
        direct_probes_ = 0;
        if (!doubted_) stop_search_of_dht_key();
        return Duration::max() / 2;  // doubt brings us back
    }
    if (dht_key_) world_.dht.search(dht_key_->value, now, key_.raw());
    for (const auto& known : routes_.all()) {
        if (!is_direct(known.value) || known.value == choice_.current()) continue;
        send_probe(*session_, known.value, now);
    }
    return jittered(direct_probes_++ < direct_probes ? direct_probe : direct_probe_late);
}

// Where we can be met: both sides then know the same relays when the direct way is lost.
Duration Contact::share_relays(Instant now) {
    const auto relays = own_relays(most_relays_shared);
    if (relays.empty()) return share_retry;
    wire::ShareRelays packet;
    for (const Relay& relay : relays)
        packet.relays.nodes.push_back({wire::Transport::tcp, {relay.key, relay.endpoint}});
    session_->send_lossless(wire::serialise(packet), now);
    return jittered(share_interval);
}

}  // namespace tox
