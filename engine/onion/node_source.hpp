// SPDX-License-Identifier: GPL-3.0-or-later
// All that the onion asks of the DHT: which nodes there are.
#pragma once

#include "engine/base/time.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class Dht;

class NodeSource {
  public:
    virtual ~NodeSource() = default;
    virtual std::vector<Node> closest(const RawKey& key, std::size_t count, bool lan_allowed, Instant now) const = 0;
    virtual std::vector<Node> random_nodes(std::size_t count, Instant now) const = 0;
};

class DhtNodes final : public NodeSource {
  public:
    explicit DhtNodes(const Dht& dht) : dht_(dht) {}  // outlives this
    std::vector<Node> closest(const RawKey& key, std::size_t count, bool lan_allowed, Instant now) const override;
    std::vector<Node> random_nodes(std::size_t count, Instant now) const override;

  private:
    const Dht& dht_;
};

}  // namespace tox
