// SPDX-License-Identifier: GPL-3.0-or-later
// The facade: checks what the user gave, hands it to the parts, settles.
#include "engine/engine.hpp"

#include <algorithm>

#include "engine/body.hpp"
#include "engine/crypto/random.hpp"
#include "engine/messenger/text.hpp"

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

tl::expected<std::unique_ptr<Engine>, OpenError> Engine::open(World world, EventSink& sink, Options options) {
    ProfileStore store(world.storage);
    auto loaded = store.load();
    if (!loaded) return tl::unexpected(open_error(loaded.error()));
    const bool create = !loaded->has_value();
    if (create && !options.create) return tl::unexpected(OpenError::unreadable);
    SavedProfile profile = create ? new_profile(options) : std::move((*loaded)->profile);
    auto body = std::make_unique<Body>(world, sink, std::move(options), std::move(profile));
    body->created = create;
    if (create && !body->save()) return tl::unexpected(OpenError::unwritable);
    return std::unique_ptr<Engine>(new Engine(std::move(body)));
}

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Engine::~Engine() = default;

// ---- own ---------------------------------------------------------------------------------------------------------

ToxId Engine::id() const { return {body_->identity->public_key, body_->nospam}; }
const std::string& Engine::name() const { return body_->messenger.self().name; }
const std::string& Engine::status_message() const { return body_->messenger.self().status_message; }
UserStatus Engine::status() const { return body_->messenger.self().status; }
bool Engine::created() const { return body_->created; }

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

void Engine::set_nospam(const Nospam& nospam) {
    body_->nospam = nospam;
    body_->save();
    body_->settle();
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
    info.nodes = static_cast<unsigned>(body_->dht.good_nodes(body_->now()));
    info.storing = body_->onion.announced(body_->now());
    info.seen_as = body_->dht.own_address(Endpoint::Family::v4);
    if (!info.seen_as) info.seen_as = body_->dht.own_address(Endpoint::Family::v6);
    info.port = body_->world.network.port();
    info.served = body_->relay_server.ports();
    info.relays = static_cast<unsigned>(body_->relays.usable());
    info.proxy_failing = body_->relays.proxy_failing();
    info.relays_known = static_cast<unsigned>(body_->relays.known());
    if (info.seen_as) info.local = body_->world.network.source_towards(*info.seen_as);
    info.by_relay = body_->dht.silent(body_->now());
    info.dht_key = body_->dht.key();
    return info;
}

const Dropped& Engine::dropped() const { return body_->dropped; }

// ---- contacts ----------------------------------------------------------------------------------------------------

std::vector<LongTermKey> Engine::contacts() const { return body_->contacts.keys(); }

bool Engine::has_contact(const LongTermKey& key) const { return body_->has(key); }

std::optional<ContactInfo> Engine::contact(const LongTermKey& key) const {
    const Contact* contact = std::as_const(body_->contacts).find(key);
    return contact == nullptr ? std::nullopt : std::optional(body_->info(*contact));
}

tl::expected<void, AddError> Engine::add(const SavedContact& saved) {
    if (saved.key == body_->identity->public_key) return tl::unexpected(AddError::own_id);
    if (body_->has(saved.key)) return tl::unexpected(AddError::already_contact);
    if (body_->contacts.size() >= Contacts::capacity) return tl::unexpected(AddError::too_many);
    body_->take_up(saved);
    body_->requests.allow(saved.key);
    body_->requests.remove(saved.key);
    const bool saved_now = body_->save() && body_->requests.save(body_->world.storage);
    body_->settle();
    if (!saved_now) return tl::unexpected(AddError::not_saved);
    return {};
}

tl::expected<void, AddError> Engine::add_contact(const ToxId& id, std::string_view message) {
    if (message.empty()) return tl::unexpected(AddError::message_empty);
    if (message.size() > max_request_message) return tl::unexpected(AddError::message_too_long);
    SavedContact saved;
    saved.key = id.key;
    saved.accepted = false;
    saved.request_message = message;
    saved.request_nospam = id.nospam;
    return add(saved);
}

tl::expected<void, AddError> Engine::add_contact(const LongTermKey& key) {
    SavedContact saved;
    saved.key = key;
    return add(saved);
}

bool Engine::remove_contact(const LongTermKey& key) {
    if (!body_->has(key)) return false;
    body_->messenger.remove(key);
    body_->contacts.touch(key)->tick(body_->now());  // so that OFFLINE leaves before the goodbye
    body_->contacts.remove(key);
    body_->outbox.forget(key);
    body_->save();
    body_->settle();
    return true;
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
    saved.last_seen = body_->world.loop.wall();  // they have written to us: no stranger any more
    return add(saved);
}

void Engine::decline_request(const LongTermKey& from, bool for_good) {
    if (for_good) body_->requests.decline(from);
    body_->requests.remove(from);
    body_->requests.save(body_->world.storage);
}

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

bool Engine::save() {
    const bool saved = body_->save();
    body_->settle();
    return saved;
}

}  // namespace tox
