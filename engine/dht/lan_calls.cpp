// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/lan_calls.hpp"

#include <array>

#include "engine/crypto/random.hpp"

namespace tox::dht {
namespace {

// The first rounds cover the ports that are likely. With others to talk to we need not go on for ever at c-toxcore's
// pace of 11 s: whoever comes later calls out as well and is heard.
constexpr std::array<Duration, 5> first_pauses{500ms, 1s, 1500ms, 3s, 5s};
constexpr Duration pause = 10s;
constexpr unsigned rounds_of_a_sweep = 10;  // every port has been called
constexpr Duration late_pause = 60s;

}  // namespace

void LanCalls::restart(Instant now) {
    due_ = now;
    rounds_ = 0;
    next_port_ = first_port + 1;
}

std::vector<std::uint16_t> LanCalls::round(Instant now, bool company) {
    std::vector<std::uint16_t> ports{first_port};
    for (unsigned i = 0; i < ports_at_once; ++i) {
        ports.push_back(static_cast<std::uint16_t>(next_port_));
        next_port_ = next_port_ == last_port ? first_port + 1U : next_port_ + 1U;
    }
    // Loss must not hide a neighbour: the likeliest ports are called twice.
    if (++rounds_ == 1) next_port_ = first_port + 1;
    Duration wait = company && rounds_ > first_pauses.size() + rounds_of_a_sweep ? late_pause : pause;
    if (rounds_ <= first_pauses.size()) wait = first_pauses[rounds_ - 1];
    due_ = now + jittered(wait, 10);
    return ports;
}

}  // namespace tox::dht
