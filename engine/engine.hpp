// SPDX-License-Identifier: GPL-3.0-or-later
// The facade: commands in, events out. All that plugin, tools and tests of whole engines see.
//
// Every entry point (datagrams, wake, command) ends in one settle(); events leave only there, when all state agrees. A
// command given inside an event handler is carried out at once and its events follow in the same settle; it never
// nests. The engine must not be destroyed inside one of its own events.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "engine/contact/route.hpp"
#include "engine/crypto/tox_id.hpp"
#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"
#include "engine/host/storage.hpp"
#include "engine/messenger/events.hpp"
#include "engine/profile/opened.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class EventSink {
  public:
    virtual void on_event(const Event& event) = 0;
    // Asked before a request by this stranger costs anything: one that is not admitted is as if it had not come.
    virtual bool admits_request(const LongTermKey&) const { return true; }

  protected:
    ~EventSink() = default;
};

// ---- answers -----------------------------------------------------------------------------------------------------

enum class AddError { own_id, already_contact, message_empty, message_too_long, too_many, not_saved };
enum class RemoveError { no_such_contact, not_saved };
enum class SendError { no_such_contact, empty, too_long, not_utf8, queue_full, not_saved, offline };

// What is known about the way to a contact, for people: "Explain connection" is a rendering of it.
struct Evidence {
    unsigned nodes_answered = 0;            // nodes near their key that answered our search lately
    unsigned nodes_storing = 0;             // of those, how many hold their announcement
    unsigned keys_sent = 0;                 // DHT-key packets sent to them since we try
    std::optional<WallTime> key_heard;      // their last DHT-key packet
    std::optional<WallTime> address_heard;  // the last time somebody named or confirmed their address
    std::optional<WallTime> next_search;
    std::vector<Route> routes;              // where they may be reached, as far as we know now
    unsigned cookies_asked = 0;             // on all of these, without an answer so far
    unsigned handshakes_sent = 0;           // likewise
    unsigned fruitless_rounds = 0;          // of either, given up since something new was heard
    bool route_in_doubt = false;            // established, but what we send is not acknowledged
    unsigned requests_sent = 0;             // contact requests, since the start
    std::optional<WallTime> heard;          // their last session packet since the start
    std::optional<SessionEnd> session_end;  // of the last session, if there was one since the start
    std::optional<WallTime> session_ended;
};

struct ContactInfo {
    LongTermKey key;
    std::string name;  // as they call themselves; empty: never heard
    std::string status_message;
    UserStatus status = UserStatus::online;
    bool typing = false;
    bool online = false;
    Progress progress = Progress::awaiting_dht_key;
    WallTime progress_since{};
    Policy policy = Policy::trying;
    bool request_unanswered = false;  // we sent a request and have not met them since
    std::optional<Nospam> nospam;     // the last one we asked them by
    std::optional<Route> route;       // the way their packets take, while established
    std::optional<Duration> round_trip;
    std::optional<WallTime> last_seen;  // their last packet while they were online; nothing: they never were
    std::optional<WallTime> left;       // when they said goodbye, if nothing was heard from them since
    unsigned queued = 0;                // messages not yet delivered
    Evidence evidence;
};

struct PendingRequest {
    LongTermKey from;
    std::string message;
    WallTime received;
};

struct NetworkInfo {
    unsigned nodes = 0;                 // DHT nodes that answer; none while UDP is silent
    unsigned storing = 0;               // nodes that hold our announcement: above 0 we can be found
    std::optional<Endpoint> seen_as;    // our address as others see it
    std::uint16_t port = 0;             // UDP; 0: it is off
    std::optional<Endpoint> local;      // our address as our own host sees it: not seen_as behind a NAT
    unsigned relays = 0;                // TCP relays we are connected to
    unsigned relays_known = 0;          // connected or not
    bool relays_needed = false;         // otherwise none need be connected
    bool proxy_failing = false;         // it cannot be reached, or nothing can be reached through it
    bool by_relay = false;              // UDP is off or silent: everything goes through relays
    std::vector<std::uint16_t> served;  // ports on which we serve as a relay
    // Why nothing can be reached through the proxy, as far as it is known.
    std::optional<ProxyTrouble> proxy_trouble;
    DhtKey dht_key;
    bool cut_off() const { return nodes == 0 && relays == 0; }  // nobody answers us
    bool connected() const { return storing > 0 && !cut_off(); }
};

// Counters of what was refused, by reason, for tests and debug output.
struct Dropped {
    std::uint64_t unknown_kind = 0;
    std::uint64_t refused = 0;  // malformed, forged, replayed, not asked for, or over a rate
    std::uint64_t limited = 0;  // requests by contacts-to-be over the rate at which users are asked
};

