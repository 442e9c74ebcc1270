// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the onion (spec: Onion): layers of requests and responses, announcements, data packets. What data packets
// say is declared elsewhere; here their content is opaque.
#pragma once

#include "engine/wire/nodes.hpp"

namespace tox::wire {

inline constexpr std::size_t max_onion_packet = 1400;    // spec: Onion; longer ones are dropped by every relay
inline constexpr std::size_t max_onion_request = 1174;   // what fits into three layers of requests
inline constexpr std::size_t max_onion_response = 1222;  // what fits into three layers of responses

// Kinds that may travel inside the onion, and nothing else (R15).
constexpr bool is_onion_request(Byte kind) { return kind == 0x83 || kind == 0x85 || kind == 0x87; }
constexpr bool is_onion_response(Byte kind) { return kind == 0x84 || kind == 0x86 || kind == 0x88; }

// ---- return data: sealed by each relay for itself, nested

struct ReturnBody {
    OnionEndpoint back;
    Rest<> before;  // return data of the relays before this one
    static constexpr auto fields() { return std::tuple{&ReturnBody::back, &ReturnBody::before}; }
    bool operator==(const ReturnBody&) const = default;
};

struct ReturnData {
    Nonce nonce;
    Sealed<ReturnBody> body;
    static constexpr auto fields() { return std::tuple{&ReturnData::nonce, &ReturnData::body}; }
    bool operator==(const ReturnData&) const = default;
};

inline constexpr std::size_t return_layer = size_of<ReturnData>;
static_assert(return_layer == 59);
using Return1 = ByteArray<return_layer>;
using Return2 = ByteArray<2 * return_layer>;
using Return3 = ByteArray<3 * return_layer>;

// ---- requests, from the inside out

struct OnionInnermost {  // what the last relay opens
    OnionEndpoint to;
    Rest<1> inner;
    static constexpr auto fields() { return std::tuple{&OnionInnermost::to, &OnionInnermost::inner}; }
    bool operator==(const OnionInnermost&) const = default;
};

struct OnionSecond {  // what the second relay opens
    OnionEndpoint to;
    OnionKey key;  // opens the box together with the next relay's key
    Sealed<OnionInnermost> box;
    static constexpr auto fields() { return std::tuple{&OnionSecond::to, &OnionSecond::key, &OnionSecond::box}; }
    bool operator==(const OnionSecond&) const = default;
};

struct OnionFirst {  // what the first relay opens
    OnionEndpoint to;
    OnionKey key;
    Sealed<OnionSecond> box;
    static constexpr auto fields() { return std::tuple{&OnionFirst::to, &OnionFirst::key, &OnionFirst::box}; }
    bool operator==(const OnionFirst&) const = default;
};

struct RelayedOnion {  // content of a TCP relay's onion request: the relay is the first hop and knows who asks
    Nonce nonce;
    OnionEndpoint to;
    OnionKey key;
    Sealed<OnionSecond> box;
    static constexpr auto fields() {
        return std::tuple{&RelayedOnion::nonce, &RelayedOnion::to, &RelayedOnion::key, &RelayedOnion::box};
    }
    bool operator==(const RelayedOnion&) const = default;
};

struct OnionRequest0 {  // we to the first relay; one nonce serves all layers (trap 11)
    static constexpr Byte kind = 0x80;
    Nonce nonce;
    DhtKey sender;
    Sealed<OnionFirst> box;
    static constexpr auto fields() {
        return std::tuple{&OnionRequest0::nonce, &OnionRequest0::sender, &OnionRequest0::box};
    }
    bool operator==(const OnionRequest0&) const = default;
};
static_assert(size_of<OnionRequest0> == 226 + 1);

struct OnionRequest1 {
    static constexpr Byte kind = 0x81;
    Nonce nonce;
    OnionKey key;
    Sealed<OnionSecond> box;
    Return1 back;
    static constexpr auto fields() {
        using P = OnionRequest1;
        return std::tuple{&P::nonce, &P::key, &P::box, &P::back};
    }
    bool operator==(const OnionRequest1&) const = default;
};
static_assert(size_of<OnionRequest1> == 218 + 1);

struct OnionRequest2 {
    static constexpr Byte kind = 0x82;
    Nonce nonce;
    OnionKey key;
    Sealed<OnionInnermost> box;
    Return2 back;
    static constexpr auto fields() {
        using P = OnionRequest2;
        return std::tuple{&P::nonce, &P::key, &P::box, &P::back};
    }
    bool operator==(const OnionRequest2&) const = default;
};
static_assert(size_of<OnionRequest2> == 210 + 1);

// ---- responses

template <Byte Kind, std::size_t Layers>
struct OnionResponse {
    static constexpr Byte kind = Kind;
    ByteArray<Layers * return_layer> back{};
    Rest<1> payload;
    static constexpr auto fields() { return std::tuple{&OnionResponse::back, &OnionResponse::payload}; }
    bool operator==(const OnionResponse&) const = default;
};
using OnionResponse3 = OnionResponse<0x8c, 3>;
using OnionResponse2 = OnionResponse<0x8d, 2>;
using OnionResponse1 = OnionResponse<0x8e, 1>;
static_assert(size_of<OnionResponse3> == 178 + 1 && size_of<OnionResponse2> == 119 + 1 &&
              size_of<OnionResponse1> == 60 + 1);

// What a relay hands to the node at the end: the request as it is, the return data after it.
template <Packet P>
struct WithReturn {
    P packet;
    Return3 back{};
    static constexpr auto fields() { return std::tuple{&WithReturn::packet, &WithReturn::back}; }
    bool operator==(const WithReturn&) const = default;
};

// ---- announcements

using PingId = ByteArray<32>;   // opaque; zero for none
using Sendback = ByteArray<8>;  // opaque to the node

struct AnnounceBody {
    PingId ping_id{};
    RawKey searched{};
    RawKey data_key{};  // zero when searching
    Sendback sendback{};
    static constexpr auto fields() {
        using P = AnnounceBody;
        return std::tuple{&P::ping_id, &P::searched, &P::data_key, &P::sendback};
    }
    bool operator==(const AnnounceBody&) const = default;
};

template <Byte Kind>
struct AnnounceRequestOf {
    static constexpr Byte kind = Kind;
    Nonce nonce;
    RawKey requester{};  // a long-term key announcing itself, or a search key
    Sealed<AnnounceBody> body;
    static constexpr auto fields() {
        using P = AnnounceRequestOf;
        return std::tuple{&P::nonce, &P::requester, &P::body};
    }
    bool operator==(const AnnounceRequestOf&) const = default;
};
using AnnounceRequest = AnnounceRequestOf<0x83>;
using NewAnnounceRequest = AnnounceRequestOf<0x87>;  // groups; friends are never sought by it (trap 14)
static_assert(size_of<AnnounceRequest> == 177 && size_of<WithReturn<AnnounceRequest>> == 354);

enum class Stored : Byte { no, by_another, by_requester };  // the 32 bytes are a ping id, a data key, a ping id

inline constexpr std::size_t nodes_per_answer = 4;

struct AnnounceAnswer {
    Byte stored = 0;
    RawKey key_or_ping_id{};
    RestNodes<nodes_per_answer> nodes;
    static constexpr auto fields() {
        using P = AnnounceAnswer;
        return std::tuple{&P::stored, &P::key_or_ping_id, &P::nodes};
    }
    bool operator==(const AnnounceAnswer&) const = default;
};

struct NewAnnounceAnswer {  // has a count byte where the old one has none (trap 5)
    Byte stored = 0;
    RawKey key_or_ping_id{};
    CountedNodes<nodes_per_answer> nodes;
    Rest<> groups;  // not looked at
    static constexpr auto fields() {
        using P = NewAnnounceAnswer;
        return std::tuple{&P::stored, &P::key_or_ping_id, &P::nodes, &P::groups};
    }
    bool operator==(const NewAnnounceAnswer&) const = default;
};

template <Byte Kind, Packet Answer>
struct AnnounceResponseOf {
    static constexpr Byte kind = Kind;
    using Body = Answer;
    Sendback sendback{};
    Nonce nonce;
    Sealed<Answer> answer;
    static constexpr auto fields() {
        using P = AnnounceResponseOf;
        return std::tuple{&P::sendback, &P::nonce, &P::answer};
    }
    bool operator==(const AnnounceResponseOf&) const = default;
};
using AnnounceResponse = AnnounceResponseOf<0x84, AnnounceAnswer>;
using NewAnnounceResponse = AnnounceResponseOf<0x88, NewAnnounceAnswer>;
static_assert(size_of<AnnounceResponse> == 82 && size_of<NewAnnounceResponse> == 83);

// ---- data packets

struct DataPayload {
    LongTermKey sender;
    Rest<mac_size + 1> box;  // to the receiver's long-term key, with the nonce of the packet around it (trap 18)
    static constexpr auto fields() { return std::tuple{&DataPayload::sender, &DataPayload::box}; }
    bool operator==(const DataPayload&) const = default;
};

struct DataRequest {
    static constexpr Byte kind = 0x85;
    RawKey destination{};
    Nonce nonce;
    OnionKey ephemeral;
    Rest<mac_size + 1> box;  // around a DataPayload; opaque to the node that routes it
    static constexpr auto fields() {
        using P = DataRequest;
        return std::tuple{&P::destination, &P::nonce, &P::ephemeral, &P::box};
    }
    bool operator==(const DataRequest&) const = default;
};
static_assert(size_of<WithReturn<DataRequest>> == 282 + 1);

struct DataResponse {
    static constexpr Byte kind = 0x86;
    Nonce nonce;
    OnionKey ephemeral;
    Rest<mac_size + 1> box;
    static constexpr auto fields() {
        using P = DataResponse;
        return std::tuple{&P::nonce, &P::ephemeral, &P::box};
    }
    bool operator==(const DataResponse&) const = default;
};
static_assert(size_of<DataResponse> == 73 + 1);

// What receivers accept of a data response (notes 6.5).
inline constexpr std::size_t least_data_response = size_of<DataResponse> - 1 + size_of<DataPayload>;
inline constexpr std::size_t max_data_response = 1069;
static_assert(least_data_response == 121 + 1);

}  // namespace tox::wire
