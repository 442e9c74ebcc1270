// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs about an instance itself: its loop, identity, network and save.
#include "engine/glib/owned.hpp"
#include "tools/tox-peer/driver.hpp"

namespace tox_peer {
namespace {

Answer run(Instance& instance, const Command&) {
    instance.run();
    return Fields();
}

Answer hold(Instance& instance, const Command&) {
    instance.gate().hold();
    return Fields();
}

tl::expected<void, Refused> write_copy(const std::string& path, const tox::Bytes& content) {
    GError* error = nullptr;
    g_file_set_contents(path.c_str(), reinterpret_cast<const char*>(content.data()),
                        static_cast<gssize>(content.size()), &error);
    const tox::Owned<GError, g_error_free> owned(error);
    if (error) return refuse("io", error->message);
    return {};
}

Answer save(Instance& instance, const Command& command) {
    SavedStorage& storage = instance.storage();
    const tox::Duration disk_before = storage.disk_time();
    const tox::Instant began = clock_now();
    if (!instance.engine().save()) return refuse("io", storage.error());
    const tox::Duration serialising = clock_now() - began - (storage.disk_time() - disk_before);
    tox::Bytes content = storage.profile();
    const std::string path = command.text("path");
    const auto written = path.empty() ? tl::expected<void, Refused>() : write_copy(path, content);
    tox::wipe(content);  // the secret key is in it
    if (!written) return tl::unexpected(written.error());
    return Fields().number("bytes", content.size()).number("us", serialising.count());
}

Answer self(Instance& instance, const Command&) {
    const tox::Engine& engine = instance.engine();
    const tox::ToxId id = engine.id();
    const tox::NetworkInfo network = engine.network();
    Fields fields;
    fields.hex("id", *tox::from_hex(id.text())).hex("pk", id.key.raw()).hex("dht", network.dht_key.raw());
    fields.text("conn", connection_name(network));
    fields.text("name", engine.name()).text("msg", engine.status_message());
    fields.text("status", status_name(engine.status())).number("friends", instance.friends().count());
    fields.number("udp_port", instance.network().port()).number("tcp_port", instance.relay_port());
    fields.number("relays", network.relays).number("nodes", network.nodes).number("storing", network.storing);
    return fields.hex("nospam", id.nospam);
}

tox::UserStatus status_of(std::string_view name) {
    if (name == "away") return tox::UserStatus::away;
    return name == "busy" ? tox::UserStatus::busy : tox::UserStatus::online;
}

Answer set(Instance& instance, const Command& command) {
    const std::string* const name = command.find("name");
    const std::string* const message = command.find("msg");
    const std::string* const nospam = command.find("nospam");
    const auto digits = nospam ? tox::from_hex(*nospam) : std::nullopt;
    if (name && name->size() > tox::max_name) return refuse("set", "name");
    if (message && message->size() > tox::max_status_message) return refuse("set", "msg");
    if (nospam && (!digits || digits->size() != tox::Nospam().size())) return refuse("badarg", "nospam");
    tox::Engine& engine = instance.engine();
    if (name) engine.set_name(*name);
    if (message) engine.set_status_message(*message);
    if (command.find("status")) engine.set_status(status_of(command.text("status")));
    if (digits && !engine.set_nospam({(*digits)[0], (*digits)[1], (*digits)[2], (*digits)[3]}))
        return refuse("io", instance.storage().error());
    return Fields();
}

struct Place {
    std::string host;
    std::uint16_t port;
    tox::DhtKey key;
};

tl::expected<Place, Refused> place_of(const Command& command) {
    const auto key = tox::DhtKey::from_hex(command.text("pk"));
    if (!key) return refuse("badarg", "pk");
    const std::uint64_t port = command.number("port");
    if (port == 0 || port > 65535) return refuse("bootstrap", "port");
    return Place{command.text("host", "127.0.0.1"), static_cast<std::uint16_t>(port), *key};
}

Answer bootstrap(Instance& instance, const Command& command) {
    const auto place = place_of(command);
    if (!place) return tl::unexpected(place.error());
    instance.bootstrap(place->host, place->port, place->key);
    return Fields();
}

Answer relay(Instance& instance, const Command& command) {
    const auto place = place_of(command);
    if (!place) return tl::unexpected(place.error());
    const auto endpoint = tox::Endpoint::parse(place->host, place->port);
    if (endpoint)
        instance.add_relay(place->key, *endpoint);
    else
        instance.add_relay(place->key, tox::HostName{place->host, place->port});
    return Fields();
}

Answer moved(Instance& instance, const Command&) {
    instance.engine().network_changed();
    return Fields();
}

void add_kinds(Fields& fields, const std::string& direction, const tox::GlibNetwork::Kinds* kinds) {
    if (!kinds) return;
    for (std::size_t kind = 0; kind < kinds->size(); ++kind) {
        const tox::TrafficCount& count = (*kinds)[kind];
        if (count.packets == 0) continue;
        std::string key = direction;
        const auto byte = static_cast<tox::Byte>(kind);
        append_hex(key, {&byte, 1});
        fields.text(key, std::to_string(count.packets) + ":" + std::to_string(count.bytes));
    }
}

Answer net(Instance& instance, const Command& command) {
    const tox::NetworkCounters& counters = instance.network().counters();
    Fields fields;
    fields.number("udp_out", counters.out.packets).number("udp_in", counters.in.packets);
    fields.number("udp_out_bytes", counters.out.bytes).number("udp_in_bytes", counters.in.bytes);
    for (const char* const none : {"tcp_out", "tcp_in", "tcp_out_bytes", "tcp_in_bytes"}) fields.number(none, 0);
    if (!command.flag("ids")) return fields;
    add_kinds(fields, "o_", instance.network().kinds_out());
    add_kinds(fields, "i_", instance.network().kinds_in());
    return fields;
}

}  // namespace

InstanceVerb self_verb(std::string_view name) {
    static constexpr std::pair<std::string_view, InstanceVerb> verbs[] = {
        {"run", run}, {"hold", hold},   {"save", save},   {"self", self}, {"set", set}, {"bootstrap", bootstrap},
        {"net", net}, {"relay", relay}, {"moved", moved},
    };
    return find_verb(verbs, name);
}

}  // namespace tox_peer
