// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/body.hpp"

#include <algorithm>

#include "engine/messenger/text.hpp"

namespace tox {
namespace {

// To the user (R20): six new ones a minute. Who is not heard asks again, and comes before made-up keys that ask once.
constexpr Rate questions_of_one{0.1, 2};
constexpr Rate questions_of_all{0.1, 6};
constexpr Duration save_soon = 5s;
constexpr Duration sleep_noticed = 20s;       // a gap that no busy computer makes
constexpr Duration goodbye_patience = 300ms;  // a far round trip and the rhythm of c-toxcore; less than people notice
constexpr Duration nodes_first = 60s;         // after the start: by then the table is worth keeping

// The network without its datagrams: whoever wants to be met at relays only shows its address to nobody else.
class StreamsOnly final : public Network {
  public:
    explicit StreamsOnly(Network& whole) : whole_(whole) {}
    void set_sink(NetworkSink* sink) override { whole_.set_sink(sink); }
    bool send(const Endpoint&, ByteView) override { return false; }
    void flush() override {}
    void wait(Duration at_most, const std::function<bool()>& done) override { whole_.wait(at_most, done); }
    bool reaches(Endpoint::Family) const override { return false; }
    std::uint16_t port() const override { return 0; }
    std::optional<ProxyTrouble> proxy_trouble() const override { return whole_.proxy_trouble(); }
    std::unique_ptr<Stream> connect(const StreamAddress& to) override { return whole_.connect(to); }
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor) override {
        return whole_.listen(port, acceptor);
    }

  private:
    Network& whole_;
};

std::unique_ptr<Network> filter(Network& network, const Options& options) {
    if (options.contact_route != ContactRoute::relay_only) return nullptr;
    return std::make_unique<StreamsOnly>(network);
}

class Acquaintances final : public SearchOrder {
  public:
    Acquaintances(const Contacts& contacts, const Messenger& messenger, const Outbox& outbox)
        : contacts_(contacts), messenger_(messenger), outbox_(outbox) {}
    SearchFacts facts(const LongTermKey& key) const override {
        const Contact* contact = contacts_.find(key);
        const Presence* presence = messenger_.presence(key);
        const bool asking = contact != nullptr && contact->request().has_value();
        return {asking || outbox_.count(key) > 0, presence != nullptr ? presence->last_seen : std::nullopt};
    }

  private:
    const Contacts& contacts_;
    const Messenger& messenger_;
    const Outbox& outbox_;
};

DhtKeyPair dht_pair_from(Options& options) {
    if (options.dht_secret)
        if (auto pair = DhtKeyPair::from(std::move(*options.dht_secret))) return std::move(*pair);
    return DhtKeyPair::generate();
}

}  // namespace

Engine::Body::Body(World given, EventSink& events_to, Options options, SavedProfile profile)
    : streams_only(filter(given.network, options)),
      world{given.loop, streams_only ? *streams_only : given.network, given.storage},
      sink(events_to),
      identity(*LongTermKeyPair::from(std::move(profile.secret))),
      dht_pair(dht_pair_from(options)),
      nospam(profile.nospam),
      foreign_sections(std::move(profile.other)),
      foreign_contacts(std::move(profile.unused_contacts)),
      profile_store(world.storage),
      node_file(world.storage, world.loop),
      numbers(world.storage),
      outbox(world.storage),
      dht_keys(dht_pair.secret),
      relays(dht_pair, world.network, world.loop, *this),
      contact_world{{identity, dht_pair},
                    dht_keys,
                    dht,
                    onion,
                    world.network,
                    options.contact_route == ContactRoute::direct_only ? nullptr : &relays,
                    world.loop,
                    cookies,
                    claims,
                    *this,
                    *this},
      contacts(contact_world, *this),
      dht(dht_pair, dht_keys, world.network, contacts),
      onion_relay(dht_keys, world.network, std::make_unique<DhtNodes>(dht, nullptr)),
      relay_server(dht_pair, world.network, world.loop, *this),
      store(dht_pair, dht_keys, dht, world.network),
      onion({identity, dht_pair, std::make_unique<DhtNodes>(dht, &relays), store, world.network, &relays, contacts,
             std::make_unique<Acquaintances>(contacts, messenger, outbox)}),
      messenger(contacts, outbox, world.loop, events),
      questions(questions_of_one, questions_of_all),
      settled(world.loop.now()),
      settled_wall(world.loop.wall()) {
    messenger.restore_self({std::move(profile.name), std::move(profile.status_message), profile.status});
    for (const SavedContact& saved : profile.contacts) take_up(saved);
    requests.load(world.storage);  // what cannot be read is left alone; Opened says so
    for (const SavedContact& saved : profile.contacts) requests.remove(saved.key);  // answered, though not saved then
    numbers.load();
    onion_relay.set_clients(this);
    for (const std::uint16_t port : options.relay_ports) relay_server.listen(port);
    if (streams_only) relays.keep_to_own();
    dht.set_motd(options.motd);
    dht.set_lan_discovery(options.lan_discovery);
    dht.set_hole_punching(options.hole_punching);
    outbox.load();
    for (const WaitingRequest& request : requests.list())
        events.push_back(RequestReceived{request.from, request.message});
    restore_nodes(profile);
    nodes_due = now() + nodes_first;
    world.network.set_sink(this);
    world.loop.set_waker(this);
    world.loop.wake_at(now());
}

