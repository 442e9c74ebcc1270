// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs about contacts and what is said to them.
#include "tools/tox-peer/driver.hpp"

namespace tox_peer {
namespace {

const char* reason(tox::AddError error) {
    switch (error) {
        case tox::AddError::own_id:
            return "own_id";
        case tox::AddError::already_contact:
            return "already_contact";
        case tox::AddError::message_empty:
            return "message_empty";
        case tox::AddError::message_too_long:
            return "message_too_long";
        case tox::AddError::too_many:
            return "too_many";
        case tox::AddError::not_saved:
            break;
    }
    return "not_saved";
}

const char* reason(tox::SendError error) {
    switch (error) {
        case tox::SendError::no_such_contact:
            return "no_such_contact";
        case tox::SendError::empty:
            return "empty";
        case tox::SendError::too_long:
            return "too_long";
        case tox::SendError::not_utf8:
            return "not_utf8";
        case tox::SendError::queue_full:
            return "queue_full";
        case tox::SendError::not_saved:
            return "not_saved";
        case tox::SendError::offline:
            break;
    }
    return "offline";
}

Answer refuse_send(tox::SendError error) {
    return error == tox::SendError::offline ? refuse("offline") : refuse("send", reason(error));
}

Answer add(Instance& instance, const Command& command) {
    const auto id = tox::ToxId::parse(command.text("id")).id;
    if (!id) return refuse("badarg", "id");
    std::string message = command.text("msg");
    if (message.empty()) message = "hi";  // as the driver for libtoxcore
    const auto added = instance.engine().add_contact(*id, message);
    if (!added) return refuse("add", reason(added.error()));
    return Fields().number("friend", instance.friends().add(id->key));
}

tl::expected<std::vector<tox::LongTermKey>, Refused> keys_of(std::string_view list) {
    std::vector<tox::LongTermKey> keys;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto key = tox::LongTermKey::from_hex(list.substr(0, comma));
        if (!key) return refuse("badarg", "pk");
        keys.push_back(*key);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    if (keys.empty()) return refuse("badarg", "pk");
    return keys;
}

Answer add_known(Instance& instance, const Command& command) {
    const auto keys = keys_of(command.text("pk"));
    if (!keys) return tl::unexpected(keys.error());
    const auto added = instance.engine().add_contacts(*keys);
    if (!added) return refuse("add", reason(added.error()));
    const FriendNumber first = instance.friends().add(keys->front());
    for (const tox::LongTermKey& key : *keys) instance.friends().add(key);
    return Fields().number("friend", first).number("n", keys->size());
}

constexpr std::uint64_t max_fakes = 100'000;  // more than an engine takes; a typing error must not fill the memory

std::uint64_t split_mix(std::uint64_t& state) {  // the stream the protocol names
    std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

tox::RawKey made_up_key(std::uint64_t& state) {
    tox::RawKey key;
    for (std::size_t at = 0; at < key.size(); at += 8) {
        const std::uint64_t word = split_mix(state);
        for (std::size_t i = 0; i < 8; ++i) key[at + i] = static_cast<tox::Byte>(word >> (8 * i));
    }
    key[31] &= 0x7fU;
    return key;
}

Answer add_fake(Instance& instance, const Command& command) {
    std::uint64_t state = command.number("seed", 1);
    const std::uint64_t count = command.number("n", 1);
    if (count > max_fakes) return refuse("badarg", "n");
    const tox::Instant began = clock_now();
    std::vector<tox::LongTermKey> keys;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto key = tox::LongTermKey::from(made_up_key(state));
        if (key && !instance.engine().has_contact(*key)) keys.push_back(*key);
    }
    const auto added = instance.engine().add_contacts(keys);  // all in one save
    if (!added) return refuse("add", reason(added.error()));
    for (const tox::LongTermKey& key : keys) instance.friends().add(key);
    return Fields().number("n", keys.size()).number("us", (clock_now() - began).count());
}

Answer remove(Instance& instance, const Command& command) {
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    if (!instance.engine().remove_contact(target->key)) return refuse("io", instance.storage().error());
    instance.friends().remove(target->number);
    return Fields();
}

Answer friends(Instance& instance, const Command& command) {
    std::size_t there = 0;
    std::string list;
    for (FriendNumber number = 0; number < instance.friends().end(); ++number) {
        const auto key = instance.friends().key(number);
        if (!key) continue;
        const auto contact = instance.engine().contact(*key);
        const bool is_online = contact && contact->online;
        there += is_online ? 1U : 0U;
        list.append(list.empty() ? "" : ",").append(std::to_string(number)).append(1, ':');
        append_hex(list, key->raw());
        list.append(1, ':').append((contact ? connection_name(*contact) : "none"));
    }
    Fields fields;
    fields.number("n", instance.friends().count()).number("online", there);
    return command.flag("list") ? fields.text("list", list) : fields;
}

Answer one_friend(Instance& instance, const Command& command) {
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    const auto contact = instance.engine().contact(target->key);
    if (!contact) return refuse("nofriend");
    Fields fields;
    fields.number("friend", target->number).hex("pk", contact->key.raw());
    fields.text("conn", connection_name(*contact)).text("progress", stage_name(contact->progress));
    fields.text("status", status_name(contact->status)).number("typing", contact->typing ? 1 : 0);
    fields.text("name", contact->name).text("msg", contact->status_message);
    return fields.number("last_online", contact->last_seen ? contact->last_seen->time_since_epoch().count() : 0);
}

Answer message(Instance& instance, const Command& command) {
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    if (!command.flag("queue") && !online(instance.engine(), target->key)) return refuse("offline");
    const auto kind = command.text("type") == "action" ? tox::MessageKind::action : tox::MessageKind::text;
    const auto id = instance.engine().send_message(target->key, kind, command.text("text"));
    if (!id) return refuse_send(id.error());
    return Fields().number("id", *id);
}

Answer typing(Instance& instance, const Command& command) {
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    instance.engine().set_typing(target->key, command.flag("on", true));
    return Fields();
}

struct Kinds {  // of custom packets by first byte (spec: Messenger, custom packets)
    tox::Byte first, last;
};

Answer custom(Instance& instance, const Command& command, Kinds kinds) {
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    const auto packet = tox::from_hex(command.text("data"));
    if (!packet || packet->empty()) return refuse("badarg", "data");
    if (packet->front() < kinds.first || packet->front() > kinds.last) return refuse("send", "wrong first byte");
    const auto sent = instance.engine().send_custom(target->key, *packet);
    if (!sent) return refuse_send(sent.error());
    return Fields();
}

Answer lossless(Instance& instance, const Command& command) { return custom(instance, command, {160, 191}); }
Answer lossy(Instance& instance, const Command& command) { return custom(instance, command, {200, 254}); }

}  // namespace

InstanceVerb contact_verb(std::string_view name) {
    static constexpr std::pair<std::string_view, InstanceVerb> verbs[] = {
        {"add", add},           {"addnr", add_known},   {"addfake", add_fake}, {"del", remove},
        {"friends", friends},   {"friend", one_friend}, {"msg", message},      {"typing", typing},
        {"lossless", lossless}, {"lossy", lossy},
    };
    return find_verb(verbs, name);
}

}  // namespace tox_peer
