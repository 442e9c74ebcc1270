// SPDX-License-Identifier: GPL-3.0-or-later
// One Tox instance of the driver: an engine with a world of its own, its numbers for contacts, its automatic behaviour
// and its workloads. Reports events; knows no verb.
#pragma once

#include "engine/engine.hpp"
#include "engine/glib/glib_loop.hpp"
#include "engine/glib/glib_network.hpp"
#include "engine/glib/glib_resolver.hpp"
#include "tools/tox-peer/flood.hpp"
#include "tools/tox-peer/friends.hpp"
#include "tools/tox-peer/gate.hpp"
#include "tools/tox-peer/received.hpp"
#include "tools/tox-peer/rtt.hpp"
#include "tools/tox-peer/saved_storage.hpp"

namespace tox_peer {

struct Process {  // what all instances share
    Output output;
    std::uint64_t sleeps = 0;
    std::uint64_t turns = 0;
    tox::Duration slow{};  // report turns that block for so long; 0: none
};

struct Automatic {
    enum class Messages { report, count, echo };
    bool accept_requests = false;
    Messages messages = Messages::report;
};

class Instance final : private tox::EventSink, private tox::Waker {
  public:
    struct Setup {
        std::string name;
        std::string save;  // path, or empty
        bool hold = false;
        tox::GlibNetwork::Setup network;
        std::optional<tox::SecretKey> key;
        std::uint16_t relay_port = 0;  // 0: serves as none
        bool lan = false;
        bool hole_punching = true;
        tox::ContactRoute route = tox::ContactRoute::any;
    };
    static tl::expected<std::unique_ptr<Instance>, Refused> open(Setup setup, Process& process);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    const std::string& name() const { return name_; }
    tox::Engine& engine() { return *engine_; }
    const tox::GlibNetwork& network() const { return *network_; }
    Gate& gate() { return gate_; }
    SavedStorage& storage() { return *storage_; }
    Friends& friends() { return friends_; }
    Automatic& automatic() { return automatic_; }
    Received& received() { return received_; }
    Rtt& rtt() { return rtt_; }
    Flood& flood() { return flood_; }
    std::uint64_t turns() const { return turns_; }
    std::size_t loaded_bytes() const { return loaded_bytes_; }
    void pump_soon() { work_loop_.wake_at(work_loop_.now()); }  // after a workload was started
    std::uint16_t relay_port() const;                           // 0: none
    void run();
    void add_relay(const tox::DhtKey& key, const tox::StreamAddress& address);  // waits while the instance is held
    void bootstrap(const std::string& host, std::uint16_t port, const tox::DhtKey& key);

  private:
    Instance(const std::string& name, std::unique_ptr<SavedStorage> storage, std::unique_ptr<tox::GlibNetwork> network,
             Process& process);
    tl::expected<void, Refused> open_engine(Setup setup);
    void after_turn(tox::Duration took);
    void on_wake() override { pump(); }
    void pump();
    void report(std::string_view event, const Fields& fields) { process_.output.event(name_, event, fields); }
    void report(std::string_view event, const std::optional<Fields>& fields) {
        if (fields) report(event, *fields);
    }
    Fields about(const tox::LongTermKey& contact) { return Fields().number("friend", friends_.add(contact)); }

    void on_event(const tox::Event& event) override;
    void handle(const tox::ProgressChanged& event);
    void handle(const tox::PresenceChanged& event);
    void handle(const tox::RouteChanged& event);
    void handle(const tox::NameChanged& event);
    void handle(const tox::StatusMessageChanged& event);
    void handle(const tox::StatusChanged& event);
    void handle(const tox::TypingChanged& event);
    void handle(const tox::MessageReceived& event);
    void handle(const tox::MessageDelivered& event);
    void handle(const tox::RequestReceived& event);
    void handle(const tox::RequestAccepted&) {}  // "friend" says it
    void handle(const tox::CustomPacketReceived& event);
    void handle(const tox::NetworkChanged&);
    void handle(const tox::SaveFailed& event);
    void handle(const tox::SaveWorks&);
    void handle(const tox::Offered& event);
    bool echo(const tox::MessageReceived& event);

    const std::string name_;
    Process& process_;
    std::unique_ptr<SavedStorage> storage_;
    std::unique_ptr<tox::GlibNetwork> network_;
    tox::GlibLoop loop_{nullptr, "tox-peer engine"};
    tox::GlibLoop work_loop_{nullptr, "tox-peer workloads"};
    Gate gate_;
    Friends friends_;
    Automatic automatic_;
    Received received_;
    Rtt rtt_;
    Flood flood_;
    std::uint64_t turns_ = 0;
    std::size_t loaded_bytes_ = 0;
    bool connected_ = false;  // as last reported
    std::vector<std::pair<tox::DhtKey, tox::StreamAddress>> waiting_relays_;
    std::unique_ptr<tox::Engine> engine_;
    tox::GlibResolver resolver_;  // last: its answers go to the engine
};

const char* stage_name(tox::Progress progress);
const char* status_name(tox::UserStatus status);
const char* connection_name(const tox::NetworkInfo& network);
const char* connection_name(const tox::ContactInfo& contact);

}  // namespace tox_peer
