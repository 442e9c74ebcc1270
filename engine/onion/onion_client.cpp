// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/onion_client.hpp"

#include "engine/onion/contact_searches.hpp"
#include "engine/onion/data_packets.hpp"
#include "engine/onion/self_announce.hpp"

namespace tox {
namespace {

constexpr std::size_t most_copies = 8;  // of one data packet; all a search list can hold
constexpr std::size_t sure_copies = 2;  // sent even if the budget is used up ...
constexpr Duration deepest_debt = 2s;   // ... unless it is overdrawn by this much

// How often to look for the first nodes: at once while starting, rarely on a machine without a network.
Duration poll_gap(Duration waited) {
    if (waited < Duration(2s)) return 10ms;
    return waited < Duration(30s) ? Duration(100ms) : Duration(1s);
}

bool fits_data(ByteView datagram) {
    return datagram.size() >= wire::least_data_response && datagram.size() <= wire::max_data_response;
}

}  // namespace

struct OnionClient::Body final : StoreListener {
    explicit Body(OnionClientParts given)
        : parts(std::move(given)),
          requests(parts.dht_self, *parts.nodes, parts.network, parts.relays),
          own({parts.identity, data_keys.public_key, parts.dht_self.public_key}, *parts.nodes, requests),
          searches({parts.dht_self.public_key, data_keys.public_key}, *parts.nodes, requests, std::move(parts.order)) {
        parts.store.set_listener(this);
    }
    ~Body() { parts.store.set_listener(nullptr); }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    OnionClientParts parts;
    OnionKeyPair data_keys = OnionKeyPair::generate();
    Requests requests;
    SelfAnnounce own;
    ContactSearches searches;
    std::array<std::optional<Endpoint>, 2> address{};  // where we are, by family, as far as we ever knew
    bool ready = false;                                // there are nodes for paths
    std::optional<Instant> waiting_since{};
    Instant poll_at{};
    unsigned reported = 0;

