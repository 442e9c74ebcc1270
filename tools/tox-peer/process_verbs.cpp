// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs about the process and the life of its instances.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "tools/tox-peer/driver.hpp"

namespace tox_peer {
namespace {

Answer hello(Driver&, const Command&) { return hello_fields(); }

// Event-driven whatever is asked: there is nothing to poll.
Answer pace(Driver& driver, const Command& command) {
    if (command.find("i") && !driver.find(command.instance())) return refuse("noinst", command.instance());
    return Fields();
}

tl::expected<void, Refused> take_proxy(const Command& command, tox::GlibNetwork::Setup& network) {
    const std::string kind = command.text("proxy", "none");
    if (kind == "none") return {};
    if (kind != "http" && kind != "socks5") return refuse("badarg", "proxy");
    auto proxy = tox::Proxy::parse({kind == "http" ? tox::Proxy::Kind::http : tox::Proxy::Kind::socks5,
                                    command.text("proxy_host", "127.0.0.1"),
                                    static_cast<std::int64_t>(command.number("proxy_port")), command.text("proxy_user"),
                                    command.text("proxy_password")});
    if (!proxy) return refuse("badarg", "proxy");
    network.proxy = std::move(*proxy);
    return {};
}

tl::expected<void, Refused> take_ways(const Command& command, Instance::Setup& setup) {
    const std::string route = command.text("route", "any");
    if (route == "relay")
        setup.route = tox::ContactRoute::relay_only;
    else if (route == "direct")
        setup.route = tox::ContactRoute::direct_only;
    else if (route != "any")
        return refuse("badarg", "route");
    const std::uint64_t relay_port = command.number("tcp");
    if (relay_port > 65535) return refuse("badarg", "tcp");
    setup.relay_port = static_cast<std::uint16_t>(relay_port);
    setup.lan = command.flag("lan");
    setup.hole_punching = command.flag("hole", true);
    setup.network.udp = command.flag("udp", true);
    return {};
}

tl::expected<void, Refused> take_ports(const Command& command, tox::GlibNetwork::Setup& network) {
    const std::uint64_t from = command.number("port");
    if (from == 0) return {};
    const std::uint64_t to = command.number("port_end", from);
    if (from > to || to > 65535) return refuse("badarg", "port");
    network.port_from = static_cast<std::uint16_t>(from);
    network.port_to = static_cast<std::uint16_t>(to);
    return {};
}

tl::expected<void, Refused> take_key(const Command& command, Instance::Setup& setup) {
    const std::string* text = command.find("key");
    if (!text) return {};
    auto bytes = tox::from_hex(*text);
    tox::ByteArray<32> raw;
    if (!bytes || bytes->size() != raw.size()) return refuse("badarg", "key");
    std::copy(bytes->begin(), bytes->end(), raw.begin());
    tox::wipe(*bytes);
    setup.key.emplace(raw);
    return {};
}

Answer create(Driver& driver, const Command& command) {
    Instance::Setup setup;
    setup.name = command.instance();
    setup.save = command.text("save");
    setup.hold = command.flag("hold");
    setup.network.ipv6 = command.flag("ipv6");
    setup.network.count_kinds = true;
    if (const auto proxy = take_proxy(command, setup.network); !proxy) return tl::unexpected(proxy.error());
    if (const auto ways = take_ways(command, setup); !ways) return tl::unexpected(ways.error());
    if (const auto ports = take_ports(command, setup.network); !ports) return tl::unexpected(ports.error());
    if (const auto key = take_key(command, setup); !key) return tl::unexpected(key.error());
    return driver.add(std::move(setup));
}

Answer kill(Driver& driver, const Command& command) {
    Instance* const instance = driver.find(command.instance());
    if (!instance) return refuse("noinst", command.instance());
    if (command.flag("save") && !instance->engine().save()) return refuse("io", instance->storage().error());
    if (!command.flag("save")) instance->storage().freeze();
    driver.remove(command.instance());
    return Fields();
}

void add_memory(Fields& fields) {
    long resident = 0, dirty = 0, value = 0;
    char line[256];
    if (std::FILE* file = std::fopen("/proc/self/smaps_rollup", "re")) {
        while (std::fgets(line, sizeof line, file)) {
            if (std::sscanf(line, "Rss: %ld", &value) == 1) resident = value;
            if (std::sscanf(line, "Private_Dirty: %ld", &value) == 1) dirty = value;
        }
        std::fclose(file);
    }
    const struct mallinfo2 heap = mallinfo2();
    fields.number("rss_kb", resident).number("private_dirty_kb", dirty);
    fields.number("heap_used", heap.uordblks).number("heap_mmap", heap.hblkhd);
}

Answer usage(Driver& driver, const Command& command) {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    const auto us = [](const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; };
    Fields fields;
    fields.number("user_us", us(use.ru_utime)).number("sys_us", us(use.ru_stime));
    fields.number("nvcsw", use.ru_nvcsw).number("nivcsw", use.ru_nivcsw).number("maxrss_kb", use.ru_maxrss);
    fields.number("polls", driver.process().sleeps).number("iters", driver.process().turns);
    if (command.flag("mem")) add_memory(fields);
    return fields;
}

Answer trim(Driver&, const Command&) {
    malloc_trim(0);
    return Fields();
}

Answer slow(Driver& driver, const Command& command) {
    driver.process().slow = tox::Duration(command.number("us"));
    return Fields();
}

Answer quit(Driver& driver, const Command&) {
    driver.quit();
    return Fields();
}

}  // namespace

Answer hello_fields() {
    return Fields()
        .number("proto", 1)
        .text("driver", "tox-peer")
        .text("lib", "purple-tox")
        .text("version", TOX_VERSION)
        .number("pid", getpid())
        .text("caps", "udp,tcp,relay,proxy,lan,save,multi,lossless,progress,event,netprof");
}

Answer Driver::add(Instance::Setup setup) {
    const std::string name = setup.name;
    if (find(name)) return refuse("exists", name);
    if (instances_.size() >= max_instances) return refuse("limit", "instances");
    const tox::Instant began = clock_now();
    auto opened = Instance::open(std::move(setup), process_);
    const tox::Instant ended = clock_now();
    if (!opened) return tl::unexpected(opened.error());
    Instance& instance = **opened;
    instances_.emplace(name, std::move(*opened));
    const tox::Engine& engine = instance.engine();
    Fields fields;
    fields.number("us", (ended - began).count());
    fields.hex("id", *tox::from_hex(engine.id().text())).hex("pk", engine.id().key.raw());
    fields.hex("dht", engine.network().dht_key.raw());
    fields.number("udp_port", instance.network().port());
    fields.number("tcp_port", instance.relay_port());
    fields.number("save_bytes", instance.loaded_bytes()).number("loaded", engine.created() ? 0 : 1);
    return fields.number("friends", instance.friends().count());
}

ProcessVerb process_verb(std::string_view name) {
    static constexpr std::pair<std::string_view, ProcessVerb> verbs[] = {
        {"hello", hello}, {"pace", pace}, {"new", create}, {"kill", kill},
        {"usage", usage}, {"trim", trim}, {"slow", slow},  {"quit", quit},
    };
    return find_verb(verbs, name);
}

}  // namespace tox_peer
