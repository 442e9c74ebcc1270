// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/proxy.hpp"

#include <iterator>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

const char* fault_of(tox::HostFault fault) {
    switch (fault) {
        case tox::HostFault::missing:
            return _("A proxy is set for this account, but not its host. Enter it, or choose “No Proxy”.");
        case tox::HostFault::too_long:
            return _("The host of the proxy is longer than 255 bytes. Enter its name or its address only.");
        case tox::HostFault::with_scheme:
            return _("The host of the proxy begins like a link. Enter the host only, without “http://” or the like.");
        case tox::HostFault::with_user:
            return _("The host of the proxy contains “@”. Enter user name and password in their own fields.");
        case tox::HostFault::with_port:
            return _("The host of the proxy contains a port. Enter the host only, and the port in its own field.");
        case tox::HostFault::unusable:
            break;
    }
    return _(
        "The host of the proxy is neither a name nor an address that one can connect to. Correct it, or choose “No "
        "Proxy”.");
}

const char* fault_of(const tox::ProxyFault& fault) {
    using What = tox::ProxyFault::What;
    switch (fault.what) {
        case What::host:
            return fault_of(fault.host);
        case What::port:
            return _("A proxy is set for this account, but its port is not from 1 to 65535.");
        case What::password_without_user:
            return _("A password is set for the proxy, but no user name. Enter both or neither.");
        case What::user_too_long:
        case What::password_too_long:
            break;
    }
    return _("The user name or the password for the proxy is longer than 255 bytes.");
}

const char* fault_of(ProxyType type) {
    switch (type) {
        case ProxyType::socks4:
            return _(
                "Tox cannot use a SOCKS 4 proxy, which would need names to be resolved here. Choose SOCKS 5, HTTP or "
                "Tor.");
        case ProxyType::other_variable:
            return _(
                "The environment names a proxy, but not in HTTP_PROXY, where alone it is looked for. Set the proxy in "
                "the account itself.");
        case ProxyType::unknown:
            return _("The proxy set for this account is of a kind that Tox cannot use. Choose SOCKS 5, HTTP or Tor.");
        default:
            return nullptr;
    }
}

// RFC 1928, section 6
const char* socks_reply_text(unsigned code) {
    const char* const replies[] = {
        _("a failure it does not explain"), _("its rules do not allow this connection"),
        _("the network cannot be reached"), _("the host cannot be reached"),
        _("the connection was refused"),    _("the way is too long"),
        _("it does not know this command"), _("it does not know this kind of address"),
    };
    return code >= 1 && code <= std::size(replies) ? replies[code - 1] : _("a reply that has no meaning");
}

}  // namespace

Checked<std::optional<tox::Proxy>> usable_proxy(const ProxyChoice& choice) {
    if (choice.type == ProxyType::none) return std::optional<tox::Proxy>();
    if (const char* const fault = fault_of(choice.type)) return tl::unexpected<std::string>(fault);
    const auto kind = choice.type == ProxyType::http ? tox::Proxy::Kind::http : tox::Proxy::Kind::socks5;
    auto proxy = tox::Proxy::parse({kind, choice.host, choice.port, choice.user, choice.password});
    if (!proxy) return tl::unexpected<std::string>(fault_of(proxy.error()));
    return std::optional(std::move(*proxy));
}

std::string trouble_text(const tox::Proxy& proxy, const tox::ProxyTrouble& trouble) {
    using enum tox::ProxyTrouble::What;
    const std::string text = proxy.text();
    const char* const where = text.c_str();
    switch (trouble.what) {
        case name_unknown:
            return format(_("The host of the proxy %s cannot be found."), where);
        case refused:
            return format(_("The proxy %s refuses the connection. Does it run, and is its port right?"), where);
        case no_way:
            return format(_("The proxy %s cannot be reached."), where);
        case silent:
            return format(_("The proxy %s does not answer."), where);
        case hung_up:
            return format(_("The proxy %s closes the connection without an answer."), where);
        case nonsense:
            return format(_("What answers at %s does not speak as such a proxy does. Is its kind set right?"), where);
        case wants_password:
            return format(_("The proxy %s asks for a user name and a password, and none is set."), where);
        case password_refused:
            return format(_("The proxy %s does not accept the user name and password."), where);
        case socks_reply:
            return format(_("The proxy %s answers: %s (SOCKS reply %u)."), where, socks_reply_text(trouble.code),
                          trouble.code);
        case http_status:
            break;
    }
    return format(_("The proxy %s refuses to open a connection (HTTP %u)."), where, trouble.code);
}

std::string failing_proxy_text(const std::optional<tox::Proxy>& proxy,
                               const std::optional<tox::ProxyTrouble>& trouble) {
    const std::string why = proxy && trouble ? trouble_text(*proxy, *trouble)
                                             : std::string(_("Does the proxy run, and are its settings right?"));
    return why + " " + _("It is tried again and again; nothing is sent by another way.");
}

}  // namespace purple_tox