    void on_kept(const RawKey& announced) override;
    struct From {     // our first hop
        Node entry;   // see EntryHops
        Scope scope;  // nodes on LANs are taken from it if it is on one itself: it decides, not who answers (trap 38)
    };
    bool handle(const From& from, ByteView response, Instant now);
    bool on_answer(Scope teller, ByteView response, Instant now);
    bool on_data(ByteView datagram);
    void notice_address();
    std::size_t copies_for(std::size_t nodes) const;
    void look_for_nodes(Instant now);
    void give_up_waiting(Instant now);
    void pump(Instant now);
    void report(Instant now);
};

// What does not come out of one of our paths costs nothing.
bool OnionClient::Body::handle(const From& from, ByteView response, Instant now) {
    if (response.empty() || response.size() > wire::max_onion_response) return false;
    if (!requests.entries().expects(from.entry, now)) return false;
    switch (response.front()) {
        case wire::AnnounceResponse::kind:
        case wire::NewAnnounceResponse::kind:
            return on_answer(from.scope, response, now);
        case wire::DataResponse::kind:
            return fits_data(response) && requests.entries().may_open(from.entry, now) && on_data(response);
        default:
            return false;
    }
}

bool OnionClient::Body::on_answer(Scope teller, ByteView response, Instant now) {
    const auto answer = requests.take(response, now);
    if (!answer) return false;
    if (!answer->pending.contact) {
        const bool good = own.on_answer(*answer, teller, now);
        pump(now);
        report(now);
        return good;
    }
    const LongTermKey contact = *answer->pending.contact;
    const auto outcome = searches.on_answer(*answer, teller, now);
    pump(now);
    if (outcome == ContactSearch::Outcome::stored) parts.listener.on_stored(contact);
    return outcome != ContactSearch::Outcome::invalid;
}

void OnionClient::Body::on_kept(const RawKey& announced) {
    const auto contact = LongTermKey::from(announced);
    if (contact && searches.find(*contact)) parts.listener.on_stored(*contact);
}

bool OnionClient::Body::on_data(ByteView datagram) {
    const auto received = open_data(parts.identity, data_keys, datagram);
    if (!received) return false;
    parts.listener.on_onion_data(received->sender, received->content);
    return true;
}

// One to each node; more where most get lost: nobody acknowledges a data packet.
std::size_t OnionClient::Body::copies_for(std::size_t nodes) const {
    return std::min(nodes * requests.answered_share().copies(), most_copies);
}

void OnionClient::Body::look_for_nodes(Instant now) {
    ready = requests.ready(now);
    if (ready) {
        waiting_since.reset();
        return;
    }
    if (!waiting_since) waiting_since = now;
    poll_at = now + poll_gap(now - *waiting_since);
}

void OnionClient::Body::give_up_waiting(Instant now) {
    while (const Pending* pending = requests.next_overdue(now)) {
        if (pending->contact)
            searches.on_overdue(*pending);
        else
            own.on_overdue(*pending, now);
    }
}

// The port alone may change without our having moved.
void OnionClient::Body::notice_address() {
    const auto now_at = parts.nodes->own_addresses();
    for (std::size_t family = 0; family < address.size(); ++family) {
        if (!now_at[family]) continue;
        const auto before = std::exchange(address[family], now_at[family]);
        if (before && before->address != now_at[family]->address) searches.address_changed();
    }
}

void OnionClient::Body::pump(Instant now) {
    if (!ready) return;
    notice_address();
    if (own.pump(now) && searches.pump(now)) return;
    look_for_nodes(now);
    if (ready) poll_at = now + poll_gap({});
    ready = false;
}

void OnionClient::Body::report(Instant now) {
    const unsigned storing = own.storing(now);
    if (storing == reported) return;
    if (reported == 0) searches.hurry(now);
    reported = storing;
    parts.listener.on_announced(storing);
}

OnionClient::OnionClient(OnionClientParts parts) : body_(std::make_unique<Body>(std::move(parts))) {}
OnionClient::~OnionClient() = default;

bool OnionClient::handle(const Endpoint& from, ByteView datagram, Instant now) {
    return body_->handle({EntryHops::node(from), scope_of(from)}, datagram, now);
}
bool OnionClient::handle_relayed(const Relay& relay, ByteView response, Instant now) {
    return body_->handle({EntryHops::relay(relay.key), scope_of(relay.endpoint)}, response, now);
}

void OnionClient::remember(const OnionMemory& memory, Instant now) {
    body_->requests.hops().remember(memory.hops, now);
    for (const NodesNear& near : memory.near) {
        if (near.heard + OnionMemory::lasts < now) continue;
        if (near.key == body_->parts.identity.public_key)
            body_->own.remember(near);
        else
            body_->searches.remember(near);
    }
}

OnionMemory OnionClient::memory(Instant now) const {
    OnionMemory memory{body_->requests.hops().proven(now), body_->searches.near()};
    if (NodesNear own = body_->own.near(now); !own.nodes.empty()) memory.near.push_back(std::move(own));
    return memory;
}

void OnionClient::forget(const LongTermKey& contact) { body_->searches.forget(contact); }

void OnionClient::network_changed(Instant now) {
    body_->requests.start_over(now);
    body_->own.start_over(now);
    body_->searches.address_changed();
    body_->ready = false;
}

void OnionClient::search(const LongTermKey& contact, Instant now) { body_->searches.search(contact, now); }
void OnionClient::search_afresh(const LongTermKey& contact, Instant now) {
    body_->searches.search_afresh(contact, now);
}
void OnionClient::stop(const LongTermKey& contact) { body_->searches.stop(contact); }

std::optional<OnionSearch> OnionClient::found(const LongTermKey& contact, Instant now) const {
    const ContactSearch* search = body_->searches.find(contact);
    if (!search) return std::nullopt;
    const auto agreeing = search->agreeing();
    OnionSearch out;
    out.answered = search->answered();
    out.storing = search->storing();
    out.agreeing = static_cast<unsigned>(agreeing.size());
    out.last_found = search->last_found();
    out.next_round = search->next_round();
    if (!agreeing.empty()) out.data_key = agreeing.front().data_key.raw();
    if (const auto kept = body_->parts.store.data_key_of(contact, now)) {
        ++out.answered;  // our own node is one of those that were asked
        ++out.storing;
        if (agreeing.empty()) out.data_key = *kept;
        if (out.data_key == *kept) ++out.agreeing;
    }
    return out;
}

std::size_t OnionClient::send(const LongTermKey& contact, ByteView content, Instant now) {
    const auto search = found(contact, now);
    if (!search || search->agreeing == 0 || content.empty() || content.size() > max_onion_data) return 0;
    const auto data_key = OnionKey::from(search->data_key);
    if (!data_key) return 0;
    const auto seal = [&] { return seal_data(body_->parts.identity, {contact, *data_key}, content); };
    const bool kept = body_->parts.store.data_key_of(contact, now) == search->data_key;
    std::size_t copies = kept && body_->parts.store.route(seal(), now) ? 1 : 0;
    const auto storing = body_->searches.find(contact)->agreeing();
    const std::size_t wanted = copies + body_->copies_for(storing.size());
    for (std::size_t i = 0; copies < wanted; ++i) {
        const Instant allowed = copies < sure_copies ? now + deepest_debt : now;
        if (body_->requests.next_own() > allowed) break;
        const Bytes packet = seal();
        if (packet.empty() || !body_->requests.send_data(storing[i % storing.size()].node, packet, now)) break;
        ++copies;
    }
    return copies;
}

Duration OnionClient::pause(Duration usual, Duration least) const {
    return body_->requests.answered_share().pause(usual, least);
}

unsigned OnionClient::announced(Instant now) const { return body_->own.storing(now); }

void OnionClient::tick(Instant now) {
    if (!body_->ready) body_->look_for_nodes(now);
    body_->give_up_waiting(now);
    if (body_->ready) {
        body_->own.tick(now);
        body_->searches.tick(now);
        body_->pump(now);
    }
    body_->report(now);
}

Instant OnionClient::next_deadline(Instant) const {
    const Body& body = *body_;
    const Instant overdue = body.requests.next_overdue();
    if (!body.ready) return std::min(overdue, body.poll_at);
    Instant next = std::min({overdue, body.own.next_round(), body.searches.next_round()});
    const bool own_waits = body.own.waiting();
    next = std::min(next, std::max(own_waits ? Instant{} : body.own.next_due(), body.requests.next_own()));
    if (body.searches.waiting()) next = std::min(next, body.requests.next_search());
    return next;
}

}  // namespace tox
