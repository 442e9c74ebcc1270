// SPDX-License-Identifier: GPL-3.0-or-later
// The engine behind its facade: owns the parts, hands each datagram to the one it is for, settles, and keeps the
// profile.
#pragma once

#include "engine/base/budget.hpp"
#include "engine/contact/contacts.hpp"
#include "engine/engine.hpp"
#include "engine/messenger/messenger.hpp"
#include "engine/onion/announce_store.hpp"
#include "engine/onion/onion_relay.hpp"
#include "engine/profile/node_file.hpp"
#include "engine/profile/outbox.hpp"
#include "engine/profile/profile_store.hpp"
#include "engine/profile/request_file.hpp"
#include "engine/profile/rising_number.hpp"
#include "engine/profile/roster.hpp"
#include "engine/profile/save_schedule.hpp"
#include "engine/relay/relay_pool.hpp"
#include "engine/relay/relay_server.hpp"

namespace tox {

struct Engine::Body final : Waker,
                            NetworkSink,
                            ContactListener,
                            RequestListener,
                            RelayListener,
                            RelayServerListener,
                            OnionClients,
                            ReplayNumbers {
    Body(World world, EventSink& sink, Options options, SavedProfile profile);
    ~Body();

    void settle();  // the last line of every entry point
    bool save();
    bool keep(const SavedProfile& next);  // the profile as a command wants it; false: nothing has changed
    void opened_as(Opened facts);
    void restore_nodes(const SavedProfile& profile);  // where the last run knew its way
    void save_nodes();
    void save_within(Duration delay) { saves.want(now() + delay); }  // something worth keeping has changed

    void answered(const LongTermKey& contact);    // a request of theirs waits no more, and is not declined
    Contact& take_up(const SavedContact& saved);  // a contact, from the profile or new
    bool has(const LongTermKey& key) const { return contacts.find(key) != nullptr; }
    ContactInfo info(const Contact& contact) const;
    Evidence evidence(const Contact& contact) const;
    static std::optional<WallTime> last_seen(const Contact& contact, const Presence& presence);
    static std::optional<WallTime> left(const Contact& contact, const Presence& presence);
    Instant now() const { return world.loop.now(); }
    WallTime wall_of(Instant instant) const;

    void on_wake() override { settle(); }
    void on_datagram(const Endpoint& from, ByteView datagram) override;
    void on_batch_end() override { settle(); }

    void on_progress(const LongTermKey& contact, Progress progress) override;
    void on_session_begun(const LongTermKey& contact, Instant now) override;
    void on_session_suspended(const LongTermKey& contact, Instant now) override;
    void on_session_resumed(const LongTermKey& contact, Instant now) override;
    void on_session_ended(const LongTermKey& contact, Instant now) override;
    void on_session_packet(const LongTermKey& contact, ByteView packet, Instant now) override;
    void on_acknowledged(const LongTermKey& contact) override;
    void on_route_changed(const LongTermKey& contact) override;
    void on_friend_request(const LongTermKey& from, const wire::FriendRequest& request) override;
    void on_relay_packet(const DhtKey& peer, const DhtKey& relay, ByteView packet, Instant now) override;
    void on_relay_link(const DhtKey& peer, const DhtKey& relay, bool open, Instant now) override;
    void on_relay_usable(const DhtKey& peer, const DhtKey& relay, Instant now) override;
    void on_relay_onion(const DhtKey& relay, ByteView response, Instant now) override;
    void on_relays_changed(Instant now) override;
    void on_onion_request(std::uint64_t client, const Endpoint& from, ByteView request) override;
    void send_onion_response(std::uint64_t client, ByteView response) override;
    std::uint64_t next() override { return numbers.next(world.loop.wall()); }

    void work(Instant now);
    void say_goodbye();
    void flush();
    bool overslept(Instant now);
    void network_changed(Instant now);
    RelayDemand relay_demand(Instant now) const;
    std::size_t nodes_answering(Instant now) const;
    void count(bool taken);
    bool deliver();
    void note(const Event& event);
    void notice_network();
    Instant next_deadline(Instant now) const;
    SavedProfile snapshot() const;
    SavedProfile snapshot_with(const std::vector<SavedContact>& fresh) const;

    std::unique_ptr<Network> streams_only;  // what the parts see of the network if contacts are met at relays only
    World world;
    EventSink& sink;
    const LongTermKeyPair identity;
    DhtKeyPair dht_pair;
    Nospam nospam;
    Opened opened;
    bool id_unseen = false;
    std::vector<SavedSection> foreign_sections;  // of the profile: kept as they are
    Bytes foreign_contacts;

    ProfileStore profile_store;
    SaveSchedule saves;
    Roster roster;
    NodeFile node_file;
    RequestFile requests;
    RisingNumber numbers;
    Outbox outbox;

    KeyCache dht_keys;
    CookieMaker cookies;
    // The parts know each other: the world's references are to members further down, and used only once all stand.
    RelayPool relays;
    DhtKeyClaims claims;
    ContactWorld contact_world;
    Contacts contacts;
    Dht dht;
    OnionRelay onion_relay;
    RelayServer relay_server;
    AnnounceStore store;
    OnionClient onion;
    std::vector<Event> events;
    Messenger messenger;

    Dropped dropped;
    Instant wish = never;                   // when we asked to be woken
    Instant nodes_due = never;              // next time the nodes we know are worth a save, if nothing else is
    Budget<LongTermKey, Hashed> questions;  // that requests may put to the user
    Instant settled;                        // when we did so last, by both clocks
    WallTime settled_wall;
    unsigned announced_storing = 0;
    std::optional<Endpoint> announced_address;
    bool announced_cut_off = true;
    bool settling = false;
};

}  // namespace tox
