// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/path.hpp"

namespace tox {

std::optional<OnionPath> OnionPath::make(const Hops& hops, const DhtKeyPair& self) {
    const OnionKeyPair second = OnionKeyPair::generate();
    const OnionKeyPair third = OnionKeyPair::generate();
    const std::array<const SecretKey*, 3> secrets{&self.secret, &second.secret, &third.secret};
    OnionPath path;
    for (std::size_t i = 0; i < hops.size(); ++i) {
        auto shared = precompute(hops[i].key, *secrets[i]);
        if (!shared) return std::nullopt;
        path.shared_[i] = std::move(*shared);
    }
    path.hops_ = hops;
    path.sender_ = self.public_key;
    path.second_key_ = second.public_key;
    path.third_key_ = third.public_key;
    return path;
}

bool OnionPath::leads_through(const Node& node) const {
    return std::any_of(hops_.begin(), hops_.end(), [&](const Node& hop) { return same_place(hop, node); });
}

bool OnionPath::distinct() const {
    return hops_[0].key != hops_[1].key && hops_[1].key != hops_[2].key && hops_[0].key != hops_[2].key;
}

Bytes OnionPath::wrap(const Endpoint& to, ByteView inner) const {
    const Nonce nonce = Nonce::random();
    const wire::OnionInnermost third{{to}, {Bytes(inner.begin(), inner.end())}};
    const wire::OnionSecond second{
        {hops_[2].endpoint}, third_key_, wire::Sealed<wire::OnionInnermost>::of(shared_[2], nonce, third)};
    const wire::OnionFirst first{
        {hops_[1].endpoint}, second_key_, wire::Sealed<wire::OnionSecond>::of(shared_[1], nonce, second)};
    if (begins_at_relay()) return wire::serialise(wire::RelayedOnion{nonce, first.to, first.key, first.box});
    return wire::serialise(
        wire::OnionRequest0{nonce, sender_, wire::Sealed<wire::OnionFirst>::of(shared_[0], nonce, first)});
}

}  // namespace tox
