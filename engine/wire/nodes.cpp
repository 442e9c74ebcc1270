// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/nodes.hpp"

namespace tox::wire {
namespace {

constexpr Byte family_v4 = 2;
constexpr Byte family_v6 = 10;
constexpr Byte tcp_bit = 0x80;  // 130 and 138

std::uint16_t port_at(ByteView in) { return static_cast<std::uint16_t>(in[0] << 8U | in[1]); }

Endpoint endpoint_at(ByteView address_and_port, bool v6) {
    const std::size_t length = v6 ? 16 : 4;
    ByteArray<16> address{};
    std::copy_n(address_and_port.begin(), length, address.begin());
    const std::uint16_t port = port_at(address_and_port.subspan(length));
    return v6 ? Endpoint::v6(address, port) : Endpoint::v4({address[0], address[1], address[2], address[3]}, port);
}

void write_port(Bytes& out, std::uint16_t port) { Field<std::uint16_t>::write(out, port); }

}  // namespace

PackedFault read_packed(ByteView& in, PackedNode& node) {
    if (in.empty()) return PackedFault::short_input;
    const Byte family = in[0] & static_cast<Byte>(~tcp_bit);
    if (family != family_v4 && family != family_v6) return PackedFault::unknown_family;
    const std::size_t size = family == family_v6 ? 1 + 16 + 2 + 32 : 1 + 4 + 2 + 32;
    if (in.size() < size) return PackedFault::short_input;
    node.transport = (in[0] & tcp_bit) != 0 ? Transport::tcp : Transport::udp;
    node.node.endpoint = endpoint_at(in.subspan(1), family == family_v6);
    const auto key = DhtKey::from(in.subspan(size - 32, 32));
    in = in.subspan(size);
    if (!key) return PackedFault::bad_key;
    node.node.key = *key;
    return PackedFault::none;
}

void write_packed(Bytes& out, const PackedNode& packed) {
    const Endpoint& endpoint = packed.node.endpoint;
    const Byte family = endpoint.is_v4() ? family_v4 : family_v6;
    out.push_back(packed.transport == Transport::tcp ? family | tcp_bit : family);
    append(out, endpoint.address_bytes());
    write_port(out, endpoint.port);
    append(out, packed.node.key.raw());
}

bool read_counted(ByteView& in, std::vector<Node>& nodes, std::size_t most) {
    const std::size_t count = in.front();
    in = in.subspan(1);
    if (count > most) return false;
    for (std::size_t i = 0; i < count; ++i) {
        PackedNode packed;
        const PackedFault fault = read_packed(in, packed);
        if (fault == PackedFault::bad_key) continue;
        if (fault != PackedFault::none || packed.transport != Transport::udp) return false;
        if (packed.node.endpoint.is_usable()) nodes.push_back(packed.node);
    }
    return true;
}

bool read_rest(ByteView in, std::vector<PackedNode>& nodes, std::size_t most) {
    for (std::size_t count = 0; !in.empty(); ++count) {
        if (count == most) return false;
        PackedNode packed;
        const PackedFault fault = read_packed(in, packed);
        if (fault == PackedFault::unknown_family) return true;
        if (fault == PackedFault::short_input) return false;
        if (fault == PackedFault::none && packed.node.endpoint.is_usable()) nodes.push_back(packed);
    }
    return true;
}

bool Field<OnionEndpoint>::read(ByteView& in, OnionEndpoint& value, std::size_t) {
    const ByteView mine = in.first(least);
    in = in.subspan(least);
    if (mine[0] != family_v4 && mine[0] != family_v6) return false;
    const bool v6 = mine[0] == family_v6;
    ByteArray<16> address{};
    std::copy_n(mine.begin() + 1, v6 ? 16 : 4, address.begin());
    const std::uint16_t port = port_at(mine.subspan(17));
    value.endpoint =
        v6 ? Endpoint::v6(address, port) : Endpoint::v4({address[0], address[1], address[2], address[3]}, port);
    return true;
}

void Field<OnionEndpoint>::write(Bytes& out, const OnionEndpoint& value) {
    out.push_back(value.endpoint.is_v4() ? family_v4 : family_v6);
    append(out, value.endpoint.address);  // the bytes after a v4 address are zero (trap 10)
    write_port(out, value.endpoint.port);
}

}  // namespace tox::wire