Engine::Body::~Body() {
    world.loop.set_waker(nullptr);
    say_goodbye();
    world.network.set_sink(nullptr);
    save_nodes();
    outbox.flush();
    numbers.settle();
}

// By every way. Whoever has our last texts and not told us so yet does with their own goodbye: waiting for that a
// moment keeps the texts from being sent again after the next start.
void Engine::Body::say_goodbye() {
    settling = true;  // from here on nobody is told anything
    for (const LongTermKey& key : contacts.keys()) contacts.find(key)->leave();
    flush();
    if (messenger.awaits_receipts())
        world.network.wait(goodbye_patience, [this] { return !messenger.awaits_receipts(); });
}

void Engine::Body::flush() {
    relays.flush();
    relay_server.flush();
    world.network.flush();
}

// ---- in ----------------------------------------------------------------------------------------------------------

void Engine::Body::on_datagram(const Endpoint& from, ByteView datagram) {
    if (datagram.empty() || streams_only) return;
    bool taken = false;
    switch (datagram.front()) {
        case 0x00:
        case 0x01:
        case 0x02:
        case 0x04:
        case 0x20:
        case 0x21:
        case 0xf0:
            taken = dht.handle(from, datagram, now());
            break;
        case 0x18:
        case 0x19:
        case 0x1a:
        case 0x1b:
            taken = contacts.handle(from, datagram, now());
            break;
        case 0x80:
        case 0x81:
        case 0x82:
        case 0x8c:
        case 0x8d:
        case 0x8e:
            taken = onion_relay.handle(from, datagram, now());
            break;
        case 0x83:
        case 0x85:
        case 0x87:
            taken = store.handle(from, datagram, now());
            break;
        case 0x84:
        case 0x86:
        case 0x88:
            taken = onion.handle(from, datagram, now());
            break;
        default:
            ++dropped.unknown_kind;
            return;
    }
    count(taken);
}

void Engine::Body::count(bool taken) {
    if (!taken) ++dropped.refused;
}

void Engine::Body::on_relay_packet(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) {
    count(contacts.handle_relayed(peer, relay, packet, now));
}

void Engine::Body::on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) {
    contacts.on_relay_link(peer, relay, open, now);
}

void Engine::Body::on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) {
    contacts.on_relay_usable(peer, relay, now);
}

void Engine::Body::on_relay_onion(const DhtKey& relay, ByteView response, Instant now) {
    for (const Relay& known : relays.connected())
        if (known.key == relay) return count(onion.handle_relayed(known, response, now));
    count(false);
}

void Engine::Body::on_relays_changed(Instant now) {
    contacts.on_relays_changed(now);
    events.push_back(NetworkChanged{});
}

void Engine::Body::on_progress(const LongTermKey& contact, Progress progress) {
    events.push_back(ProgressChanged{contact, progress});
}

void Engine::Body::on_session_begun(const LongTermKey& contact, Instant) { messenger.session_begun(contact); }

void Engine::Body::on_session_suspended(const LongTermKey& contact, Instant) { messenger.session_suspended(contact); }
void Engine::Body::on_session_resumed(const LongTermKey& contact, Instant) { messenger.session_resumed(contact); }
void Engine::Body::on_session_ended(const LongTermKey& contact, Instant) { messenger.session_ended(contact); }

void Engine::Body::on_session_packet(const LongTermKey& contact, ByteView packet, Instant) {
    messenger.received(contact, packet);
}

void Engine::Body::on_acknowledged(const LongTermKey& contact) { messenger.acknowledged(contact); }

void Engine::Body::on_route_changed(const LongTermKey& contact) { events.push_back(RouteChanged{contact}); }

void Engine::Body::on_onion_request(std::uint64_t client, const Endpoint& from, ByteView request) {
    count(onion_relay.handle_client({client, from}, request, now()));
}

void Engine::Body::send_onion_response(std::uint64_t client, ByteView response) {
    relay_server.send_onion_response(client, response);
}

