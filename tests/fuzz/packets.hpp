// SPDX-License-Identifier: GPL-3.0-or-later
// Every packet that is declared with the codec, in one list: what is fuzzed follows from it.
#pragma once

#include <cstdlib>
#include <tuple>

#include "engine/wire/contact.hpp"
#include "engine/wire/dht.hpp"
#include "engine/wire/messenger.hpp"
#include "engine/wire/offers.hpp"
#include "engine/wire/onion.hpp"
#include "engine/wire/relay.hpp"
#include "engine/wire/session.hpp"

namespace tox::fuzz {

using AllPackets = std::tuple<
    wire::PingRequest, wire::PingResponse, wire::NodesRequest, wire::NodesResponse, wire::NodesRequestBody,
    wire::NodesResponseBody, wire::DhtRequest, wire::NatPing, wire::LanDiscovery, wire::InfoRequest, wire::InfoResponse,
    wire::ReturnBody, wire::ReturnData, wire::OnionInnermost, wire::OnionSecond, wire::OnionFirst, wire::OnionRequest0,
    wire::RelayedOnion, wire::OnionRequest1, wire::OnionRequest2, wire::OnionResponse1, wire::OnionResponse2,
    wire::OnionResponse3, wire::AnnounceBody, wire::AnnounceRequest, wire::WithReturn<wire::AnnounceRequest>,
    wire::AnnounceAnswer, wire::NewAnnounceAnswer, wire::AnnounceResponse, wire::NewAnnounceResponse, wire::DataPayload,
    wire::DataRequest, wire::WithReturn<wire::DataRequest>, wire::DataResponse, wire::Cookie, wire::CookieContent,
    wire::SealedCookie, wire::CookieRequestBody, wire::CookieRequest, wire::CookieResponseBody, wire::CookieResponse,
    wire::HandshakeBody, wire::HandshakePacket, wire::DataHeader, wire::ContentHeader, wire::Online, wire::Offline,
    wire::Nickname, wire::StatusMessage, wire::Status, wire::Typing, wire::Text, wire::Action, wire::FileOffer,
    wire::FileControl, wire::CallSignal, wire::GroupPacket, wire::ConferenceInvitation, wire::DhtKeyPacket,
    wire::RoutedDhtKey, wire::ShareRelays, wire::FriendRequest, wire::Alive, wire::StreamSecrets, wire::RelayHello,
    wire::RelayWelcome, wire::FrameHead, wire::RoutingRequest, wire::RoutingResponse, wire::ConnectNotification,
    wire::DisconnectNotification, wire::RelayPing, wire::RelayPong, wire::OutOfBandSend, wire::OutOfBandReceived,
    wire::OnionRequestFrame, wire::OnionResponseFrame, wire::ForwardRequestFrame, wire::ForwardingFrame>;

// What was parsed can be written, and what was written is read back as the same. True if the input was such a packet.
template <wire::Packet P>
bool round_trip(ByteView in) {
    const auto parsed = wire::parse<P>(in);
    if (!parsed) return false;
    const Bytes written = wire::serialise(*parsed);
    const auto again = wire::parse<P>(written);
    if (!again || !(*again == *parsed)) std::abort();
    if (!wire::is_open<P> && (in.size() != wire::size_of<P> || written.size() != in.size())) std::abort();
    return true;
}

struct PacketType {
    bool (*round_trip)(ByteView);
    std::size_t least;
    bool open;
    int kind;  // -1: does not begin with one
};

template <wire::Packet P>
constexpr int kind_of() {
    if constexpr (wire::Kinded<P>) return P::kind;
    return -1;
}

template <std::size_t... I>
constexpr auto list_types(std::index_sequence<I...>) {
    return std::array<PacketType, sizeof...(I)>{PacketType{
        &round_trip<std::tuple_element_t<I, AllPackets>>, wire::size_of<std::tuple_element_t<I, AllPackets>>,
        wire::is_open<std::tuple_element_t<I, AllPackets>>, kind_of<std::tuple_element_t<I, AllPackets>>()}...};
}
inline constexpr auto packet_types = list_types(std::make_index_sequence<std::tuple_size_v<AllPackets>>());

}  // namespace tox::fuzz
