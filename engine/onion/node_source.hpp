// SPDX-License-Identifier: GPL-3.0-or-later
// All that the onion asks of the DHT and the relays: where paths may lead.
#pragma once

#include <array>

#include "engine/base/time.hpp"
#include "engine/dht/scope.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class Dht;
class RelayPool;

class NodeSource {
  public:
    virtual ~NodeSource() = default;
    // By addresses of that scope or a wider one.
    virtual std::vector<Node> closest(const RawKey& key, std::size_t count, Scope least, Instant now) const = 0;
    virtual std::vector<Node> random_nodes(std::size_t count, Instant now) const = 0;
    // The relay at which paths begin while no node answers by UDP (spec: TCP onion); nothing: they begin at a node.
    virtual std::optional<DhtKey> entry_relay(Instant) const { return std::nullopt; }
    virtual bool knows(const Endpoint&, Instant) const { return false; }  // a node that answers is at that address
    virtual std::array<std::optional<Endpoint>, 2> own_addresses() const { return {}; }  // by family, as others see us
    virtual bool silent(const Node&, Instant) const { return false; }  // it does not answer any more where it did
    virtual void doubt(const Node&, Instant) {}                        // silent() is to say so soon if it is
};

class DhtNodes final : public NodeSource {
  public:
    DhtNodes(Dht& dht, const RelayPool* relays) : dht_(dht), relays_(relays) {}  // both outlive this
    std::vector<Node> closest(const RawKey& key, std::size_t count, Scope least, Instant now) const override;
    std::vector<Node> random_nodes(std::size_t count, Instant now) const override;
    std::optional<DhtKey> entry_relay(Instant now) const override;
    bool knows(const Endpoint& address, Instant now) const override;
    std::array<std::optional<Endpoint>, 2> own_addresses() const override;
    bool silent(const Node& node, Instant now) const override;
    void doubt(const Node& node, Instant now) override;

  private:
    std::vector<Node> entry_nodes() const;

    Dht& dht_;
    const RelayPool* relays_;  // nullptr: none
};

}  // namespace tox