// Nothing reaches the user before the nospam is right (R20).
void Engine::Body::on_friend_request(const LongTermKey& from, const wire::FriendRequest& request) {
    const ByteView message = request.message.bytes;
    if (!same(request.nospam, nospam) || message.size() > RequestFile::max_message) return;
    if (from == identity.public_key || has(from) || requests.find(from) != nullptr) return;
    if (requests.is_declined(from, world.loop.wall()) || !sink.admits_request(from)) return;
    if (!questions.take(from, now())) {
        ++dropped.limited;
        return;
    }
    std::string text = received_text(text_of(message));
    if (!requests.add({from, text, world.loop.wall()})) return;
    if (!requests.save(world.storage)) save_within(save_soon);
    events.push_back(RequestReceived{from, std::move(text)});
}

// ---- settling ----------------------------------------------------------------------------------------------------

void Engine::Body::settle() {
    if (settling) return;  // a command inside an event handler: the running settle sees what it changed
    settling = true;
    const Instant instant = now();
    if (overslept(instant)) network_changed(instant);
    do work(instant);
    while (deliver());
    flush();
    wish = next_deadline(instant);
    world.loop.wake_at(wish);
    settling = false;
}

// The computer was suspended: we were woken much later than we wished, or our clock stood still while the time of day
// went on.
bool Engine::Body::overslept(Instant instant) {
    const WallTime wall = world.loop.wall();
    const Duration by_clock = instant - std::exchange(settled, instant);
    const Duration by_day = wall - std::exchange(settled_wall, wall);
    return (wish != never && instant > wish + sleep_noticed) || by_day > by_clock + sleep_noticed;
}

void Engine::Body::network_changed(Instant instant) {
    dht.network_changed(instant);
    onion.network_changed(instant);
    relays.network_changed(instant);
    contacts.network_changed(instant);
}

std::size_t Engine::Body::nodes_answering(Instant instant) const {
    return dht.silent(instant) ? 0 : dht.good_nodes(instant);
}

RelayDemand Engine::Body::relay_demand(Instant instant) const {
    if (dht.silent(instant)) return RelayDemand::lifeline;
    return contact_world.relays == nullptr || contacts.all_direct() ? RelayDemand::none : RelayDemand::reserve;
}

void Engine::Body::work(Instant instant) {
    do {
        relays.set_demand(relay_demand(instant), instant);
        if (relays.next_deadline(instant) <= instant) relays.tick(instant);
        if (relay_server.next_deadline(instant) <= instant) relay_server.tick(instant);
        if (dht.next_deadline(instant) <= instant) dht.tick(instant);
        if (onion.next_deadline(instant) <= instant) onion.tick(instant);
        contacts.tick(instant);
        while (messenger.tick()) contacts.tick(instant);  // ends: each turn sends something that was waiting
        // Contacts may have begun a search. Ends: each does so once, and a tick leaves its deadline in the future.
    } while (std::min({dht.next_deadline(instant), onion.next_deadline(instant), relays.next_deadline(instant)}) <=
             instant);
    if (nodes_due <= instant) save_nodes();
    if (saves.due() <= instant) save();
    outbox.tick(instant);
    notice_network();
}

void Engine::Body::notice_network() {
    const auto address = dht.own_address(Endpoint::Family::v4);
    const unsigned storing = onion.announced(now());
    const bool cut_off = nodes_answering(now()) == 0 && relays.usable() == 0;
    if (announced_storing == storing && announced_address == address && announced_cut_off == cut_off) return;
    announced_cut_off = cut_off;
    announced_storing = storing;
    announced_address = address;
    events.push_back(NetworkChanged{});
}

bool Engine::Body::deliver() {
    if (events.empty()) return false;
    for (const Event& event : std::exchange(events, {})) {
        note(event);
        sink.on_event(event);
    }
    return true;
}

// What the profile keeps of an event, and the one that follows from another.
void Engine::Body::note(const Event& event) {
    if (std::holds_alternative<NameChanged>(event) || std::holds_alternative<StatusMessageChanged>(event) ||
        std::holds_alternative<StatusChanged>(event))
        return save_within(save_soon);
    const auto* presence = std::get_if<PresenceChanged>(&event);
    if (presence == nullptr) return;
    save_within(save_soon);
    Contact* contact = contacts.find(presence->contact);
    if (contact == nullptr || !presence->online || !contact->request()) return;
    contact->set_request(std::nullopt);
    events.push_back(RequestAccepted{presence->contact});
}

Instant Engine::Body::next_deadline(Instant instant) const {
    return std::min({dht.next_deadline(instant), onion.next_deadline(instant), relays.next_deadline(instant),
                     relay_server.next_deadline(instant), contacts.next_deadline(), messenger.next_deadline(),
                     saves.due(), nodes_due, outbox.next_deadline()});
}

}  // namespace tox
