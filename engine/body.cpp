// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/body.hpp"

#include <algorithm>

#include "engine/messenger/text.hpp"

namespace tox {
namespace {

constexpr double question_burst = 6;  // to the user (R20): six new ones a minute
constexpr double questions_per_second = 0.1;
constexpr Duration save_soon = 5s;
constexpr Duration save_retry = 60s;
constexpr Duration nodes_first = 60s;  // after the start: by then the table is worth keeping
constexpr Duration nodes_again = 1h;

DhtKeyPair dht_pair_from(Options& options) {
    if (options.dht_secret)
        if (auto pair = DhtKeyPair::from(std::move(*options.dht_secret))) return std::move(*pair);
    return DhtKeyPair::generate();
}

}  // namespace

Engine::Body::Body(World given, EventSink& events_to, Options options, SavedProfile profile)
    : world(given),
      sink(events_to),
      identity(guard(*LongTermKeyPair::from(std::move(profile.secret)))),
      dht_pair(dht_pair_from(options)),
      nospam(profile.nospam),
      foreign_sections(std::move(profile.other)),
      foreign_contacts(std::move(profile.unused_contacts)),
      profile_store(world.storage),
      numbers(world.storage),
      outbox(world.storage),
      dht_keys(dht_pair.secret),
      contact_world{{*identity, dht_pair}, dht_keys, dht, onion, world.network, world.loop, cookies, *this, *this},
      contacts(contact_world, *this),
      dht(dht_pair, dht_keys, world.network, contacts),
      relay(dht_pair, dht_keys, world.network),
      store(dht_pair, dht_keys, dht, world.network),
      onion({*identity, dht_pair, std::make_unique<DhtNodes>(dht), store, world.network, contacts}),
      messenger(contacts, outbox, world.loop, events),
      questions(questions_per_second, question_burst) {
    messenger.restore_self({std::move(profile.name), std::move(profile.status_message), profile.status});
    for (const SavedContact& saved : profile.contacts) take_up(saved);
    requests.load(world.storage);  // what cannot be read is left alone; save() then says so
    numbers.load();
    dht.set_motd(options.motd);
    outbox.load();
    for (const WaitingRequest& request : requests.list())
        events.push_back(RequestReceived{request.from, request.message});
    dht.remember(profile.dht_nodes, now());
    nodes_due = now() + nodes_first;
    world.network.set_sink(this);
    world.loop.set_waker(this);
    world.loop.wake_at(now());
}

Engine::Body::~Body() {
    world.loop.set_waker(nullptr);
    world.network.set_sink(nullptr);
    for (const LongTermKey& key : contacts.keys()) contacts.find(key)->leave();
    world.network.flush();
    save();
    outbox.flush();
    numbers.settle();
}

// ---- in ----------------------------------------------------------------------------------------------------------

void Engine::Body::on_datagram(const Endpoint& from, ByteView datagram) {
    if (datagram.empty()) return;
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
            taken = relay.handle(from, datagram, now());
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
    if (!taken) ++dropped.refused;
}

void Engine::Body::on_progress(const LongTermKey& contact, Progress progress) {
    events.push_back(ProgressChanged{contact, progress});
}

void Engine::Body::on_session_begun(const LongTermKey& contact, Instant) { messenger.session_begun(contact); }

void Engine::Body::on_session_ended(const LongTermKey& contact, Instant) { messenger.session_ended(contact); }

void Engine::Body::on_session_packet(const LongTermKey& contact, ByteView packet, Instant) {
    messenger.received(contact, packet);
}

void Engine::Body::on_acknowledged(const LongTermKey& contact) { messenger.acknowledged(contact); }

void Engine::Body::on_route_changed(const LongTermKey& contact) { events.push_back(RouteChanged{contact}); }

// Nothing reaches the user before the nospam is right (R20).
void Engine::Body::on_friend_request(const LongTermKey& from, const wire::FriendRequest& request) {
    const ByteView message = request.message.bytes;
    if (!same(request.nospam, nospam) || message.size() > RequestFile::max_message) return;
    if (from == identity->public_key || has(from) || requests.is_declined(from) || requests.find(from) != nullptr)
        return;
    if (!questions.take(now())) {
        ++dropped.limited;
        return;
    }
    std::string text = received_text(text_of(message));
    if (!requests.add({from, text, world.loop.wall()})) return;
    requests.save(world.storage);
    events.push_back(RequestReceived{from, std::move(text)});
}

// ---- settling ----------------------------------------------------------------------------------------------------

void Engine::Body::settle() {
    if (settling) return;  // a command inside an event handler: the running settle sees what it changed
    settling = true;
    const Instant instant = now();
    do work(instant);
    while (deliver());
    world.network.flush();
    world.loop.wake_at(next_deadline(instant));
    settling = false;
}

void Engine::Body::work(Instant instant) {
    do {
        if (dht.next_deadline(instant) <= instant) dht.tick(instant);
        if (onion.next_deadline(instant) <= instant) onion.tick(instant);
        contacts.tick(instant);
        while (messenger.tick()) contacts.tick(instant);  // ends: each turn sends something that was waiting
        // Contacts may have begun a search. Ends: each does so once, and a tick leaves its deadline in the future.
    } while (std::min(dht.next_deadline(instant), onion.next_deadline(instant)) <= instant);
    if (nodes_due <= instant) save_within(0s);
    if (save_due <= instant) save();
    notice_network();
}

void Engine::Body::notice_network() {
    const auto address = dht.own_address(Endpoint::Family::v4);
    const unsigned storing = onion.announced(now());
    if (announced_storing == storing && announced_address == address) return;
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
    return std::min(
        {dht.next_deadline(instant), onion.next_deadline(instant), contacts.next_deadline(), save_due, nodes_due});
}

// ---- the profile -------------------------------------------------------------------------------------------------

Contact& Engine::Body::take_up(const SavedContact& saved) {
    Contact& contact = contacts.add(saved.key);
    if (!saved.accepted) {
        const ByteView message = bytes_of(saved.request_message);
        contact.set_request(wire::FriendRequest{saved.request_nospam, {Bytes(message.begin(), message.end())}});
    }
    Presence known{
        received_line(saved.name), received_line(saved.status_message), saved.status, {}, {}, saved.last_seen};
    messenger.add(saved.key, std::move(known));
    return contact;
}

SavedProfile Engine::Body::snapshot() const {
    SavedProfile profile;
    profile.secret = identity->clone().secret;
    profile.nospam = nospam;
    profile.name = messenger.self().name;
    profile.status_message = messenger.self().status_message;
    profile.status = messenger.self().status;
    for (const LongTermKey& key : contacts.keys()) {
        const Presence& presence = *messenger.presence(key);
        SavedContact saved{
            key, true, {}, {}, presence.name, presence.status_message, presence.status, presence.last_seen};
        if (const auto& request = contacts.find(key)->request()) {
            saved.accepted = false;
            saved.request_message = text_of(request->message.bytes);
            saved.request_nospam = request->nospam;
        }
        profile.contacts.push_back(std::move(saved));
    }
    profile.dht_nodes = dht.nodes_to_save(now());
    profile.other = foreign_sections;
    profile.unused_contacts = foreign_contacts;
    return profile;
}

void Engine::Body::save_within(Duration delay) { save_due = std::min(save_due, now() + delay); }

bool Engine::Body::save() {
    nodes_due = now() + nodes_again;
    outbox.flush();
    const bool saved = profile_store.store(snapshot());
    save_due = saved ? never : now() + save_retry;
    if (!saved) events.push_back(SaveFailed{profile_store.error()});
    return saved;
}

ContactInfo Engine::Body::info(const Contact& contact) const {
    const Presence& presence = *messenger.presence(contact.key());
    ContactInfo info;
    info.key = contact.key();
    info.name = presence.name;
    info.status_message = presence.status_message;
    info.status = presence.status;
    info.typing = presence.typing;
    info.online = presence.online;
    info.progress = contact.progress(now());
    info.progress_since = wall_of(contact.progress_since());
    info.policy = contact.policy();
    info.request_unanswered = contact.request().has_value();
    info.last_seen = presence.online ? world.loop.wall() : presence.last_seen;
    info.queued = static_cast<unsigned>(outbox.count(contact.key()));
    if (const Session* session = contact.session()) {
        info.route = contact.session_route();
        info.round_trip = session->round_trip();
    }
    info.evidence = {0, 0, contact.history().keys_sent, contact.history().key_heard, contact.history().address_heard,
                     {}};
    if (const auto found = onion.found(contact.key(), now())) {
        info.evidence.nodes_answered = found->answered;
        info.evidence.nodes_storing = found->storing;
        if (found->next_round != never) info.evidence.next_search = wall_of(found->next_round);
    }
    return info;
}

WallTime Engine::Body::wall_of(Instant instant) const {
    return world.loop.wall() + std::chrono::duration_cast<std::chrono::seconds>(instant - now());
}

}  // namespace tox
