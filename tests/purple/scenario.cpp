// SPDX-License-Identifier: GPL-3.0-or-later
// The common beginning and end of the tests. The programs come from the environment, so that one test runs against our
// own engine and against libtoxcore.
#include "tests/purple/scenario.hpp"

#include <csignal>
#include <stdexcept>
#include <string_view>

namespace host {
namespace {

std::string from_environment(const char* name) {
    const char* value = g_getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

// Not with std::regex: g++ 12 warns inside it when it optimises with sanitizers.
std::string find_tox_id(const Recorder& seen) {
    constexpr std::size_t id_digits = 76;
    for (const auto& event : seen.events()) {
        std::string run;
        for (const char letter : event.text + ' ') {
            if (std::string_view("0123456789ABCDEF").find(letter) != std::string_view::npos)
                run += letter;
            else if (run.size() == id_digits)
                return run;
            else
                run.clear();
        }
    }
    return {};
}

}  // namespace

void Scenario::SetUp() {
    signal(SIGPIPE, SIG_IGN);  // a dead peer is a failed test, not a dead test program
    complaints_before_ = complaints();
    const std::string program = from_environment("PURPLE_TEST_PEER");
    swarm_.emplace(program);
    peer_.emplace(program);
    peer_->bootstrap(swarm_->entrance());
    start();
}

void Scenario::TearDown() {
    quit();
    EXPECT_EQ(complaints(), complaints_before_) << last_complaint();
}

void Scenario::start() {
    host_ = std::make_unique<Host>(dir_.path(), from_environment("PURPLE_TEST_PLUGIN"));
    account_ = host_->add_account("me", "prpl-tox");
    purple_account_set_bool(account_, "loopback-only", TRUE);
    purple_account_set_bool(account_, "lan-discovery", FALSE);  // tests that run side by side would find each other
    const std::uint16_t port = free_port();
    purple_account_set_int(account_, "port-from", port);
    purple_account_set_int(account_, "port-to", port);
    purple_account_set_string(account_, "bootstrap", swarm_->entrance().node().c_str());
    sign_on();
    if (own_id_.empty()) own_id_ = find_tox_id(seen());
}

void Scenario::quit() {
    account_ = nullptr;
    host_.reset();
}

void Scenario::sign_on() {
    const auto before = seen().count("signed-on");
    host_->connect(account_);
    ASSERT_TRUE(host_->wait_for("signed-on", {}, before + 1));
}
void Scenario::sign_off() { host_->disconnect(account_); }

PurpleBuddy* Scenario::buddy() const { return purple_find_buddy(account_, peer_->key().c_str()); }

std::string Scenario::shown_alias() const { return purple_buddy_get_alias(buddy()); }

void Scenario::expect_online() {
    ASSERT_TRUE(Host::wait([&] { return buddy() != nullptr && PURPLE_BUDDY_IS_ONLINE(buddy()); }));
    ASSERT_TRUE(Host::wait([&] {
        const DriverEvent* last = peer_->driver().last("friend");
        return last != nullptr && last->fields.at("conn") != "none";
    }));
}

void Scenario::become_contacts() {
    host_->add_buddy(account_, peer_->id(), "It is me");
    expect_online();
}

}  // namespace host
