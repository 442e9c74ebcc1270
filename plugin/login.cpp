// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/login.hpp"

#include <account.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "plugin/i18n.hpp"
#include "plugin/options.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

namespace fs = std::filesystem;

template <class T>
using Login = tl::expected<T, LoginFault>;

tl::unexpected<LoginFault> fault(PurpleConnectionError reason, std::string text) {
    return tl::unexpected(LoginFault{reason, std::move(text)});
}

// Not "name in use": Pidgin would tell the user of a sign-on from another place.
LoginFault in_use(pid_t holder) {
    constexpr auto reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
    if (holder == getpid())
        return {reason,
                _("Another account of this program uses this Tox profile. Disable it, then enable this one again.")};
    if (holder == 0)
        return {reason, _("Another program uses this Tox profile. Close it, then enable the account again.")};
    return {reason,
            format(_("Another program (process %d) uses this Tox profile. Close it, then enable the account again."),
                   static_cast<int>(holder))};
}

std::string why_no_directory(const tox::PosixStorage::OpenFault& fault) {
    std::error_code ignored;
    if (fs::exists(fault.path, ignored) && !fs::is_directory(fault.path, ignored))
        return _("there is something else of this name");
    return fault.reason;
}

std::string sentence(const tox::PosixStorage::OpenFault& fault) {
    using Kind = tox::PosixStorage::OpenFault::Kind;
    switch (fault.kind) {
        case Kind::bad_name:
            return _("This profile name cannot be used.");
        case Kind::no_lock:
            return format(_("Your Tox profile cannot be kept from other programs, so it is not used: “%s” cannot be "
                            "locked (%s)."),
                          shown_path(fault.path).c_str(), fault.reason.c_str());
        default:
            return format(_("Your Tox profile cannot be kept in “%s”: %s."), shown_path(fault.path).c_str(),
                          why_no_directory(fault).c_str());
    }
}

Login<std::unique_ptr<tox::Storage>> open_storage(const std::string& profile) {
    auto storage = tox::PosixStorage::open(profile_directory(), profile);
    if (storage) return std::move(*storage);
    if (storage.error().kind == tox::PosixStorage::OpenFault::Kind::locked)
        return tl::unexpected(in_use(storage.error().holder));
    return fault(PURPLE_CONNECTION_ERROR_OTHER_ERROR, sentence(storage.error()));
}

// Where no UDP port can be had, relays still work.
Login<std::unique_ptr<tox::Network>> open_network(NetworkSettings& settings) {
    auto network = tox::GlibNetwork::open(settings.setup);
    if (!network && settings.setup.udp && settings.contact_route != tox::ContactRoute::direct_only) {
        settings.remarks.push_back(
            format(_("%s Contacts are reached through relays only, until the account signs on again."),
                   network.error().c_str()));
        drop_datagrams(settings);
        network = tox::GlibNetwork::open(settings.setup);
    }
    if (!network) return fault(PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, network.error());
    return std::move(*network);
}

std::string damaged(const std::string& file, bool has_backup) {
    const char* const pattern =
        has_backup
            ? _("The Tox profile “%s” is damaged, and so is its backup. Nothing was changed; please put a good "
                "copy in its place.")
            : _("“%s” is damaged or is no Tox profile, and there is no backup of it. Nothing was changed; please "
                "put a good copy in its place.");
    return format(pattern, shown_path(file).c_str());
}

LoginFault fault_of(const tox::OpenFault& fault, const std::string& file) {
    switch (fault.error) {
        case tox::OpenError::damaged:
            return {PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, damaged(file, fault.backup != tox::FileState::absent)};
        case tox::OpenError::encrypted:
            return {
                PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
                _("The Tox profile is encrypted, which is not supported yet. Remove its passphrase with the program "
                  "that set it.")};
        case tox::OpenError::locked:
            return in_use(0);
        case tox::OpenError::unwritable:
            return {PURPLE_CONNECTION_ERROR_OTHER_ERROR,
                    format(_("The new Tox profile could not be stored: %s"), fault.reason.c_str())};
        case tox::OpenError::unreadable:
            break;
    }
    return {PURPLE_CONNECTION_ERROR_OTHER_ERROR,
            format(_("The Tox profile could not be read: %s"), fault.reason.c_str())};
}

tox::Options options_of(PurpleAccount* account, const NetworkSettings& settings) {
    tox::Options options;
    options.first_name = account_alias(account);
    if (options.first_name.empty()) options.first_name = one_line(purple_account_get_username(account), tox::max_name);
    options.lan_discovery = settings.lan_discovery;
    options.hole_punching = settings.hole_punching;
    options.contact_route = settings.contact_route;
    options.relay_ports = settings.relay_ports;
    return options;
}

void remark_on_relay(std::vector<std::string>& remarks, const std::vector<std::uint16_t>& wanted,
                     const std::vector<std::uint16_t>& served) {
    for (const std::uint16_t port : wanted)
        if (std::ranges::find(served, port) == served.end())
            remarks.push_back(format(_("TCP port %u cannot be opened to serve others as a relay: another program uses "
                                       "it, or ports below 1024 "
                                       "are not allowed here. The account works without."),
                                     unsigned{port}));
}

}  // namespace

std::string account_alias(PurpleAccount* account) {
    const char* const alias = purple_account_get_alias(account);
    return alias ? one_line(alias, tox::max_name) : "";
}

tl::expected<Opened, LoginFault> open_session(PurpleAccount* account) {
    auto profile = choose_profile(account);
    if (!profile) return fault(PURPLE_CONNECTION_ERROR_INVALID_USERNAME, profile.error());
    auto settings = network_settings(account);
    if (!settings) return fault(PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, settings.error());
    auto storage = open_storage(profile->name);
    if (!storage) return tl::unexpected(storage.error());
    auto network = open_network(*settings);
    if (!network) return tl::unexpected(network.error());
    tox::Options options = options_of(account, *settings);
    options.create = profile->fresh;
    std::vector<std::string> remarks = settings->remarks;
    Session::World world{std::move(*storage), std::move(*network), std::move(*settings)};
    auto session = std::make_unique<Session>(purple_account_get_connection(account), std::move(world));
    const std::vector<std::uint16_t> wanted = options.relay_ports;
    const auto opened = session->open(std::move(options));
    if (!opened) return tl::unexpected(fault_of(opened.error(), profile_file(profile->name)));
    remark_on_relay(remarks, wanted, session->engine().network().served);
    return Opened{std::move(session), std::move(*profile), std::move(remarks)};
}

}  // namespace purple_tox
