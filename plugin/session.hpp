// SPDX-License-Identifier: GPL-3.0-or-later
// One account from login to close: its engine, the world the engine runs in, and what the UI was told about each
// contact. Everything the engine says is carried out in a later turn of the loop, in order: libpurple's answers may
// then call back into the engine, or end the session, without finding anybody on the stack.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>

#include "engine/engine.hpp"
#include "engine/glib/glib_loop.hpp"
#include "engine/glib/glib_network.hpp"
#include "engine/profile/posix_storage.hpp"
#include "plugin/bootstrap.hpp"
#include "plugin/explain.hpp"
#include "plugin/moving.hpp"
#include "plugin/presentation.hpp"
#include "plugin/settings.hpp"
#include "plugin/source.hpp"
#include "plugin/waiting_note.hpp"

struct _PurpleAccount;
struct _PurpleConnection;
struct _PurpleBuddy;

namespace purple_tox {

using SessionId = unsigned;  // never used twice; what dialogs keep instead of a pointer

struct BuddyState {
    Presentation presentation;
    tox::Instant look_again = tox::never;
    WaitingNote waiting;
};

class Session final : private tox::EventSink {
  public:
    struct World {
        std::unique_ptr<tox::Storage> storage;
        std::unique_ptr<tox::Network> network;
        NetworkSettings settings;
    };
    Session(_PurpleConnection* connection, World world);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    tl::expected<void, tox::OpenFault> open(
        tox::Options options);  // first of all; nothing else may be called if it fails

    SessionId id() const { return id_; }
    _PurpleConnection* connection() const { return connection_; }
    _PurpleAccount* account() const;
    tox::Engine& engine() { return *engine_; }

    using Task = std::function<void(Session&)>;
    void later(
        Task task);  // in a later turn of the loop, in order with the engine's events; before close at the latest
    void drain();    // all of it now. The session may be gone afterwards

    BuddyState& state(const tox::LongTermKey& key) { return states_[key]; }
    void forget(const tox::LongTermKey& key) { states_.erase(key); }
    void look_again_at(tox::Instant when);  // at their presence
    void join_network();
    void network_state_changed();  // Engine::network() reads differently
    const std::optional<tox::Proxy>& proxy() const { return world_.settings.setup.proxy; }
    OwnWay own_way() const;

    bool cut_off = true;           // NetworkInfo::cut_off as of the last event: asking anew costs a socket
    bool save_fault_told = false;  // one dialog is enough until it works again, and one of the next kind
    bool proxy_fault_told = false;

  private:
    void on_event(const tox::Event& event) override;
    bool admits_request(const tox::LongTermKey& from) const override;
    void look_at_due();
    void moved();  // this host is on another network

    const SessionId id_;
    _PurpleConnection* const connection_;
    World world_;
    tox::GlibLoop loop_;
    std::unordered_map<tox::LongTermKey, BuddyState, tox::Hashed> states_;
    // Bounded by what one turn of the loop can produce: the next turn empties it.
    std::deque<Task> tasks_;
    bool* gone_ = nullptr;  // set when we are destroyed while draining
    Source drain_source_{"purple-tox events"};
    Source presence_source_{"purple-tox presence"};
    tox::Instant presence_due_ = tox::never;
    std::unique_ptr<tox::Engine> engine_;  // uses all of the above
    PortMapping mapping_;
    std::optional<Bootstrap> bootstrap_;
    std::optional<NetworkWatch> watch_;
};

tox::Instant ui_now();
tox::WallTime wall_now();

// nullptr before login, after close, and for accounts of other protocols.
Session* session_of(_PurpleConnection* connection);
Session* session_of(_PurpleAccount* account);
Session* session_of(SessionId id);

}  // namespace purple_tox
