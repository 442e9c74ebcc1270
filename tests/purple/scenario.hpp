// SPDX-License-Identifier: GPL-3.0-or-later
// What every test of the whole plugin begins with: a host with one account, a small Tox network on loopback, a peer.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "tests/purple/host.hpp"
#include "tests/purple/peer.hpp"

namespace host {

class Scenario : public testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    void start();  // a libpurple program with our account, signed on
    void quit();   // ends it as closing Pidgin does; the account's files stay
    void sign_off();
    void sign_on();
    PurpleBuddy* buddy() const;  // the peer in our list, or nullptr
    std::string shown_alias() const;
    void become_contacts();  // we invite the peer by Tox ID; returns when both see each other online
    void expect_online();    // the peer's buddy has signed on, and the peer sees us
    Recorder& seen() { return host_->seen(); }
    // All that the host saw since the last clear(), but for repaints.
    std::vector<std::string> history() { return seen().history({"ui:drawn"}); }

    UserDir dir_;
    std::unique_ptr<Host> host_;
    PurpleAccount* account_ = nullptr;
    std::optional<Swarm> swarm_;
    std::optional<Peer> peer_;
    std::string own_id_;  // our Tox ID, as the plugin told the user when it made the profile

  private:
    int complaints_before_ = 0;
};

}  // namespace host
