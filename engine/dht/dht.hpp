// SPDX-License-Identifier: GPL-3.0-or-later
// The DHT: finds nodes near a key, keeps a table of nodes that answer, routes packets to searched nodes, and answers
// others (spec: DHT). Knows nothing of long-term keys or contacts.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/dht/scope.hpp"
#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class DhtListener {
  public:
    // A searched node has answered us from this address just now.
    virtual void on_confirmed(const DhtKey& node, const Endpoint& address) = 0;
    // Another node says that a searched node is there. Nothing is proven yet; the DHT asks it as well.
    virtual void on_named(const DhtKey& node, const Endpoint& address) = 0;
    // A DHT request (0x20) addressed to us, opened: kind byte and content. NAT pings are answered by the DHT itself.
    virtual void on_dht_request(const DhtKey& from, ByteView content) = 0;
    virtual void on_own_address(const Endpoint& address) = 0;  // our address as others see it is new or has changed

  protected:
    ~DhtListener() = default;
};

class Dht {
  public:
    // All references outlive the DHT.
    Dht(const DhtKeyPair& self, KeyCache& shared_keys, Network& network, DhtListener& listener);
    void set_motd(std::string motd);  // for a bootstrap node: answers requests for its info, which others do not
    ~Dht();
    void set_lan_discovery(bool on);  // on from the start; off: we neither call out on LANs nor answer there
    void set_hole_punching(bool on);  // likewise

    const DhtKey& key() const;

    // What the datagram's first byte says: 0x00, 0x01, 0x02, 0x04, 0x20, 0x21 and 0xf0 are ours. False: malformed or
    // unwanted.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);

    void bootstrap(const Node& node, Instant now);  // asked at once, and again with back-off until it answers
    void remember(const std::vector<Node>& saved,
                  Instant now);  // nodes of the last run: asked, a few at a time, forgotten if silent

    // Another network, or back from sleep: everybody is asked again at once, a few at a time, and nothing is known
    // about our own address.
    void network_changed(Instant now);
    // UDP is off, or nobody has answered for a while although somebody should: whatever can, goes through relays.
    bool silent(Instant now) const;
    // Nodes that we were told of, whether they answer us or not: where paths may lead that begin at a relay.
    std::vector<Node> entry_nodes() const;

    // A search goes on until everybody who seeks the node has stopped; to search or stop twice changes nothing. Who
    // seeks is named by a key of their own choosing.
    using Seeker = RawKey;
    void search(const DhtKey& node, Instant now, const Seeker& seeker = {});
    void stop(const DhtKey& node, const Seeker& seeker = {});
    // Asks this node for `wanted` now (nodes named in a DHT-key packet). Within the budget, else dropped.
    void ask(const Node& node, const DhtKey& wanted, Instant now);

    // Address of a searched node, confirmed within the good time, the freshest of the family.
    std::optional<Known<Endpoint>> address_of(const DhtKey& node, Endpoint::Family family, Instant now) const;
    // Sends `content` (kind byte first) to a searched node through nodes that named it (spec: DHT request packets).
    // Number of copies sent.
    std::size_t route(const DhtKey& to, ByteView content, Instant now);

    // Good nodes nearest to the key, at most `count`, by addresses of that scope or a wider one: that of who asks.
    std::vector<Node> closest(const RawKey& key, std::size_t count, Scope least, Instant now) const;
    // The network we are in. Where somebody is whom we know only by key we cannot know: of narrower addresses nothing
    // is told to them and nothing believed of them.
    Scope scope(Instant now) const;
    // Different live nodes, randomly chosen, for onion paths, by addresses of that scope. Never nodes of contacts.
    std::vector<Node> random_nodes(std::size_t count, Instant now) const;
    std::size_t good_nodes(Instant now) const;
    bool knows(const Endpoint& address, Instant now) const;  // a good node has answered us from there
    bool silent(const Node& node, Instant now) const;        // once it has, and does not any more
    void doubt(const Node& node, Instant now);               // asks a good node at once whether it is still there
    std::optional<Endpoint> own_address(
        Endpoint::Family family) const;  // as at least two nodes, or the only one, see it
    std::vector<Node> nodes_to_save(Instant now) const;

    void tick(Instant now);
    Instant next_deadline(Instant now) const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
