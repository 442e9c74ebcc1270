// SPDX-License-Identifier: GPL-3.0-or-later
// A path through three relays, and the wrapping of what travels over it (spec: Onion). Knows nothing of how good it is.
#pragma once

#include <array>

#include "engine/wire/onion.hpp"

namespace tox {

using Hops = std::array<Node, 3>;

// The same key or the same address: one node, whatever it calls itself.
inline bool same_place(const Node& a, const Node& b) {
    return a.key == b.key || (a.endpoint.is_usable() && a.endpoint == b.endpoint);
}

class OnionPath {
  public:
    // Key pairs for the inner layers are made here and live as long as the path. Nothing if a hop's key is no key.
    static std::optional<OnionPath> make(const Hops& hops, const DhtKeyPair& self);

    const Hops& hops() const { return hops_; }
    bool leads_through(const Node& node) const;
    bool distinct() const;
    bool begins_at_relay() const { return !hops_[0].endpoint.is_usable(); }
    // The datagram for the first hop; for a relay, its onion request.
    Bytes wrap(const Endpoint& to, ByteView inner) const;

  private:
    Hops hops_{};
    DhtKey sender_;
    OnionKey second_key_;
    OnionKey third_key_;
    std::array<SharedKey, 3> shared_{};
};

}  // namespace tox
