// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/ping_ids.hpp"

namespace tox {
namespace {

struct Claim {
    std::uint64_t window = 0;
    RawKey requester{};
    wire::OnionEndpoint source;
    static constexpr auto fields() { return std::tuple{&Claim::window, &Claim::requester, &Claim::source}; }
};

std::uint64_t window_of(Instant now) { return static_cast<std::uint64_t>(now.time_since_epoch() / PingIds::window); }

}  // namespace

wire::PingId PingIds::make(const RawKey& requester, const Endpoint& source, Instant now) const {
    return authenticate(secret_, wire::serialise(Claim{window_of(now), requester, {source}}));
}

bool PingIds::valid(const wire::PingId& id, const RawKey& requester, const Endpoint& source, Instant now) const {
    Claim claim{window_of(now), requester, {source}};
    if (verify(secret_, wire::serialise(claim), id)) return true;
    if (claim.window == 0) return false;
    --claim.window;
    return verify(secret_, wire::serialise(claim), id);
}

}  // namespace tox
