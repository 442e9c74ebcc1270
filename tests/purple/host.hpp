// SPDX-License-Identifier: GPL-3.0-or-later
// A libpurple program without a user interface: one core, the default main loop, a user directory of its own. It makes
// no network traffic and writes no file except what the plugin itself writes. libpurple is one per process, and so is
// this; but it may be ended and started again, as a user does with Pidgin.
#pragma once

#include <filesystem>

#include "tests/purple/recorder.hpp"

namespace host {

class UserDir {  // removed at the end
  public:
    UserDir();
    ~UserDir();
    UserDir(const UserDir&) = delete;
    UserDir& operator=(const UserDir&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class Host {
  public:
    Host(const std::filesystem::path& user_dir, const std::filesystem::path& plugin);
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    Recorder& seen() { return recorder_; }

    PurpleAccount* add_account(const std::string& name, const std::string& protocol);
    void connect(PurpleAccount* account);     // enabled and available; libpurple does the rest
    void disconnect(PurpleAccount* account);  // as a user does in the accounts window
    // What Pidgin's "Add Buddy" does: into the list first, then to the plugin.
    void add_buddy(PurpleAccount* account, const std::string& name, const std::string& invitation);
    void remove_buddy(PurpleBuddy* buddy);
    PurpleConversation* converse(PurpleAccount* account, const std::string& who);
    void say(PurpleAccount* account, const std::string& who, const std::string& html);

    // Turns the main loop until the condition holds; false after `patience`.
    static bool wait(const std::function<bool()>& condition);
    bool wait_for(std::string_view event, std::string_view who = {}, std::size_t times = 1);
    static void settle();  // runs every source that is ready now

  private:
    void begin();

    Recorder recorder_;
};

}  // namespace host
