// SPDX-License-Identifier: GPL-3.0-or-later
// A person at the other end: one instance of a peer program with a name, a Tox ID and one friend, our account.
#pragma once

#include <cstdint>
#include <memory>

#include "tests/purple/driver.hpp"

namespace host {

std::uint16_t free_port();  // of the loopback interface, for UDP

class Peer {
  public:
    explicit Peer(const std::string& program);

    const std::string& id() const { return id_; }    // 76 hex digits
    const std::string& key() const { return key_; }  // 64 hex digits, upper case: the buddy's name
    std::string node() const;                        // as the account's bootstrap option wants it: 127.0.0.1:PORT:KEY

    void bootstrap(const Peer& node);
    void befriend(const std::string& key);                        // without a request
    void invite(const std::string& id, const std::string& text);  // with one
    void say(const std::string& text, const std::string& type = "normal");
    void type(bool typing);
    void set(const std::string& what, const std::string& value);  // name, msg or status
    void leave();                                                 // goes away for good, keeping nothing
    bool hears(const std::string& text, const std::string& type = "normal");
    Driver& driver() { return driver_; }

  private:
    Driver driver_;
    std::string id_;
    std::string key_;
    std::string dht_key_;
    std::string port_;
    std::string friend_ = "0";  // its number; peers here have one friend at most
};

// Enough nodes on loopback for onion paths of distinct hops. One account and one peer bootstrap from the first.
class Swarm {
  public:
    explicit Swarm(const std::string& program);
    Peer& entrance() { return *nodes_.front(); }

  private:
    std::vector<std::unique_ptr<Peer>> nodes_;
};

}  // namespace host
