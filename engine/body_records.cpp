// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine keeps, and what it tells about its contacts: the profile on disk, and the facts put together for
// people.
#include "engine/body.hpp"
#include "engine/messenger/text.hpp"
#include "engine/profile/files.hpp"

namespace tox {
namespace {

constexpr Duration nodes_again = 1h;

}  // namespace

// ---- the profile -------------------------------------------------------------------------------------------------

void Engine::Body::opened_as(Opened facts) {
    opened = std::move(facts);
    opened.queue_usable = outbox.usable();
    opened.queue_damaged = outbox.was_damaged();
    opened.requests_usable = requests.usable();
    opened.requests_damaged = requests.was_damaged();
    Bytes unseen;
    id_unseen = world.storage.read(files::unseen, unseen) == Storage::Read::good &&
                std::ranges::equal(unseen, identity.public_key.raw());
    // Texts to people who are no contacts any more. A backup may only not know them yet, nor we some of the profile.
    if (opened.source == ProfileStore::Source::file && opened.remarks.complete() && foreign_contacts.empty())
        outbox.forget_unless([this](const LongTermKey& contact) { return has(contact); });
    if (!opened.created) saves.want(now());  // a profile that cannot be written is told at once, not an hour later
}

void Engine::Body::answered(const LongTermKey& contact) {
    requests.allow(contact);
    requests.remove(contact);
}

Contact& Engine::Body::take_up(const SavedContact& saved) {
    roster.add(saved.key);
    Contact& contact = contacts.add(saved.key);
    if (!saved.accepted) {
        const ByteView message = bytes_of(saved.request_message);
        contact.set_request(wire::FriendRequest{saved.request_nospam, {Bytes(message.begin(), message.end())}});
    }
    Presence known{
        received_line(saved.name), received_line(saved.status_message), saved.status, {}, {}, {}, saved.last_seen, {}};
    if (saved.request_nospam != Nospam{}) known.nospam = saved.request_nospam;
    messenger.add(saved.key, std::move(known));
    return contact;
}

SavedProfile Engine::Body::snapshot() const {
    SavedProfile profile;
    profile.secret = identity.clone().secret;
    profile.nospam = nospam;
    profile.name = messenger.self().name;
    profile.status_message = messenger.self().status_message;
    profile.status = messenger.self().status;
    for (const LongTermKey& key : roster.contacts()) {
        const Presence& presence = *messenger.presence(key);
        const Contact& contact = *contacts.find(key);
        SavedContact saved{
            key, true, {}, {}, presence.name, presence.status_message, presence.status, last_seen(contact, presence)};
        saved.request_nospam = presence.nospam.value_or(Nospam{});
        if (const auto& request = contact.request()) {
            saved.accepted = false;
            saved.request_message = text_of(request->message.bytes);
            saved.request_nospam = request->nospam;
        }
        profile.contacts.push_back(std::move(saved));
    }
    profile.dht_nodes = dht.nodes_to_save(now());
    profile.relays = relays.worth_saving();
    profile.other = foreign_sections;
    profile.unused_contacts = foreign_contacts;
    return profile;
}

SavedProfile Engine::Body::snapshot_with(const std::vector<SavedContact>& fresh) const {
    SavedProfile profile = snapshot();
    Roster places = roster;
    for (const SavedContact& saved : fresh) {
        const auto at = static_cast<std::ptrdiff_t>(places.next_position());
        profile.contacts.insert(profile.contacts.begin() + at, saved);
        places.add(saved.key);
    }
    return profile;
}

void Engine::Body::restore_nodes(const SavedProfile& profile) {
    const OnionMemory memory = node_file.load();
    std::vector<Node> nodes;
    for (const ProvenHop& hop : memory.hops) nodes.push_back(hop.node);
    nodes.insert(nodes.end(), profile.dht_nodes.begin(), profile.dht_nodes.end());
    dht.remember(nodes, now());
    for (const Relay& known : profile.relays) relays.add(known.key, known.endpoint, now());
    onion.remember(memory, now());
}

// The file of the nodes is worth little: if it cannot be written, the profile cannot either, and that is told.
void Engine::Body::save_nodes() {
    nodes_due = now() + nodes_again;
    node_file.save(onion.memory(now()));
    save();
}

bool Engine::Body::save() {
    const bool requests_saved = !requests.usable() || requests.save(world.storage);
    const std::string reason = requests_saved ? "" : world.storage.error();
    const bool saved = profile_store.store(snapshot());
    const auto news = saves.tried(saved && requests_saved, now());
    if (news == SaveSchedule::News::failing) events.push_back(SaveFailed{saved ? reason : profile_store.error()});
    if (news == SaveSchedule::News::works_again) events.push_back(SaveWorks{});
    return saved && requests_saved;
}

// Whoever gave the command is told if this fails, and nobody else: nothing is left to be saved.
bool Engine::Body::keep(const SavedProfile& next) { return profile_store.store(next); }

Evidence Engine::Body::evidence(const Contact& contact) const {
    const ContactHistory& history = contact.history();
    Evidence evidence;
    evidence.keys_sent = history.keys_sent;
    evidence.key_heard = history.key_heard;
    evidence.address_heard = history.address_heard;
    if (const auto found = onion.found(contact.key(), now())) {
        evidence.nodes_answered = found->answered;
        evidence.nodes_storing = found->storing;
        if (found->next_round != never) evidence.next_search = wall_of(found->next_round);
    }
    for (const auto& known : contact.routes().all()) evidence.routes.push_back(known.value);
    evidence.cookies_asked = contact.cookies_asked();
    evidence.handshakes_sent = contact.handshakes_sent();
    evidence.fruitless_rounds = contact.fruitless_rounds();
    evidence.route_in_doubt = contact.in_doubt();
    evidence.requests_sent = contact.requests_sent();
    evidence.heard = history.heard;
    evidence.session_end = history.session_end;
    evidence.session_ended = history.session_ended;
    return evidence;
}

std::optional<WallTime> Engine::Body::last_seen(const Contact& contact, const Presence& presence) {
    return presence.online ? contact.history().heard : presence.last_seen;
}

// They said so, by a packet or by ending the session, and there was nothing since that only they can send.
std::optional<WallTime> Engine::Body::left(const Contact& contact, const Presence& presence) {
    const ContactHistory& history = contact.history();
    const bool in_session = contact.session() != nullptr;
    if (presence.online || (!in_session && history.back)) return std::nullopt;
    if (presence.signed_off) return presence.last_seen;
    const bool goodbye = !in_session && history.session_end == SessionEnd::goodbye;
    return goodbye ? history.session_ended : std::nullopt;
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
    info.progress_since = contact.progress_since();
    info.policy = contact.policy();
    info.request_unanswered = contact.request().has_value();
    info.nospam = presence.nospam;
    info.last_seen = last_seen(contact, presence);
    info.left = left(contact, presence);
    info.queued = static_cast<unsigned>(outbox.count(contact.key()));
    if (const Session* session = contact.session()) {
        info.route = contact.session_route();
        info.round_trip = session->round_trip();
    }
    info.evidence = evidence(contact);
    return info;
}

WallTime Engine::Body::wall_of(Instant instant) const {
    return world.loop.wall() + std::chrono::duration_cast<std::chrono::seconds>(instant - now());
}

}  // namespace tox