// ---- the engine --------------------------------------------------------------------------------------------------

enum class ContactRoute : Byte { any, direct_only, relay_only };  // how contacts may be reached

struct World {  // all of it outlives the engine
    Loop& loop;
    Network& network;
    Storage& storage;
};

struct Options {
    std::string first_name;               // nickname of a profile that is created
    std::optional<SecretKey> identity;    // long-term secret of a profile that is created; random otherwise
    std::optional<SecretKey> dht_secret;  // a bootstrap node keeps its DHT key; everybody else gets a new one per start
    std::string motd;                     // answers bootstrap-info requests (0xf0) if not empty
    bool create = true;                   // whether a missing profile may be created
    bool take_remains = false;            // of a damaged profile without a whole backup: what precedes the damage
    bool lan_discovery = true;            // look for contacts on the links we are on
    bool hole_punching = true;
    ContactRoute contact_route = ContactRoute::any;
    std::vector<std::uint16_t> relay_ports{};  // serve as TCP relay on these; what the system refuses is left out
};

class Engine final {
  public:
    // Loads the profile (or creates it), binds to network and loop. The sink hears nothing before the first turn of the
    // loop.
    static tl::expected<std::unique_ptr<Engine>, OpenFault> open(World world, EventSink& sink, Options options = {});
    // Tells contacts that we leave, saves what changed, and is gone: no event, datagram or wake afterwards.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Own
    ToxId id() const;
    const std::string& name() const;
    const std::string& status_message() const;
    UserStatus status() const;
    void set_name(std::string_view name);               // longer ones are cut at a character border
    void set_status_message(std::string_view message);  // likewise
    void set_status(UserStatus status);
    bool set_nospam(const Nospam& nospam);  // false: it could not be saved, and is as before
    const Opened& opened() const;
    bool created() const { return opened().created; }
    // The profile was made by us, and nobody has seen its Tox ID yet: in this run or an earlier one that failed.
    bool id_unseen() const;
    void id_seen();

    // Network
    void bootstrap(const Node& node);                                   // may be called with many, at any time
    void add_relay(const DhtKey& relay, const StreamAddress& address);  // likewise
    void network_changed();  // another network, or back from sleep: what was measured on the old one is doubted
    NetworkInfo network() const;
    const Dropped& dropped() const;

    // Contacts. Adding, accepting, removing and declining are done and on the disk on return, or not done at all.
    std::vector<LongTermKey> contacts() const;  // in the order of the profile
    std::optional<ContactInfo> contact(const LongTermKey& key) const;
    bool has_contact(const LongTermKey& key) const;
    // With a request. A contact who is not there is asked again, for they may have removed us or changed their nospam;
    // one who is there, or whom a request with this nospam is on its way to, is `already_contact`.
    tl::expected<void, AddError> add_contact(const ToxId& id, std::string_view message);
    tl::expected<void, AddError> add_contact(const LongTermKey& key);                 // without: they know us already
    tl::expected<void, AddError> add_contacts(const std::vector<LongTermKey>& keys);  // likewise; all, or none of them
    tl::expected<void, RemoveError> remove_contact(const LongTermKey& key);  // with all that was queued for them
    void set_policy(const LongTermKey& key, Policy policy);
    void search_now(const LongTermKey& key);  // forgets back-off

    // Requests received. They survive a restart until answered.
    std::vector<PendingRequest> requests() const;
    tl::expected<void, AddError> accept_request(const LongTermKey& from);
    // Their next ones are ignored: for a day (R20), or until allow_request() or their being added. False: it could not
    // be saved, and still waits.
    bool decline_request(const LongTermKey& from, bool for_good);
    void allow_request(const LongTermKey& from);  // takes that back
    std::vector<LongTermKey> blocked() const;     // declined for good

    // Conversation
    // On return the message is on disk: it is delivered in order when the contact is there, whatever happens to us
    // meanwhile.
    tl::expected<MessageId, SendError> send_message(const LongTermKey& to, MessageKind kind, std::string_view text);
    void set_typing(const LongTermKey& to, bool typing);
    tl::expected<void, SendError> send_custom(const LongTermKey& to,
                                              ByteView packet);  // 160..191 lossless, 200..254 lossy

    std::string save_fault() const;  // why the profile could not be written last time, for people
    bool save();  // now; otherwise it happens by itself soon after a change. False: SaveFailed says why, or has

  private:
    struct Body;
    tl::expected<void, AddError> add(const std::vector<SavedContact>& fresh);
    tl::expected<void, AddError> ask_again(const ToxId& id, std::string_view message);
    explicit Engine(std::unique_ptr<Body> body);
    std::unique_ptr<Body> body_;
};

}  // namespace tox
