// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/route_choice.hpp"

#include <algorithm>

#include "engine/contact/constants.hpp"

namespace tox {
namespace {

bool longer_ago(const auto& a, const auto& b) { return a.at < b.at; }

// Lower is better: short ways first, relays last (as c-toxcore chooses, notes 1.12).
unsigned rank(const Route& route) {
    const auto* endpoint = std::get_if<Endpoint>(&route);
    if (endpoint == nullptr) return 3;
    if (endpoint->is_lan()) return 0;
    return endpoint->is_v4() ? 2 : 1;
}

}  // namespace

RouteChoice::Heard* RouteChoice::find(const Route& route) {
    const auto found =
        std::find_if(heard_.begin(), heard_.end(), [&](const Heard& heard) { return heard.route == route; });
    return found == heard_.end() ? nullptr : &*found;
}

bool RouteChoice::heard(const Route& route, Instant now, Duration patience) {
    if (Heard* known = find(route)) {
        known->at = now;
    } else {
        if (heard_.size() == capacity)
            heard_.erase(std::min_element(heard_.begin(), heard_.end(), longer_ago<Heard, Heard>));
        heard_.push_back({route, now});
    }
    if (current_ == route) {
        doubted_ = false;
        return false;
    }
    const Heard* present = current_ ? find(*current_) : nullptr;
    // An address as good as the present one: they have moved, or their NAT has.
    const bool better =
        !present || rank(route) < rank(*current_) || (rank(route) == rank(*current_) && is_direct(route));
    if (!better && !doubted_ && now < present->at + patience) return false;
    current_ = route;
    doubted_ = false;
    return true;
}

void RouteChoice::lost(const Route& route) {
    std::erase_if(heard_, [&](const Heard& heard) { return heard.route == route; });
    if (current_ != route) return;
    const auto latest = std::max_element(heard_.begin(), heard_.end(), longer_ago<Heard, Heard>);
    current_ = latest == heard_.end() ? std::nullopt : std::optional(latest->route);
    doubted_ = true;
}

std::vector<Endpoint> RouteChoice::other_addresses() const {
    std::vector<Heard> others;
    for (const Heard& heard : heard_)
        if (heard.route != current_ && is_direct(heard.route)) others.push_back(heard);
    std::stable_sort(others.begin(), others.end(), [](const Heard& a, const Heard& b) { return b.at < a.at; });
    std::vector<Endpoint> addresses;
    for (const Heard& heard : others) addresses.push_back(std::get<Endpoint>(heard.route));
    return addresses;
}

void RouteChoice::clear() {
    current_.reset();
    heard_.clear();
    doubted_ = false;
}

Instant RouteChoice::stale_at() const {
    if (!current_ || doubted_) return Instant{};
    const auto present =
        std::find_if(heard_.begin(), heard_.end(), [&](const Heard& heard) { return heard.route == *current_; });
    return present == heard_.end() ? Instant{} : present->at + route_fresh;
}

bool RouteChoice::stale(Instant now) const { return stale_at() <= now; }

}  // namespace tox
