// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses and nodes on the wire, in Tox's two encodings, which must not be mixed: packed (7 or 19 bytes) and the
// onion's (always 19). spec: DHT, packed node format; Onion, IP/port.
#pragma once

#include "engine/base/endpoint.hpp"
#include "engine/wire/codec.hpp"

namespace tox {

struct Node {  // a DHT node and where it is, over UDP
    DhtKey key;
    Endpoint endpoint;
    bool operator==(const Node&) const = default;
};

struct Relay {  // a TCP relay
    DhtKey key;
    Endpoint endpoint;
    bool operator==(const Relay&) const = default;
};

namespace wire {

enum class Transport : Byte { udp, tcp };

struct PackedNode {
    Transport transport = Transport::udp;
    Node node;
    bool operator==(const PackedNode&) const = default;
};

enum class PackedFault { none, short_input, unknown_family, bad_key };

// Takes one packed node off the front. After bad_key the node's bytes are consumed all the same: the list goes on.
PackedFault read_packed(ByteView& in, PackedNode& node);
void write_packed(Bytes& out, const PackedNode& node);

// A list with a count byte in front, UDP only. Wrong count, left-over bytes or a foreign family: the packet is invalid;
// nodes with invalid keys or without a usable address are left out.
template <std::size_t Most>
struct CountedNodes {
    std::vector<Node> nodes;
    bool operator==(const CountedNodes&) const = default;
};
bool read_counted(ByteView& in, std::vector<Node>& nodes, std::size_t most);
template <std::size_t Most>
struct Field<CountedNodes<Most>> {
    static constexpr std::size_t least = 1;
    static constexpr bool open = true;
    static bool read(ByteView& in, CountedNodes<Most>& value, std::size_t) {
        return read_counted(in, value.nodes, Most);
    }
    static void write(Bytes& out, const CountedNodes<Most>& value) {
        out.push_back(static_cast<Byte>(value.nodes.size()));
        for (const Node& node : value.nodes) write_packed(out, {Transport::udp, node});
    }
};

// A list without a count, to the end of the packet. It ends early at a family this program does not know (as c-toxcore
// since 0.2.21); more than Most nodes make the packet invalid.
template <std::size_t Most>
struct RestNodes {
    std::vector<PackedNode> nodes;
    bool operator==(const RestNodes&) const = default;
};
bool read_rest(ByteView in, std::vector<PackedNode>& nodes, std::size_t most);
template <std::size_t Most>
struct Field<RestNodes<Most>> {
    static constexpr std::size_t least = 0;
    static constexpr bool open = true;
    static bool read(ByteView& in, RestNodes<Most>& value, std::size_t reserve) {
        const ByteView mine = in.first(in.size() - reserve);
        in = in.subspan(mine.size());
        return read_rest(mine, value.nodes, Most);
    }
    static void write(Bytes& out, const RestNodes<Most>& value) {
        for (const PackedNode& node : value.nodes) write_packed(out, node);
    }
};

// The onion's own encoding: family, 16 address bytes, port. Families other than UDP v4 and v6 make the packet invalid.
struct OnionEndpoint {
    Endpoint endpoint;
    bool operator==(const OnionEndpoint&) const = default;
};
template <>
struct Field<OnionEndpoint> {
    static constexpr std::size_t least = 19;
    static bool read(ByteView& in, OnionEndpoint& value, std::size_t);
    static void write(Bytes& out, const OnionEndpoint& value);
};

}  // namespace wire
}  // namespace tox
