// SPDX-License-Identifier: GPL-3.0-or-later
// A NAT with one public address for tests of DHT nodes behind it. Ports never run out and mappings never end.
#pragma once

#include <map>
#include <set>

#include "engine/base/endpoint.hpp"

namespace tox::test {

class SmallNat {
  public:
    enum class Ports { one, next_for_each };              // for every destination the same, or the next free one
    enum class Filter { none, by_address, by_endpoint };  // full cone, restricted, port-restricted

    SmallNat(const Endpoint& outside, Ports ports, Filter filter) : outside_(outside), ports_(ports), filter_(filter) {}

    bool owns(const Endpoint& to) const { return to.address == outside_.address; }

    Endpoint leave(const Endpoint& from, const Endpoint& to) {
        const auto key = std::pair(from, ports_ == Ports::one ? Endpoint{} : to);
        auto found = mappings_.find(key);
        if (found == mappings_.end()) found = mappings_.emplace(key, ++last_port_).first;
        inside_[found->second] = from;
        opened_[found->second].insert(to);
        Endpoint outer = outside_;
        outer.port = found->second;
        return outer;
    }

    std::optional<Endpoint> enter(const Endpoint& to, const Endpoint& from) const {
        const auto inner = inside_.find(to.port);
        if (inner == inside_.end()) return std::nullopt;
        for (const Endpoint& open : opened_.at(to.port)) {
            const bool here = open.address == from.address && (filter_ == Filter::by_address || open.port == from.port);
            if (filter_ == Filter::none || here) return inner->second;
        }
        return std::nullopt;
    }

  private:
    Endpoint outside_;
    Ports ports_;
    Filter filter_;
    std::uint16_t last_port_ = 30000;
    std::map<std::pair<Endpoint, Endpoint>, std::uint16_t> mappings_;
    std::map<std::uint16_t, Endpoint> inside_;
    std::map<std::uint16_t, std::set<Endpoint>> opened_;
};

}  // namespace tox::test
