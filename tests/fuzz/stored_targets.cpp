// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a profile. Those with a checksum are given one, so that what is behind it is reached too.
#include "engine/profile/files.hpp"
#include "engine/profile/journal.hpp"
#include "engine/profile/memory_storage.hpp"
#include "engine/profile/node_file.hpp"
#include "engine/profile/outbox.hpp"
#include "engine/profile/request_file.hpp"
#include "engine/profile/save_format.hpp"
#include "engine/profile/sealed_file.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/still_world.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

// ---- the profile itself

bool save(ByteView file) {
    recover_save(file);
    const auto profile = parse_save(file);
    if (!profile) return false;
    promise(profile->contacts.size() <= max_saved_contacts, "no more contacts than may be");
    const Bytes written = serialise_save(*profile);
    const auto again = parse_save(written);
    promise(again.has_value(), "a profile that was read can be written and read again");
    promise(serialise_save(*again) == written, "... and is the same from then on");
    return true;
}

SavedProfile profile_of(std::size_t contacts) {
    SavedProfile profile;
    profile.secret = LongTermKeyPair::generate().secret;
    profile.name = "somebody";
    profile.status_message = "is here";
    for (std::size_t i = 0; i < contacts; ++i) {
        SavedContact contact{.key = LongTermKeyPair::generate().public_key, .name = "friend"};
        contact.accepted = i % 2 == 0;
        contact.request_message = "let me in";
        profile.contacts.push_back(contact);
    }
    const Node node{DhtKeyPair::generate().public_key, Endpoint::v4({192, 0, 2, 1}, 33445)};
    profile.dht_nodes = {node, {node.key, Endpoint::v6({0x20, 1, 0xd, 0xb8, 1}, 33445)}};
    profile.relays = {{node.key, node.endpoint}};
    profile.other = {{20, Bytes(20, 1)}, {11, Bytes(39, 2)}};
    return profile;
}

std::vector<Bytes> save_seeds() {
    std::vector<Bytes> seeds;
    for (const std::size_t contacts : {0U, 1U, 2U}) seeds.push_back(serialise_save(profile_of(contacts)));
    Bytes twice = seeds[1];  // each section a second time, behind the end
    append(twice, ByteView(seeds[1]).subspan(8));
    seeds.push_back(std::move(twice));
    return seeds;
}

constexpr std::size_t section_head = 8;  // size 4, type 2, mark 2; little-endian (notes, protocol 2, 6.1)

// A valid identity, then sections of the script's: a fuzzer that has to find a key pair finds nothing else.
bool sections(ByteView input) {
    static const Bytes identity = [] {
        const Bytes file = serialise_save(SavedProfile{.secret = LongTermKeyPair::generate().secret});
        return Bytes(file.begin(), file.end() - static_cast<std::ptrdiff_t>(section_head));  // without the end
    }();
    Bytes file = identity;
    for (Script script(input); script.next_step();) {
        const Byte type = script.byte();
        const ByteView body = script.piece();
        for (const std::size_t shift : {0U, 8U, 16U, 24U}) file.push_back(static_cast<Byte>(body.size() >> shift));
        append(file, Bytes{type, 0, 0xce, 0x01});
        append(file, body);
    }
    return save(file);
}

std::vector<Bytes> section_seeds() {
    const Bytes file = serialise_save(profile_of(2));
    ScriptWriter script;
    for (ByteView rest = ByteView(file).subspan(8); rest.size() > section_head;) {
        const std::size_t size = rest[0] + rest[1] * 256U + rest[2] * 65536U;
        script.byte(rest[4]).piece(rest.subspan(section_head, size));
        rest = rest.subspan(section_head + size);
    }
    return {script.take()};
}

// ---- the queue

bool journal_file(ByteView file) {
    journal::Reader reader(file);
    std::size_t read = 0;
    while (const auto payload = reader.next()) {
        promise(!payload->empty() && payload->size() <= journal::max_payload, "a payload of a size that may be");
        read += payload->size() + journal::overhead;
    }
    promise(read <= file.size(), "no byte is read twice");
    return read > 0;
}

Bytes journal_of(std::initializer_list<std::string_view> payloads) {
    Bytes file;
    for (const std::string_view payload : payloads) journal::write(file, bytes_of(payload));
    return file;
}

std::vector<Bytes> journal_seeds() {
    Bytes torn = journal_of({"first", "second", "third"});
    torn.pop_back();
    return {journal_of({"one"}), journal_of({"first", "second"}), torn};
}

// Records with their checksums, now and then something between them.
Bytes framed(ByteView input) {
    Bytes file;
    for (Script script(input); script.next_step();) {
        const bool bare = script.byte() == 0xff;
        const ByteView piece = script.piece();
        if (bare)
            append(file, piece);
        else if (!piece.empty())
            journal::write(file, piece);
    }
    return file;
}

