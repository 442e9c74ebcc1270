// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/data_packets.hpp"

namespace tox {

Bytes seal_data(const LongTermKeyPair& identity, const DataAddress& to, ByteView content) {
    const OnionKeyPair ephemeral = OnionKeyPair::generate();
    const auto inner = precompute(to.contact, identity.secret);
    const auto outer = precompute(to.data_key, ephemeral.secret);
    if (!inner || !outer) return {};
    const Nonce nonce = Nonce::random();
    const wire::DataPayload payload{identity.public_key, {sealed(*inner, nonce, content)}};
    const wire::DataRequest request{
        to.contact.raw(), nonce, ephemeral.public_key, {sealed(*outer, nonce, wire::serialise(payload))}};
    return wire::serialise(request);
}

std::optional<ReceivedData> open_data(const LongTermKeyPair& identity, const OnionKeyPair& data_keys,
                                      ByteView datagram) {
    if (datagram.size() < wire::least_data_response || datagram.size() > wire::max_data_response) return std::nullopt;
    const auto packet = wire::parse<wire::DataResponse>(datagram);
    const auto outer = packet ? precompute(packet->ephemeral, data_keys.secret) : std::nullopt;
    const auto plain = outer ? open(*outer, packet->nonce, packet->box.bytes) : std::nullopt;
    const auto payload = plain ? wire::parse<wire::DataPayload>(*plain) : std::nullopt;
    if (!payload || payload->sender == identity.public_key) return std::nullopt;
    const auto inner = precompute(payload->sender, identity.secret);
    auto content = inner ? open(*inner, packet->nonce, payload->box.bytes) : std::nullopt;
    if (!content) return std::nullopt;
    return ReceivedData{payload->sender, std::move(*content)};
}

}  // namespace tox
