// SPDX-License-Identifier: GPL-3.0-or-later
// What a TCP relay and its clients tell each other (spec: TCP server, TCP client). Behind the hellos every packet
// travels in a frame: two bytes of length, and a box.
#pragma once

#include "engine/wire/codec.hpp"

namespace tox::wire {

// ---- hellos ------------------------------------------------------------------------------------------------------

struct StreamSecrets {  // of one direction of one connection
    SessionKey key;
    Nonce base_nonce;
    static constexpr auto fields() { return std::tuple{&StreamSecrets::key, &StreamSecrets::base_nonce}; }
    bool operator==(const StreamSecrets&) const = default;
};

struct RelayHello {  // client to relay, first
    DhtKey sender;
    Nonce nonce;
    Sealed<StreamSecrets> body;
    static constexpr auto fields() {
        using P = RelayHello;
        return std::tuple{&P::sender, &P::nonce, &P::body};
    }
    bool operator==(const RelayHello&) const = default;
};
static_assert(size_of<RelayHello> == 128);

struct RelayWelcome {  // relay to client, first
    Nonce nonce;
    Sealed<StreamSecrets> body;
    static constexpr auto fields() { return std::tuple{&RelayWelcome::nonce, &RelayWelcome::body}; }
    bool operator==(const RelayWelcome&) const = default;
};
static_assert(size_of<RelayWelcome> == 96);

// ---- frames ------------------------------------------------------------------------------------------------------

struct FrameHead {
    std::uint16_t size = 0;  // of the box that follows
    static constexpr auto fields() { return std::tuple{&FrameHead::size}; }
    bool operator==(const FrameHead&) const = default;
};
inline constexpr std::size_t most_frame_box = 2048;                   // spec: MAX_PACKET_SIZE
inline constexpr std::size_t most_frame = most_frame_box - mac_size;  // plaintext
inline constexpr std::size_t most_frame_on_wire = most_frame_box + size_of<FrameHead>;

struct RoutingRequest {  // client: I want a link to that peer
    static constexpr Byte kind = 0;
    DhtKey peer;
    static constexpr auto fields() { return std::tuple{&RoutingRequest::peer}; }
    bool operator==(const RoutingRequest&) const = default;
};
static_assert(size_of<RoutingRequest> == 33);

struct RoutingResponse {  // relay: the slot for that peer; 0: refused
    static constexpr Byte kind = 1;
    Byte slot = 0;
    DhtKey peer;
    static constexpr auto fields() { return std::tuple{&RoutingResponse::slot, &RoutingResponse::peer}; }
    bool operator==(const RoutingResponse&) const = default;
};
static_assert(size_of<RoutingResponse> == 34);

struct ConnectNotification {  // relay: both have asked for each other
    static constexpr Byte kind = 2;
    Byte slot = 0;
    static constexpr auto fields() { return std::tuple{&ConnectNotification::slot}; }
    bool operator==(const ConnectNotification&) const = default;
};
static_assert(size_of<ConnectNotification> == 2);

struct DisconnectNotification {  // client: free the slot. Relay: the peer is gone, the slot stays
    static constexpr Byte kind = 3;
    Byte slot = 0;
    static constexpr auto fields() { return std::tuple{&DisconnectNotification::slot}; }
    bool operator==(const DisconnectNotification&) const = default;
};
static_assert(size_of<DisconnectNotification> == 2);

struct RelayPing {
    static constexpr Byte kind = 4;
    std::uint64_t id = 0;  // never 0
    static constexpr auto fields() { return std::tuple{&RelayPing::id}; }
    bool operator==(const RelayPing&) const = default;
};
static_assert(size_of<RelayPing> == 9);

struct RelayPong {
    static constexpr Byte kind = 5;
    std::uint64_t id = 0;
    static constexpr auto fields() { return std::tuple{&RelayPong::id}; }
    bool operator==(const RelayPong&) const = default;
};
static_assert(size_of<RelayPong> == 9);

inline constexpr std::size_t most_out_of_band = 1024;  // spec: TCP_MAX_OOB_DATA_LENGTH

struct OutOfBandSend {  // client: to whoever holds that key, if connected here
    static constexpr Byte kind = 6;
    DhtKey peer;
    Rest<1> data;
    static constexpr auto fields() { return std::tuple{&OutOfBandSend::peer, &OutOfBandSend::data}; }
    bool operator==(const OutOfBandSend&) const = default;
};
static_assert(size_of<OutOfBandSend> == 34);

struct OutOfBandReceived {
    static constexpr Byte kind = 7;
    DhtKey peer;
    Rest<1> data;
    static constexpr auto fields() { return std::tuple{&OutOfBandReceived::peer, &OutOfBandReceived::data}; }
    bool operator==(const OutOfBandReceived&) const = default;
};
static_assert(size_of<OutOfBandReceived> == 34);

struct OnionRequestFrame {  // client: the relay is the first hop
    static constexpr Byte kind = 8;
    Rest<160 - 1> request;  // spec: longer than 1 + 24 + 134
    static constexpr auto fields() { return std::tuple{&OnionRequestFrame::request}; }
    bool operator==(const OnionRequestFrame&) const = default;
};
static_assert(size_of<OnionRequestFrame> == 160);

struct OnionResponseFrame {
    static constexpr Byte kind = 9;
    Rest<1> response;
    static constexpr auto fields() { return std::tuple{&OnionResponseFrame::response}; }
    bool operator==(const OnionResponseFrame&) const = default;
};
static_assert(size_of<OnionResponseFrame> == 2);

// DHT forwarding, new in c-toxcore 0.2.13: declared so that both are known for what they are; nobody here asks for it.
struct ForwardRequestFrame {  // client: to that packed address (7 or 19 bytes), at least a byte
    static constexpr Byte kind = 10;
    Rest<7 + 1> request;
    static constexpr auto fields() { return std::tuple{&ForwardRequestFrame::request}; }
    bool operator==(const ForwardRequestFrame&) const = default;
};
static_assert(size_of<ForwardRequestFrame> == 9);

struct ForwardingFrame {  // relay: what came back
    static constexpr Byte kind = 11;
    Rest<1> data;
    static constexpr auto fields() { return std::tuple{&ForwardingFrame::data}; }
    bool operator==(const ForwardingFrame&) const = default;
};
static_assert(size_of<ForwardingFrame> == 2);

// ---- data: the first byte is the slot, no kind stands before it; read in place -----------------------------------

inline constexpr Byte first_slot = 16;
inline constexpr std::size_t slots = 240;
inline constexpr std::size_t most_link_data = most_frame - 1;
constexpr bool is_slot(Byte kind) { return kind >= first_slot; }
static_assert(first_slot + slots == 256);

struct LinkData {
    Byte slot = 0;
    ByteView data;  // into the frame; empty ones are allowed, and mean nothing
};
constexpr std::optional<LinkData> read_link_data(ByteView frame) {
    if (frame.empty() || !is_slot(frame.front())) return std::nullopt;
    return LinkData{frame.front(), frame.subspan(1)};
}
inline void write_link_data(Bytes& out, const LinkData& packet) {  // replaces `out`
    out.assign(1, packet.slot);
    append(out, packet.data);
}

}  // namespace tox::wire
