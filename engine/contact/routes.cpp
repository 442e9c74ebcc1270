// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/routes.hpp"

#include <algorithm>

namespace tox {
namespace {

bool ends_sooner(const Known<Endpoint>& a, const Known<Endpoint>& b) { return a.until < b.until; }

}  // namespace

void Routes::learn(const Endpoint& endpoint, Instant until) {
    for (auto& known : routes_) {
        if (known.value != endpoint) continue;
        known.until = std::max(known.until, until);
        return;
    }
    if (routes_.size() == capacity) routes_.erase(std::min_element(routes_.begin(), routes_.end(), ends_sooner));
    routes_.push_back({endpoint, until});
}

void Routes::expire(Instant now) {
    std::erase_if(routes_, [&](const auto& known) { return known.until <= now; });
}

bool Routes::any(Instant now) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& known) { return now < known.until; });
}

bool Routes::contains(const Endpoint& endpoint) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& known) { return known.value == endpoint; });
}

Instant Routes::first_expiry() const {
    const auto first = std::min_element(routes_.begin(), routes_.end(), ends_sooner);
    return first == routes_.end() ? never : first->until;
}

}  // namespace tox
