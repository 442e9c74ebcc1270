// SPDX-License-Identifier: GPL-3.0-or-later
// The facade: checks what the user gave, hands it to the parts, settles.
#include "engine/engine.hpp"

#include <algorithm>
#include <set>

#include "engine/body.hpp"
#include "engine/crypto/random.hpp"
#include "engine/messenger/text.hpp"
#include "engine/profile/files.hpp"

namespace tox {
namespace {

OpenError open_error(LoadFault fault) {
    switch (fault) {
        case LoadFault::unreadable:
            return OpenError::unreadable;
        case LoadFault::encrypted:
            return OpenError::encrypted;
        case LoadFault::damaged:
            break;
    }
    return OpenError::damaged;
}

SavedProfile new_profile(Options& options) {
    SavedProfile profile;
    std::optional<LongTermKeyPair> pair;
    if (options.identity) pair = LongTermKeyPair::from(std::move(*options.identity));
    profile.secret = pair ? std::move(pair->secret) : LongTermKeyPair::generate().secret;
    random_bytes(profile.nospam);
    profile.name = cut_utf8(options.first_name, max_name);
    return profile;
}

struct Found {
    SavedProfile profile;
    Opened facts;
};

Found found(ProfileStore::Loaded loaded, const ProfileStore& store) {
    Opened facts;
    facts.source = loaded.source;
    facts.file = store.file_state();
    facts.remarks = loaded.profile.remarks;
    return {std::move(loaded.profile), std::move(facts)};
}

OpenFault open_fault(OpenError error, ProfileStore& store) {
    OpenFault fault{error, store.file_state(), store.backup_state(), {}, store.error()};
    if (error != OpenError::damaged) return fault;
    if (const auto remains = store.remains()) fault.remaining = remains->profile.contacts.size();
    return fault;
}

tl::expected<Found, OpenFault> find_profile(ProfileStore& store, Options& options) {
    auto loaded = store.load();
    if (!loaded) {
        const OpenError error = open_error(loaded.error());
        auto remains = error == OpenError::damaged && options.take_remains ? store.remains() : std::nullopt;
        if (remains) return found(std::move(*remains), store);
        return tl::unexpected(open_fault(error, store));
    }
    if (loaded->has_value()) return found(std::move(**loaded), store);
    if (!options.create) return tl::unexpected(open_fault(OpenError::unreadable, store));
    Opened facts;
    facts.created = true;
    facts.file = FileState::absent;
    return Found{new_profile(options), std::move(facts)};
}

// That its owner has not seen the Tox ID is written first: if the rest fails half way, the next start still knows.
tl::expected<void, OpenFault> store_new(Storage& storage, ProfileStore& store, const SavedProfile& profile) {
    RawKey key{};
    detail::derive(profile.secret, key);
    if (!storage.replace(files::unseen, key))
        return tl::unexpected(
            OpenFault{OpenError::unwritable, FileState::absent, FileState::absent, {}, storage.error()});
    if (!store.store(profile)) return tl::unexpected(open_fault(OpenError::unwritable, store));
    return {};
}

SendError send_error(Outbox::Fault fault) {
    switch (fault) {
        case Outbox::Fault::queue_full:
            return SendError::queue_full;
        case Outbox::Fault::too_long:
            return SendError::too_long;
        case Outbox::Fault::not_saved:
            break;
    }
    return SendError::not_saved;
}

}  // namespace

tl::expected<std::unique_ptr<Engine>, OpenFault> Engine::open(World world, EventSink& sink, Options options) {
    ProfileStore store(world.storage);
    auto found = find_profile(store, options);
    if (!found) return tl::unexpected(std::move(found.error()));
    if (found->facts.created) {
        const auto stored = store_new(world.storage, store, found->profile);
        if (!stored) return tl::unexpected(stored.error());
    }
    auto body = std::make_unique<Body>(world, sink, std::move(options), std::move(found->profile));
    body->opened_as(std::move(found->facts));
    return std::unique_ptr<Engine>(new Engine(std::move(body)));
}

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Engine::~Engine() = default;

// ---- own ---------------------------------------------------------------------------------------------------------

ToxId Engine::id() const { return {body_->identity.public_key, body_->nospam}; }
const std::string& Engine::name() const { return body_->messenger.self().name; }
const std::string& Engine::status_message() const { return body_->messenger.self().status_message; }
UserStatus Engine::status() const { return body_->messenger.self().status; }
const Opened& Engine::opened() const { return body_->opened; }
bool Engine::id_unseen() const { return body_->id_unseen; }

void Engine::id_seen() {
    body_->id_unseen = false;
    body_->world.storage.remove(files::unseen);  // if that fails it is shown once more
}

void Engine::set_name(std::string_view name) {
    if (body_->messenger.set_name(name)) body_->save_within(1s);
    body_->settle();
}

void Engine::set_status_message(std::string_view message) {
    if (body_->messenger.set_status_message(message)) body_->save_within(1s);
    body_->settle();
}

void Engine::set_status(UserStatus status) {
    if (body_->messenger.set_status(status)) body_->save_within(1s);
    body_->settle();
}

bool Engine::set_nospam(const Nospam& nospam) {
    SavedProfile next = body_->snapshot();
    next.nospam = nospam;
    if (!body_->keep(next)) return false;
    body_->nospam = nospam;
    body_->settle();
    return true;
}

// ---- network -----------------------------------------------------------------------------------------------------

void Engine::bootstrap(const Node& node) {
    body_->dht.bootstrap(node, body_->now());
    body_->settle();
}

void Engine::add_relay(const DhtKey& relay, const StreamAddress& address) {
    body_->relays.add(relay, address, body_->now());
    body_->settle();
}

void Engine::network_changed() {
    body_->network_changed(body_->now());
    body_->settle();
}

NetworkInfo Engine::network() const {
    NetworkInfo info;
    info.nodes = static_cast<unsigned>(body_->nodes_answering(body_->now()));
    info.storing = body_->onion.announced(body_->now());
    info.seen_as = body_->dht.own_address(Endpoint::Family::v4);
    if (!info.seen_as) info.seen_as = body_->dht.own_address(Endpoint::Family::v6);
    info.port = body_->world.network.port();
    info.served = body_->relay_server.ports();
    info.relays = static_cast<unsigned>(body_->relays.usable());
    info.proxy_failing = body_->relays.proxy_failing();
    info.proxy_trouble = body_->world.network.proxy_trouble();
    info.relays_known = static_cast<unsigned>(body_->relays.known());
    if (info.seen_as) info.local = body_->world.network.source_towards(*info.seen_as);
    info.by_relay = body_->dht.silent(body_->now());
    info.relays_needed = body_->relay_demand(body_->now()) != RelayDemand::none;
    info.dht_key = body_->dht.key();
    return info;
}

const Dropped& Engine::dropped() const { return body_->dropped; }

// ---- contacts ----------------------------------------------------------------------------------------------------

std::vector<LongTermKey> Engine::contacts() const { return body_->roster.contacts(); }

bool Engine::has_contact(const LongTermKey& key) const { return body_->has(key); }

std::optional<ContactInfo> Engine::contact(const LongTermKey& key) const {
    const Contact* contact = std::as_const(body_->contacts).find(key);
    return contact == nullptr ? std::nullopt : std::optional(body_->info(*contact));
}

// First on the disk, then in memory: if it cannot be saved nobody hears of it.
tl::expected<void, AddError> Engine::add(const std::vector<SavedContact>& fresh) {
    if (body_->contacts.size() + fresh.size() > Contacts::capacity) return tl::unexpected(AddError::too_many);
    for (const SavedContact& saved : fresh) {
        if (saved.key == body_->identity.public_key) return tl::unexpected(AddError::own_id);
        if (body_->has(saved.key)) return tl::unexpected(AddError::already_contact);
    }
    if (!body_->keep(body_->snapshot_with(fresh))) return tl::unexpected(AddError::not_saved);
    for (const SavedContact& saved : fresh) {
        body_->take_up(saved);
        body_->answered(saved.key);
    }
    // A request that stays in its file is known to be answered at the next start; the next save tries again.
    if (!body_->requests.save(body_->world.storage)) body_->save_within(5s);
    body_->settle();
    return {};
}

tl::expected<void, AddError> Engine::add_contact(const ToxId& id, std::string_view message) {
    if (message.empty()) return tl::unexpected(AddError::message_empty);
    if (message.size() > max_request_message) return tl::unexpected(AddError::message_too_long);
    if (body_->has(id.key)) return ask_again(id, message);
    SavedContact saved;
    saved.key = id.key;
    saved.accepted = false;
    saved.request_message = message;
    saved.request_nospam = id.nospam;
    return add({saved});
}

// What is sent is what a profile says of somebody who has not answered yet, so it survives a restart.
tl::expected<void, AddError> Engine::ask_again(const ToxId& id, std::string_view message) {
    const auto info = *contact(id.key);
    if (info.online || (info.request_unanswered && info.nospam == id.nospam))
        return tl::unexpected(AddError::already_contact);
    SavedProfile next = body_->snapshot();
    for (SavedContact& saved : next.contacts) {
        if (saved.key != id.key) continue;
        saved.accepted = false;
        saved.request_message = message;
        saved.request_nospam = id.nospam;
    }
    if (!body_->keep(next)) return tl::unexpected(AddError::not_saved);
    const ByteView text = bytes_of(message);
    body_->contacts.touch(id.key)->set_request(wire::FriendRequest{id.nospam, {Bytes(text.begin(), text.end())}});
    body_->messenger.learn_nospam(id.key, id.nospam);
    body_->settle();
    return {};
}

tl::expected<void, AddError> Engine::add_contact(const LongTermKey& key) { return add_contacts({key}); }

tl::expected<void, AddError> Engine::add_contacts(const std::vector<LongTermKey>& keys) {
    std::vector<SavedContact> fresh;
    std::set<LongTermKey> once;
    for (const LongTermKey& key : keys) {
        if (!once.insert(key).second) return tl::unexpected(AddError::already_contact);
        fresh.emplace_back().key = key;
    }
    return add(fresh);
}

tl::expected<void, RemoveError> Engine::remove_contact(const LongTermKey& key) {
    if (!body_->has(key)) return tl::unexpected(RemoveError::no_such_contact);
    SavedProfile next = body_->snapshot();
    std::erase_if(next.contacts, [&](const SavedContact& saved) { return saved.key == key; });
    if (!body_->keep(next)) return tl::unexpected(RemoveError::not_saved);
    body_->roster.remove(key);
    body_->messenger.remove(key);
    body_->contacts.touch(key)->tick(body_->now());  // so that OFFLINE leaves before the goodbye
    body_->contacts.remove(key);
    body_->outbox.forget(key);  // a disk that refuses is asked again
    body_->settle();
    return {};
}

void Engine::set_policy(const LongTermKey& key, Policy policy) {
    if (Contact* contact = body_->contacts.touch(key)) contact->set_policy(policy, body_->now());
    body_->settle();
}

void Engine::search_now(const LongTermKey& key) {
    if (Contact* contact = body_->contacts.touch(key)) contact->search_now(body_->now());
    body_->settle();
}

// ---- requests ----------------------------------------------------------------------------------------------------

std::vector<PendingRequest> Engine::requests() const {
    std::vector<PendingRequest> waiting;
    for (const WaitingRequest& request : body_->requests.list())
        waiting.push_back({request.from, request.message, request.received});
    return waiting;
}

tl::expected<void, AddError> Engine::accept_request(const LongTermKey& from) {
    SavedContact saved;
    saved.key = from;
    return add({saved});
}

bool Engine::decline_request(const LongTermKey& from, bool for_good) {
    const RequestFile before = body_->requests;
    if (for_good)
        body_->requests.decline(from);
    else
        body_->requests.decline_for_now(from, body_->world.loop.wall());
    if (body_->requests.save(body_->world.storage)) return true;
    body_->requests = before;
    return false;
}

void Engine::allow_request(const LongTermKey& from) {
    body_->requests.allow(from);
    body_->requests.save(body_->world.storage);
}

std::vector<LongTermKey> Engine::blocked() const { return body_->requests.declined(); }

// ---- conversation ------------------------------------------------------------------------------------------------

tl::expected<MessageId, SendError> Engine::send_message(const LongTermKey& to, MessageKind kind,
                                                        std::string_view text) {
    if (!body_->has(to)) return tl::unexpected(SendError::no_such_contact);
    if (text.empty()) return tl::unexpected(SendError::empty);
    if (text.size() > max_text) return tl::unexpected(SendError::too_long);
    if (!is_utf8(text)) return tl::unexpected(SendError::not_utf8);
    const auto id = body_->outbox.add(to, kind, text);
    if (!id) return tl::unexpected(send_error(id.error()));
    body_->messenger.message_queued(to);
    body_->settle();
    return *id;
}

void Engine::set_typing(const LongTermKey& to, bool typing) {
    body_->messenger.set_typing(to, typing);
    body_->settle();
}

tl::expected<void, SendError> Engine::send_custom(const LongTermKey& to, ByteView packet) {
    if (!body_->has(to)) return tl::unexpected(SendError::no_such_contact);
    if (packet.empty()) return tl::unexpected(SendError::empty);
    if (packet.size() > Session::max_payload) return tl::unexpected(SendError::too_long);
    const bool sent = body_->messenger.send_custom(to, packet);
    body_->settle();
    if (!sent) return tl::unexpected(SendError::offline);
    return {};
}

std::string Engine::save_fault() const {
    const std::string& profile = body_->profile_store.error();
    return profile.empty() ? body_->world.storage.error() : profile;
}

bool Engine::save() {
    const bool saved = body_->save();
    body_->settle();
    return saved;
}

}  // namespace tox
