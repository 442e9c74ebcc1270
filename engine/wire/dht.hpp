// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the DHT (spec: DHT; notes 4, 5). Knows the shapes only: what they mean is engine/dht's business.
#pragma once

#include "engine/wire/nodes.hpp"

namespace tox::wire {

// spec: DHT Packet. Ping, nodes request and nodes response share this frame (notes 4.1).
template <Byte Kind, Packet Body>
struct DhtFrame {
    static constexpr Byte kind = Kind;
    DhtKey sender;
    Nonce nonce;
    Sealed<Body> body;
    static constexpr auto fields() { return std::tuple{&DhtFrame::sender, &DhtFrame::nonce, &DhtFrame::body}; }
    bool operator==(const DhtFrame&) const = default;
};

// The inner kind repeats the outer one: both directions use the same key, so else a request would be a valid response
// (trap 8).
template <Byte Kind>
struct PingBody {
    static constexpr Byte kind = Kind;
    std::uint64_t id = 0;  // opaque, echoed
    static constexpr auto fields() { return std::tuple{&PingBody::id}; }
    bool operator==(const PingBody&) const = default;
};
using PingRequest = DhtFrame<0x00, PingBody<0x00>>;
using PingResponse = DhtFrame<0x01, PingBody<0x01>>;
static_assert(size_of<PingRequest> == 82 && size_of<PingResponse> == 82);  // notes 13.7

struct NodesRequestBody {
    RawKey wanted{};
    std::uint64_t id = 0;  // opaque, echoed
    static constexpr auto fields() { return std::tuple{&NodesRequestBody::wanted, &NodesRequestBody::id}; }
    bool operator==(const NodesRequestBody&) const = default;
};
using NodesRequest = DhtFrame<0x02, NodesRequestBody>;
static_assert(size_of<NodesRequest> == 113);  // notes 13.7

inline constexpr std::size_t most_nodes_named = 4;  // spec: nodes response, at most 4 packed nodes

struct NodesResponseBody {
    CountedNodes<most_nodes_named> named;
    std::uint64_t id = 0;
    static constexpr auto fields() { return std::tuple{&NodesResponseBody::named, &NodesResponseBody::id}; }
    bool operator==(const NodesResponseBody&) const = default;
};
using NodesResponse = DhtFrame<0x04, NodesResponseBody>;
static_assert(size_of<NodesResponse> == 82);  // with no nodes; 39 more for each v4 node, 51 for v6 (notes 13.7)

// spec: DHT Request Packets. The box holds a kind byte and data, and goes unaltered from router to receiver.
struct DhtRequest {
    static constexpr Byte kind = 0x20;
    DhtKey receiver;
    DhtKey sender;
    Nonce nonce;
    Rest<mac_size + 1> box;
    static constexpr auto fields() {
        using P = DhtRequest;
        return std::tuple{&P::receiver, &P::sender, &P::nonce, &P::box};
    }
    bool operator==(const DhtRequest&) const = default;
};
static_assert(size_of<DhtRequest> == 106);
inline constexpr std::size_t most_dht_request = 1024;  // what an addressee accepts (notes 4.7)
inline constexpr std::size_t most_routed = 1040;       // what a router passes on (notes 4.7)

// spec: NAT ping packet, inside a DHT request.
struct NatPing {
    static constexpr Byte kind = 0xfe;
    static constexpr Byte request = 0;
    static constexpr Byte response = 1;
    Byte direction = request;
    std::uint64_t id = 0;
    static constexpr auto fields() { return std::tuple{&NatPing::direction, &NatPing::id}; }
    bool operator==(const NatPing&) const = default;
};
static_assert(size_of<DhtRequest> - 1 + size_of<NatPing> == 115);  // notes 13.7; the kind is counted in both

struct LanDiscovery {  // spec: LAN discovery
    static constexpr Byte kind = 0x21;
    DhtKey sender;
    static constexpr auto fields() { return std::tuple{&LanDiscovery::sender}; }
    bool operator==(const LanDiscovery&) const = default;
};
static_assert(size_of<LanDiscovery> == 33);

struct InfoRequest {  // spec: Bootstrap node info packet; the padding keeps the answer from being an amplifier
    static constexpr Byte kind = 0xf0;
    Zeros<77> padding;
    static constexpr auto fields() { return std::tuple{&InfoRequest::padding}; }
    bool operator==(const InfoRequest&) const = default;
};
static_assert(size_of<InfoRequest> == 78);

struct InfoResponse {
    static constexpr Byte kind = 0xf0;
    std::uint32_t version = 0;
    Rest<> motd;  // with a NUL at its end, at most 256 bytes (notes 4.10)
    static constexpr auto fields() { return std::tuple{&InfoResponse::version, &InfoResponse::motd}; }
    bool operator==(const InfoResponse&) const = default;
};
static_assert(size_of<InfoResponse> == 5);
inline constexpr std::size_t most_motd = 256;

}  // namespace tox::wire
