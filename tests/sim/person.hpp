// SPDX-License-Identifier: GPL-3.0-or-later
// A person in the simulation: an engine on a host, everything it said, and the rules that hold for any engine at any
// time.
#pragma once

#include <set>

#include "engine/engine.hpp"
#include "tests/sim/host.hpp"
#include "tests/sim/ledger.hpp"

namespace tox::sim {

class Person;

// What persons need of the place they live in.
class Neighbours {
  public:
    virtual Person* find(const LongTermKey& key) = 0;
    virtual void presence_changed(Person& who, const LongTermKey& contact, bool online) = 0;
    virtual Faults& faults() = 0;
    virtual Ledger& ledger() = 0;

  protected:
    ~Neighbours() = default;
};

// What is not ordinary about a person's computer.
struct Circumstances {
    bool udp = true;
    Gateway* gateway = nullptr;  // with it, an address inside: 10.N.0.2, only IPv4
    int lan = 0;
    ContactRoute contact_route = ContactRoute::any;
    std::vector<std::uint16_t> relay_ports{};
};
inline const Circumstances relay_node{.relay_ports = {443}};

class Person final : public EventSink {
  public:
    Person(World& world, Neighbours& town, unsigned number, Circumstances circumstances = {});
    ~Person();

    // Opens the engine from the disk (creating the profile the first time), on a port that was never used before.
    void start();
    void stop();   // says good-bye
    void crash();  // as kill -9 or a power cut: only what was durable is left
    bool running() const { return engine_ != nullptr; }
    void keep_dht_key() { keep_dht_key_ = true; }  // as a bootstrap node does
    void move();                                   // the running engine finds itself at another address

    void befriend(const Person& other);         // without a request; both sides have to
    void befriend_key(const LongTermKey& key);  // somebody who does not exist
    void remove(const Person& other);           // from our contacts
    bool ask(const Person& other, const std::string& message);
    bool accept(const Person& other);
    bool dismiss(const Person& other);
    // False if the engine refused; what it took is in the ledger.
    bool say(const Person& to, std::size_t size = 20);

    Engine& engine() { return *engine_; }
    Node node() const;
    bool serves() const { return !circumstances_.relay_ports.empty(); }  // as a relay
    Relay relay() const;
    unsigned number() const { return number_; }
    const ToxId& id() const { return id_; }
    const LongTermKey& key() const { return id_.key; }
    bool sees(const Person& other) const { return online_.contains(other.key()); }
    const std::set<LongTermKey>& friends() const { return friends_; }
    unsigned restarts() const { return restarts_; }
    std::uint64_t sessions_with(const LongTermKey& contact) const;
    const std::vector<RequestReceived>& requests() const { return requests_; }
    const std::map<LongTermKey, std::string>& names() const { return names_; }
    unsigned accepted() const { return accepted_; }
    unsigned failed_saves() const { return failed_saves_; }
    unsigned name_changes() const { return name_changes_; }
    void admit(bool strangers) { admits_ = strangers; }
    void check_every(unsigned dispatches) { check_every_ = dispatches; }

    SimLoop loop;
    SimNetwork network;
    SimDisk disk;

  private:
    void on_event(const Event& event) override;
    bool admits_request(const LongTermKey&) const override { return admits_; }
    void heard(const ProgressChanged& event);
    void heard(const PresenceChanged& event);
    void heard(const MessageReceived& event);
    void heard(const MessageDelivered& event);
    void heard(const RequestReceived& event) { requests_.push_back(event); }
    void heard(const RequestAccepted&) { ++accepted_; }
    void heard(const NameChanged& event) {
        names_[event.contact] = event.name;
        ++name_changes_;
    }
    void heard(const SaveFailed&) { ++failed_saves_; }
    template <class Other>
    void heard(const Other&) {}

    void fault(const std::string& text) const;
    void check();  // after every dispatch
    void check_contacts();
    void plug(std::uint16_t port);
    void check_reopened();
    void forget_session();

    World& world_;
    Neighbours& town_;
    unsigned number_;
    Circumstances circumstances_;
    unsigned starts_ = 0;
    unsigned restarts_ = 0;
    unsigned place_;
    bool keep_dht_key_ = false;
    bool muted_ = false;
    ToxId id_;
    std::set<LongTermKey> friends_;
    std::set<LongTermKey> online_;
    std::map<LongTermKey, Progress> progress_;
    std::map<LongTermKey, std::uint64_t> sessions_;
    std::map<LongTermKey, std::string> names_;
    std::vector<RequestReceived> requests_;
    unsigned accepted_ = 0;
    unsigned failed_saves_ = 0;
    unsigned name_changes_ = 0;
    bool admits_ = true;
    unsigned check_every_ = 1;
    unsigned dispatches_ = 0;
    std::unique_ptr<Engine> engine_;
};

}  // namespace tox::sim
