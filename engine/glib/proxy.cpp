// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/proxy.hpp"

#include "engine/glib/socket_address.hpp"

namespace tox {
namespace {

using Address = Owned<GSocketAddress, g_object_unref>;

Address in_digits(const Proxy& proxy) {  // nullptr: it is a name
    return Address(g_inet_socket_address_new_from_string(proxy.host().c_str(), proxy.port()));
}

tl::unexpected<ProxyFault> fault(ProxyFault::What what) { return tl::unexpected(ProxyFault{what}); }

}  // namespace

tl::expected<Proxy, ProxyFault> Proxy::parse(const Written& written) {
    using What = ProxyFault::What;
    constexpr std::int64_t highest_port = 65535;
    auto host = parse_host(written.host);
    if (!host) return tl::unexpected(ProxyFault{What::host, host.error()});
    if (written.port < 1 || written.port > highest_port) return fault(What::port);
    if (written.user.size() > most_secret) return fault(What::user_too_long);
    if (written.password.size() > most_secret) return fault(What::password_too_long);
    if (written.user.empty() && !written.password.empty()) return fault(What::password_without_user);
    Proxy proxy;
    proxy.kind_ = written.kind;
    proxy.host_ = std::move(*host);
    proxy.port_ = static_cast<std::uint16_t>(written.port);
    proxy.user_ = written.user;
    proxy.password_ = written.password;
    return proxy;
}

std::string Proxy::text() const {
    const bool v6 = host_.find(':') != std::string::npos;
    return (v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
}

Owned<GSocketConnectable, g_object_unref> Proxy::connectable() const {
    using Connectable = Owned<GSocketConnectable, g_object_unref>;
    if (Address address = in_digits(*this)) return Connectable(G_SOCKET_CONNECTABLE(address.release()));
    return Connectable(g_network_address_new(host_.c_str(), port_));
}

bool Proxy::is_at(const Endpoint& remote, const Endpoint* target) const {
    const Address address = in_digits(*this);
    if (!address) return remote.port == port_ && (target == nullptr || remote != *target);
    SocketAddress native{};
    return g_socket_address_to_native(address.get(), &native, sizeof native, nullptr) &&
           from_socket_address(native) == remote;
}

}  // namespace tox
