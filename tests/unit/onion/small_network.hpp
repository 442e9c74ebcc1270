// SPDX-License-Identifier: GPL-3.0-or-later
// A network in memory on virtual time: nodes that relay and store, and clients that announce and search. The DHT is
// replaced by a list of who is there.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "engine/onion/announce_store.hpp"
#include "engine/onion/onion_client.hpp"
#include "engine/onion/onion_relay.hpp"
#include "engine/wire/onion.hpp"
#include "tests/sim/dice.hpp"

namespace tox::test {

class SmallNetwork;
class Member;

class Port final : public Network {  // one socket
  public:
    Port(SmallNetwork& world, const Endpoint& address) : world_(world), address_(address) {}
    void set_sink(NetworkSink*) override {}
    bool send(const Endpoint& to, ByteView datagram) override;
    void flush() override {}
    bool reaches(Endpoint::Family) const override { return true; }
    std::uint16_t port() const override { return address_.port; }

    const Endpoint& address() const { return address_; }
    std::size_t sent = 0;

  private:
    SmallNetwork& world_;
    Endpoint address_;
};

class KnownNodes final : public NodeSource {  // all nodes of the network but one's own
  public:
    enum class Whose { storing_node, client };
    KnownNodes(const SmallNetwork& world, const DhtKey& own, Whose whose) : world_(world), own_(own), whose_(whose) {}
    std::vector<Node> closest(const RawKey& key, std::size_t count, Scope least, Instant now) const override;
    std::vector<Node> random_nodes(std::size_t count, Instant now) const override;
    bool knows(const Endpoint& address, Instant now) const override;  // as the DHT would: all of them
    std::array<std::optional<Endpoint>, 2> own_addresses() const override;

  private:
    std::vector<const Member*> members() const;

    const SmallNetwork& world_;
    DhtKey own_;
    Whose whose_;
};

class Member {  // a node of the network
  public:
    Member(SmallNetwork& world, const Endpoint& address);
    virtual ~Member() = default;
    virtual void receive(const Endpoint& from, ByteView datagram);
    virtual void tick() {}
    virtual Instant next_deadline() const { return never; }
    Node node() const { return {keys.public_key, port.address()}; }

    SmallNetwork& world;
    DhtKeyPair keys = DhtKeyPair::generate();
    KeyCache shared_keys{keys.secret};
    Port port;
    OnionRelay relay;
    AnnounceStore store;
    bool dead = false;   // receives nothing, does nothing
    bool ghost = false;  // dead, but storing nodes still name it
};

class Client final : public Member, private OnionListener {
  public:
    Client(SmallNetwork& the_world, const Endpoint& address) : Client(the_world, address, nullptr) {}
    Client(SmallNetwork& the_world, const Endpoint& address, std::unique_ptr<SearchOrder> order);
    void receive(const Endpoint& from, ByteView datagram) override;
    void tick() override;
    Instant next_deadline() const override;
    const LongTermKey& key() const { return identity.public_key; }
    // Called for every answer of a storing node, as the contact layer would be.
    std::function<void(const LongTermKey&)> when_stored;

    LongTermKeyPair identity = LongTermKeyPair::generate();
    OnionClient onion;
    OnionClient* diverted = nullptr;  // stands in for `onion`
    std::map<LongTermKey, unsigned> stored;
    std::vector<std::pair<LongTermKey, Bytes>> received;
    std::vector<unsigned> announced;
    unsigned wakes = 0;

  private:
    void on_onion_data(const LongTermKey& from, ByteView content) override;
    void on_stored(const LongTermKey& contact) override;
    void on_announced(unsigned storing) override { announced.push_back(storing); }
};

class SmallNetwork {
  public:
    explicit SmallNetwork(Duration latency = 1ms) : latency_(latency) { sim::seed_engines(1); }

    template <class Kind, class... Parts>
    Kind& add(Parts... parts) {
        auto member = std::make_unique<Kind>(*this, new_address(), std::move(parts)...);
        Kind& out = *member;
        by_address_[out.port.address()] = &out;
        members_.push_back(std::move(member));
        return out;
    }
    Member& add_node() { return add<Member>(); }
    void add_nodes(std::size_t count);
    void add_ghosts(std::size_t count);
    Client& add_client(std::unique_ptr<SearchOrder> order = nullptr) { return add<Client>(std::move(order)); }

    void send(const Endpoint& from, const Endpoint& to, ByteView datagram);
    bool run_until(const std::function<bool()>& done, Duration at_most);
    void run_for(Duration time) {
        run_until([] { return false; }, time);
    }

    Instant now() const { return now_; }
    Duration since(Instant start) const { return now_ - start; }
    const std::vector<std::unique_ptr<Member>>& members() const { return members_; }

    unsigned loss_percent = 0;
    bool on_loopback = true;
    std::optional<Endpoint> seen_as;   // where clients are, as others tell them
    std::size_t entrances = SIZE_MAX;  // nodes that clients know, the first ones
    std::size_t delivered = 0;
    std::function<void(const Endpoint& from, const Endpoint& to, ByteView)> tap;

  private:
    struct Datagram {
        Endpoint from, to;
        Bytes bytes;
    };
    Endpoint new_address();
    void deliver_due();
    void wake_due();
    Instant next_event() const;

    Duration latency_;
    Instant now_ = Instant(1000s);
    std::multimap<Instant, Datagram> flying_;
    std::vector<std::unique_ptr<Member>> members_;
    std::map<Endpoint, Member*> by_address_;
    std::uint16_t next_port_ = 33445;
};

}  // namespace tox::test
