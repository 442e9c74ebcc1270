// SPDX-License-Identifier: GPL-3.0-or-later
// Which Tox profile an account uses, and where it lies. The profile is who one is: an account never changes to another
// one, or begins a new one, without a word.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

struct _PurpleAccount;
struct _PurplePlugin;

namespace purple_tox {

std::string profile_directory();
std::string profile_file(const std::string& name);
std::string shown_path(const std::string& path);  // as people may read it: any bytes may be in a path

struct ProfileChoice {
    std::string name;
    bool fresh = false;    // there is no such profile yet: it is made
    bool renamed = false;  // the account has another name by now than its profile
};

// The profile to sign on with, or a sentence on why there is none. An account whose name was changed keeps its profile,
// unless one under its new name is there.
tl::expected<ProfileChoice, std::string> choose_profile(_PurpleAccount* account);
// It is the account's from now on.
void keep_profile(_PurpleAccount* account, const std::string& name);
// Once per new name.
bool may_tell_of_renaming(_PurpleAccount* account);

std::vector<std::string> other_profiles(const std::string& name);  // in the same directory, by name

// When an account is deleted its profile stays, with the secret key: says so.
void watch_deleted_accounts(_PurplePlugin* plugin);  // libpurple stops it when the plugin is unloaded

}  // namespace purple_tox