bool queue(ByteView input) {
    MemoryStorage storage({{files::queue, framed(input)}});
    Outbox outbox(storage);
    if (!outbox.load()) return false;
    const auto waiting = outbox.contacts();
    for (const LongTermKey& contact : waiting) {
        const auto& pending = outbox.pending(contact);
        promise(!pending.empty(), "nobody is listed for nothing");
        promise(std::ranges::is_sorted(pending, {}, &QueuedMessage::id), "in the order of their numbers");
    }
    const LongTermKey somebody = LongTermKeyPair::generate().public_key;
    const auto added = outbox.add(somebody, MessageKind::text, "one more");
    promise(outbox.flush(), "a disk that works takes it");
    Outbox again(storage);
    promise(again.load(), "a queue that was read can be written and read again");
    for (const LongTermKey& contact : outbox.contacts())
        promise(again.pending(contact) == outbox.pending(contact), "... with the same texts");
    return added && !waiting.empty();
}

std::vector<Bytes> queue_seeds() {
    MemoryStorage storage;
    Outbox outbox(storage);
    outbox.load();
    const LongTermKey one = LongTermKeyPair::generate().public_key, other = LongTermKeyPair::generate().public_key;
    const auto first = outbox.add(one, MessageKind::text, "hello");
    outbox.add(other, MessageKind::action, "waves");
    outbox.done(first.value_or(1));
    outbox.add(one, MessageKind::text, "again");
    outbox.forget(other);
    outbox.flush();
    ScriptWriter script;
    const Bytes file = storage.disk().at(files::queue);
    journal::Reader reader(file);
    while (const auto payload = reader.next()) script.byte(0).piece(*payload);
    return {script.take()};
}

// ---- files that are replaced as a whole: the same first bytes for each of a kind

FileMagic magic_of(const Bytes& file) {
    FileMagic magic;
    std::copy_n(file.begin(), magic.size(), magic.begin());
    return magic;
}
ByteView body_of(const Bytes& file) { return *unseal_file(magic_of(file), file); }

Bytes request_file() {
    MemoryStorage storage;
    RequestFile file;
    file.load(storage);
    file.add({LongTermKeyPair::generate().public_key, "it is me", WallTime(1'700'000'000s)});
    file.decline(LongTermKeyPair::generate().public_key);
    file.save(storage);
    return storage.disk().at(files::requests);
}

bool requests(ByteView input) {
    static const FileMagic magic = magic_of(request_file());
    MemoryStorage storage({{files::requests, seal_file(magic, input)}});
    RequestFile file;
    if (!file.load(storage)) return false;
    promise(file.list().size() <= RequestFile::max_waiting, "no more requests than may wait");
    const std::size_t waiting = file.list().size();
    file.decline(LongTermKeyPair::generate().public_key);
    promise(file.save(storage), "a disk that works takes it");
    RequestFile again;
    promise(again.load(storage) && again.list() == file.list(),
            "requests that were read can be written and read again");
    return waiting > 0;
}

std::vector<Bytes> request_seeds() {
    const Bytes file = request_file();
    const ByteView body = body_of(file);
    return {Bytes(body.begin(), body.end())};
}

Bytes node_file() {
    MemoryStorage storage;
    const StillLoop loop;
    OnionMemory memory;
    const Node node{DhtKeyPair::generate().public_key, Endpoint::v4({192, 0, 2, 1}, 33445)};
    memory.hops = {{node, loop.now()}};
    memory.near = {{LongTermKeyPair::generate().public_key, {node, node}, loop.now()}};
    NodeFile(storage, loop).save(memory);
    return storage.disk().at(files::nodes);
}

bool nodes(ByteView input) {
    static const FileMagic magic = magic_of(node_file());
    const StillLoop loop;
    MemoryStorage storage({{files::nodes, seal_file(magic, input)}});
    NodeFile file(storage, loop);
    const OnionMemory memory = file.load();
    promise(memory.hops.size() <= OnionMemory::most_hops, "no more hops than may be");
    for (const NodesNear& near : memory.near) promise(near.nodes.size() <= NodesNear::most, "nor nodes near a key");
    if (memory.hops.empty() && memory.near.empty()) return false;
    promise(file.save(memory), "a disk that works takes it");
    const OnionMemory again = file.load();
    promise(again.hops.size() == memory.hops.size() && again.near.size() == memory.near.size(),
            "nodes that were read can be written and read again");
    return true;
}

std::vector<Bytes> node_seeds() {
    const Bytes file = node_file();
    const ByteView body = body_of(file);
    return {Bytes(body.begin(), body.end())};
}

}  // namespace

std::vector<Target> stored_targets() {
    return {
        {"save", save, save_seeds},    {"sections", sections, section_seeds}, {"journal", journal_file, journal_seeds},
        {"queue", queue, queue_seeds}, {"requests", requests, request_seeds}, {"nodes", nodes, node_seeds}};
}

}  // namespace tox::fuzz
