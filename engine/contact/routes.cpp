// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/routes.hpp"

#include <algorithm>

namespace tox {
namespace {

bool ends_sooner(const Known<Route>& a, const Known<Route>& b) { return a.until < b.until; }

}  // namespace

void Routes::learn(const Route& route, Instant until) {
    for (auto& known : routes_) {
        if (known.value != route) continue;
        known.until = std::max(known.until, until);
        return;
    }
    const auto same_kind = [&](const auto& known) { return is_direct(known.value) == is_direct(route); };
    const auto of_kind = static_cast<std::size_t>(std::count_if(routes_.begin(), routes_.end(), same_kind));
    if (of_kind >= (is_direct(route) ? direct_capacity : relay_capacity))
        routes_.erase(std::min_element(routes_.begin(), routes_.end(), [&](const auto& a, const auto& b) {
            return same_kind(a) != same_kind(b) ? same_kind(a) : ends_sooner(a, b);
        }));
    routes_.push_back({route, until});
}

void Routes::forget(const Route& route) {
    std::erase_if(routes_, [&](const auto& known) { return known.value == route; });
}

void Routes::expire(Instant now) {
    std::erase_if(routes_, [&](const auto& known) { return known.until <= now; });
}

bool Routes::any(Instant now) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& known) { return now < known.until; });
}

bool Routes::contains(const Route& route) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& known) { return known.value == route; });
}

Instant Routes::first_expiry() const {
    const auto first = std::min_element(routes_.begin(), routes_.end(), ends_sooner);
    return first == routes_.end() ? never : first->until;
}

}  // namespace tox
