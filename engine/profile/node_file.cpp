// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/node_file.hpp"

#include "engine/profile/files.hpp"
#include "engine/profile/save_format.hpp"
#include "engine/profile/sealed_file.hpp"
#include "engine/wire/codec.hpp"

namespace tox {
namespace {

constexpr FileMagic node_magic = {'T', 'x', 'N', '1'};

struct HopRecord {
    std::uint64_t worked = 0;  // unix seconds
    wire::CountedNodes<1> node;
    static constexpr auto fields() { return std::tuple{&HopRecord::worked, &HopRecord::node}; }
};

struct NearRecord {
    LongTermKey key;
    std::uint64_t heard = 0;  // unix seconds
    wire::CountedNodes<NodesNear::most> nodes;
    static constexpr auto fields() { return std::tuple{&NearRecord::key, &NearRecord::heard, &NearRecord::nodes}; }
};

// Between the clock on the wall, which the file is written by, and this run's.
struct Clocks {
    explicit Clocks(const Loop& loop) : now(loop.now()), wall(loop.wall()) {}

    std::uint64_t seconds_of(Instant instant) const {
        return unix_seconds(wall + std::chrono::duration_cast<std::chrono::seconds>(instant - now));
    }
    // What is in the future, because a clock was set, has just been; what is older than all memory is that old.
    Instant instant_of(std::uint64_t seconds) const {
        const std::uint64_t today = unix_seconds(wall);
        constexpr auto oldest = std::chrono::duration_cast<std::chrono::seconds>(OnionMemory::lasts) + 1s;
        const std::uint64_t age = today - std::min(seconds, today);
        return now - std::chrono::seconds(std::min<std::uint64_t>(age, oldest.count()));
    }

    Instant now;
    WallTime wall;
};

// False: the body is not what save() writes.
bool read_body(ByteView in, const Clocks& clocks, OnionMemory& memory) {
    if (in.empty()) return false;
    const std::size_t hops = in.front();
    in = in.subspan(1);
    if (hops > OnionMemory::most_hops) return false;
    for (std::size_t i = 0; i < hops; ++i) {
        HopRecord hop;
        if (!wire::read(in, hop)) return false;
        for (const Node& node : hop.node.nodes) memory.hops.push_back({node, clocks.instant_of(hop.worked)});
    }
    while (!in.empty() && memory.near.size() <= max_saved_contacts) {
        NearRecord near;
        if (!wire::read(in, near)) return false;
        memory.near.push_back({near.key, near.nodes.nodes, clocks.instant_of(near.heard)});
    }
    return true;
}

}  // namespace

OnionMemory NodeFile::load() const {
    Bytes bytes;
    if (storage_.read(files::nodes, bytes) != Storage::Read::good) return {};
    const auto body = unseal_file(node_magic, bytes);
    OnionMemory memory;
    if (!body || !read_body(*body, Clocks(loop_), memory)) return {};
    return memory;
}

bool NodeFile::save(const OnionMemory& memory) {
    const Clocks clocks(loop_);
    Bytes body;
    body.push_back(static_cast<Byte>(memory.hops.size()));
    for (const ProvenHop& hop : memory.hops) wire::write(body, HopRecord{clocks.seconds_of(hop.worked), {{hop.node}}});
    for (const NodesNear& near : memory.near)
        wire::write(body, NearRecord{near.key, clocks.seconds_of(near.heard), {near.nodes}});
    return storage_.replace(files::nodes, seal_file(node_magic, body));
}

}  // namespace tox
