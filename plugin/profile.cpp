// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/profile.hpp"

#include <account.h>
#include <core.h>
#include <notify.h>
#include <signals.h>
#include <util.h>

#include <algorithm>
#include <filesystem>

#include "engine/profile/files.hpp"
#include "engine/profile/posix_storage.hpp"
#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"

namespace purple_tox {
namespace {

namespace fs = std::filesystem;

// Settings of the account, in no dialog.
constexpr const char* kept_name = "profile";
constexpr const char* told_name = "profile-told";

std::string text_of(PurpleAccount* account, const char* setting) {
    const char* const text = purple_account_get_string(account, setting, "");
    return text ? text : "";
}

std::string name_of(PurpleAccount* account) {
    const char* const name = purple_account_get_username(account);
    return name ? name : "";
}

std::string path_of(const std::string& name, const char* file) {
    return (fs::path(profile_directory()) / (name + "." + file)).string();
}

// What is there but cannot be read counts: it is the engine's to say so.
bool exists(const std::string& name) {
    if (!tox::PosixStorage::is_profile_name(name)) return false;
    return std::ranges::any_of(
        std::initializer_list{tox::files::profile, tox::files::profile_backup}, [&](const char* file) {
            std::error_code error;
            return fs::symlink_status(path_of(name, file), error).type() != fs::file_type::not_found;
        });
}

// Why a new profile cannot have this name; empty: it can.
std::string fault_of(const std::string& name) {
    if (name.size() > tox::PosixStorage::max_profile_name)
        return format(_("This profile name is too long: it has %u bytes, and at most %u are possible."),
                      static_cast<unsigned>(name.size()), static_cast<unsigned>(tox::PosixStorage::max_profile_name));
    if (name.empty()) return _("Choose a name for your Tox profile: the user name of this account.");
    if (std::ranges::any_of(name, [](char c) { return g_ascii_iscntrl(c); }))
        return _("This profile name cannot be used: it must be one line, without control characters.");
    if (name.find('/') != std::string::npos || name.front() == '.')
        return _("This profile name cannot be used: it must not contain “/” or begin with a dot.");
    if (parse_address(name))
        return _(
            "This is a Tox ID or a key, and no profile name. Choose any name for your own profile, like “alice”: "
            "your Tox ID is made for you. To talk to the owner of this ID, add them as a buddy.");
    return {};
}

bool used_by_others(const std::string& profile, PurpleAccount* except) {
    for (GList* at = purple_accounts_get_all(); at; at = at->next) {
        auto* const account = static_cast<PurpleAccount*>(at->data);
        if (account == except || g_strcmp0(purple_account_get_protocol_id(account), "prpl-tox") != 0) continue;
        const std::string kept = text_of(account, kept_name);
        if ((kept.empty() ? name_of(account) : kept) == profile) return true;
    }
    return false;
}

void* deletion_handle = nullptr;  // whose the message is: it outlives the account

void on_removed(PurpleAccount* account, gpointer) {
    if (g_strcmp0(purple_account_get_protocol_id(account), "prpl-tox") != 0) return;
    const std::string kept = text_of(account, kept_name);
    const std::string name = kept.empty() ? name_of(account) : kept;
    if (!exists(name) || used_by_others(name, account)) return;
    const std::string primary = format(_("The Tox profile “%s” is still on this computer."), shown_path(name).c_str());
    const std::string secondary = format(_("It holds the secret key that is your Tox ID, and your contacts. To use it "
                                           "again, add a Tox account with this "
                                           "user name. To be rid of it for good, delete the files “%s.*” in “%s”."),
                                         shown_path(name).c_str(), shown_path(profile_directory()).c_str());
    purple_notify_info(deletion_handle, _("Tox"), primary.c_str(), secondary.c_str());
}

}  // namespace

// telepathy-haze deletes its user directory when it ends: identities must not live there.
std::string profile_directory() {
    const bool throw_away = g_strcmp0(purple_core_get_ui(), "haze") == 0;
    const Owned<> path(throw_away ? g_build_filename(g_get_user_data_dir(), "purple-tox", nullptr)
                                  : g_build_filename(purple_user_dir(), "tox", nullptr));
    return path.get();
}

std::string profile_file(const std::string& name) { return path_of(name, tox::files::profile); }

std::string shown_path(const std::string& path) {
    const Owned<> shown(g_filename_display_name(path.c_str()));
    return shown.get();
}

tl::expected<ProfileChoice, std::string> choose_profile(PurpleAccount* account) {
    const std::string name = name_of(account);
    const std::string kept = text_of(account, kept_name);
    if (exists(name)) return ProfileChoice{name};
    if (!kept.empty() && exists(kept)) return ProfileChoice{kept, false, true};
    if (!kept.empty())
        return tl::unexpected(
            format(_("The Tox profile “%s” of this account is missing: “%s” is not there. Put the file back. To begin "
                     "anew, under another Tox ID and without your contacts, delete this account and add a new one."),
                   shown_path(kept).c_str(), shown_path(path_of(kept, tox::files::profile)).c_str()));
    if (std::string fault = fault_of(name); !fault.empty()) return tl::unexpected(std::move(fault));
    return ProfileChoice{name, true, false};
}

void keep_profile(PurpleAccount* account, const std::string& name) {
    if (text_of(account, kept_name) != name) purple_account_set_string(account, kept_name, name.c_str());
}

bool may_tell_of_renaming(PurpleAccount* account) {
    const std::string name = name_of(account);
    if (text_of(account, told_name) == name) return false;
    purple_account_set_string(account, told_name, name.c_str());
    return true;
}

std::vector<std::string> other_profiles(const std::string& name) {
    constexpr std::size_t most = 8;  // named in a sentence
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(profile_directory(), error)) {
        const fs::path& path = entry.path();
        if (path.extension() != std::string(".") + tox::files::profile || path.stem() == name) continue;
        names.push_back(path.stem().string());
    }
    std::ranges::sort(names);
    if (names.size() > most) names.resize(most);
    return names;
}

void watch_deleted_accounts(PurplePlugin* plugin) {
    deletion_handle = plugin;
    purple_signal_connect(purple_accounts_get_handle(), "account-removed", plugin, callback<on_removed>(), nullptr);
}

}  // namespace purple_tox
