// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/link_scopes.hpp"

#include <net/if.h>

#include <algorithm>

#include "engine/glib/lan_addresses.hpp"

namespace tox {
namespace {

bool is_there(unsigned link) {
    char name[IF_NAMESIZE];
    return if_indextoname(link, name) != nullptr;
}

std::vector<unsigned> links_of_host() {
    std::vector<unsigned> links;
    for (const LanAddress& lan : lan_addresses(false))
        if (!lan.everybody.is_v4()) links.push_back(lan.interface);
    return links;
}

}  // namespace

bool LinkScopes::concerns(const Endpoint& endpoint) {
    return !endpoint.is_v4() && endpoint.address[0] == 0xfe && (endpoint.address[1] & 0xc0U) == 0x80;  // fe80::/10
}

void LinkScopes::heard(const Endpoint& from, unsigned link) {
    const auto known = std::ranges::find(neighbours_, from.address, &Neighbour::address);
    if (known != neighbours_.end()) {
        known->link = link;
        return;
    }
    if (neighbours_.size() == capacity) neighbours_.erase(neighbours_.begin());
    neighbours_.push_back({from.address, link});
}

std::vector<unsigned> LinkScopes::of(const Endpoint& to, Instant now) {
    const auto known = std::ranges::find(neighbours_, to.address, &Neighbour::address);
    if (known != neighbours_.end() && is_there(known->link)) return {known->link};
    if (links_until_ <= now) {
        links_ = links_of_host();
        links_until_ = now + links_hold;
    }
    return links_;
}

}  // namespace tox
