// SPDX-License-Identifier: GPL-3.0-or-later
// All contacts: finds the one a packet or an event is about, and ticks those that have something to do, never all of
// them.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "engine/contact/contact.hpp"
#include "engine/contact/doorkeeper.hpp"

namespace tox {

// A friend request that came in, authenticated; whether it is worth a question is the listener's business.
class RequestListener {
  public:
    virtual void on_friend_request(const LongTermKey& from, const wire::FriendRequest& request) = 0;

  protected:
    ~RequestListener() = default;
};

class Contacts final : public DhtListener, public OnionListener {
  public:
    static constexpr std::size_t capacity = 10'000;

    // `world` must outlive this, and may be under construction; so may the listener.
    Contacts(ContactWorld& world, RequestListener& requests);
    ~Contacts();

    Contact* find(const LongTermKey& key);  // to read; whoever changes something uses touch()
    const Contact* find(const LongTermKey& key) const;
    Contact* touch(const LongTermKey& key);  // to be ticked in this settle
    Contact& add(const LongTermKey& key);
    void remove(const LongTermKey& key);    // with a goodbye
    std::vector<LongTermKey> keys() const;  // ordered
    std::size_t size() const { return contacts_.size(); }

    // 0x18, 0x19, 0x1a, 0x1b. False: malformed or unwanted.
    bool handle(const Endpoint& from, ByteView datagram, Instant now);
    // The same, come through a relay from the node with that DHT key.
    bool handle_relayed(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now);
    void on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now);
    void on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now);
    void on_relays_changed(Instant now);
    void network_changed(Instant now);
    bool all_direct() const { return indirect_.empty(); }  // or not searched: nobody may need a relay to meet us

    bool tick(Instant now);  // whether anything was ticked
    Instant next_deadline() const { return due_.empty() ? never : due_.begin()->first; }
    bool has_work() const { return !touched_.empty(); }

    void on_confirmed(const DhtKey& node, const Endpoint& address) override;
    void on_named(const DhtKey& node, const Endpoint& address) override;
    void on_dht_request(const DhtKey& from, ByteView content) override;
    void on_own_address(const Endpoint& address) override;
    void on_onion_data(const LongTermKey& from, ByteView content) override;
    void on_stored(const LongTermKey& contact) override;
    void on_announced(unsigned) override {}  // whoever wants to know asks OnionClient::announced()

  private:
    struct Entry {
        std::unique_ptr<Contact> contact;
        Instant due = never;                // as filed in due_
        std::optional<DhtKey> dht_key;      // as filed in world_.claims
        std::optional<Endpoint> route;      // as filed in by_route_
        std::optional<SharedKey> shared{};  // of the long-term keys, once needed
    };
    using EntryMap = std::map<LongTermKey, Entry>;

    bool answer_cookie_request(const Endpoint& from, ByteView datagram, Instant now);
    std::optional<Bytes> cookie_answer(ByteView packet, const Doorkeeper::Source& from, Instant now);
    bool handle_cookie_response(const Endpoint& from, ByteView datagram, Instant now);
    struct Arrival {  // a handshake, and the way it came
        const Route& from;
        Doorkeeper::Source source;
    };
    bool handle_handshake(const Arrival& arrival, ByteView datagram, Instant now);
    bool handle_session_packet(const Endpoint& from, ByteView datagram, Instant now);
    bool try_other_sessions(const Endpoint& from, ByteView datagram, Instant now);
    template <class Do>
    bool each_claiming(const DhtKey& key, Do act);
    void received_dht_key(const LongTermKey& from, const wire::DhtKeyPacket& packet);
    void proven(const LongTermKey& who, const DhtKey& key);
    const SharedKey& shared_with(const LongTermKey& key);
    void file(EntryMap::iterator entry, Instant now);
    void unfile(const Entry& entry, const LongTermKey& key);

    ContactWorld& world_;
    RequestListener& requests_;
    EntryMap contacts_;
    std::set<std::pair<Instant, LongTermKey>> due_;
    std::set<LongTermKey> touched_;
    std::map<Endpoint, LongTermKey> by_route_;
    std::set<LongTermKey> asking_;           // wait for a cookie
    std::set<LongTermKey> sessions_;         // accepted at least, or asleep
    std::optional<LongTermKey> last_tried_;  // of those
    std::set<LongTermKey> indirect_;         // wanted, and not connected directly
    Doorkeeper door_;
    SharedKey nobodys_;  // opens nothing
};

}  // namespace tox
