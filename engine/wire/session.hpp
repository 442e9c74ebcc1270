// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the session layer (spec: Net crypto). Knows their shape only; numbers, windows and keys are the session's.
#pragma once

#include "engine/wire/codec.hpp"

namespace tox::wire {

struct Cookie {  // opaque to everybody but its maker
    ByteArray<112> bytes{};
    static constexpr auto fields() { return std::tuple{&Cookie::bytes}; }
    bool operator==(const Cookie&) const = default;
};
static_assert(size_of<Cookie> == 112);

// What our own cookies hold (spec: cookie; the time is read by nobody else).
struct CookieContent {
    std::uint64_t made_at = 0;  // microseconds of the monotonic clock
    LongTermKey long_term;
    DhtKey dht;
    static constexpr auto fields() {
        using P = CookieContent;
        return std::tuple{&P::made_at, &P::long_term, &P::dht};
    }
    bool operator==(const CookieContent&) const = default;
};
struct SealedCookie {
    Nonce nonce;
    Sealed<CookieContent> content;
    static constexpr auto fields() { return std::tuple{&SealedCookie::nonce, &SealedCookie::content}; }
    bool operator==(const SealedCookie&) const = default;
};
static_assert(size_of<SealedCookie> == size_of<Cookie>);

struct CookieRequestBody {
    LongTermKey sender;
    Zeros<32> padding;  // keeps the question nearly as long as its answer
    std::uint64_t echo = 0;
    static constexpr auto fields() {
        using P = CookieRequestBody;
        return std::tuple{&P::sender, &P::padding, &P::echo};
    }
    bool operator==(const CookieRequestBody&) const = default;
};
struct CookieRequest {
    static constexpr Byte kind = 0x18;
    DhtKey sender;
    Nonce nonce;
    Sealed<CookieRequestBody> body;
    static constexpr auto fields() {
        using P = CookieRequest;
        return std::tuple{&P::sender, &P::nonce, &P::body};
    }
    bool operator==(const CookieRequest&) const = default;
};
static_assert(size_of<CookieRequest> == 145);

struct CookieResponseBody {
    Cookie cookie;
    std::uint64_t echo = 0;
    static constexpr auto fields() { return std::tuple{&CookieResponseBody::cookie, &CookieResponseBody::echo}; }
    bool operator==(const CookieResponseBody&) const = default;
};
struct CookieResponse {
    static constexpr Byte kind = 0x19;
    Nonce nonce;
    Sealed<CookieResponseBody> body;
    static constexpr auto fields() { return std::tuple{&CookieResponse::nonce, &CookieResponse::body}; }
    bool operator==(const CookieResponse&) const = default;
};
static_assert(size_of<CookieResponse> == 161);

struct HandshakeBody {
    Nonce base_nonce;  // with which the sender of this packet encrypts (trap T1)
    SessionKey session_key;
    ByteArray<64> cookie_hash{};
    Cookie cookie_for_receiver;
    static constexpr auto fields() {
        using P = HandshakeBody;
        return std::tuple{&P::base_nonce, &P::session_key, &P::cookie_hash, &P::cookie_for_receiver};
    }
    bool operator==(const HandshakeBody&) const = default;
};
struct HandshakePacket {
    static constexpr Byte kind = 0x1a;
    Cookie cookie;
    Nonce nonce;
    Sealed<HandshakeBody> body;
    static constexpr auto fields() {
        using P = HandshakePacket;
        return std::tuple{&P::cookie, &P::nonce, &P::body};
    }
    bool operator==(const HandshakePacket&) const = default;
};
static_assert(size_of<HandshakePacket> == 385);

// ---- data packets (0x1b): read in place and written into buffers that are used again ----------------------------

inline constexpr std::size_t largest_data_packet = 1400;  // spec: MAX_CRYPTO_PACKET_SIZE
inline constexpr std::size_t largest_payload = 1373;      // spec: MAX_CRYPTO_DATA_SIZE, the kind byte included
inline constexpr std::size_t padding_modulus = 8;         // spec: CRYPTO_MAX_PADDING

struct DataHeader {
    static constexpr Byte kind = 0x1b;
    std::uint16_t nonce_tail = 0;  // the last two bytes of the nonce
    static constexpr auto fields() { return std::tuple{&DataHeader::nonce_tail}; }
    bool operator==(const DataHeader&) const = default;
};
struct ContentHeader {
    std::uint32_t buffer_start = 0;  // the lowest number the sender has not received
    std::uint32_t number = 0;        // of a lossless packet; otherwise the number the next new one will have
    static constexpr auto fields() { return std::tuple{&ContentHeader::buffer_start, &ContentHeader::number}; }
    bool operator==(const ContentHeader&) const = default;
};
static_assert(size_of<DataHeader> + mac_size + size_of<ContentHeader> + largest_payload == largest_data_packet);

struct DataEnvelope {
    DataHeader header;
    ByteView box;  // into the datagram
};
std::optional<DataEnvelope> read_envelope(ByteView datagram);

struct DataContent {
    ContentHeader header;
    ByteView payload;  // kind byte first, never zero; into the plaintext
};
std::optional<DataContent> read_content(ByteView plain);

// Replaces `out`; the padding in front of the payload is what every sender uses (trap T5).
void write_content(Bytes& out, const DataContent& content);

// Kinds of payload (spec: Net crypto, packet ids).
namespace payload_kind {
inline constexpr Byte request = 1;
inline constexpr Byte kill = 2;
inline constexpr Byte first_lossless = 16;
inline constexpr Byte last_lossless = 191;
inline constexpr Byte first_lossy = 192;
inline constexpr Byte last_lossy = 254;
}  // namespace payload_kind

constexpr bool is_lossless(Byte kind) {
    return kind >= payload_kind::first_lossless && kind <= payload_kind::last_lossless;
}
constexpr bool is_lossy(Byte kind) { return kind >= payload_kind::first_lossy && kind <= payload_kind::last_lossy; }

}  // namespace tox::wire
