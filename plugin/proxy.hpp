// SPDX-License-Identifier: GPL-3.0-or-later
// The proxy of an account: as chosen, as a value that can be used or a sentence, and what it says when it does not lead
// anywhere. Pure: does not know where libpurple keeps the choice.
#pragma once

#include <optional>
#include <string>

#include "engine/glib/proxy.hpp"
#include "engine/host/network.hpp"
#include "plugin/nodes.hpp"

namespace purple_tox {

enum class ProxyType : unsigned char {
    none,
    http,
    socks4,
    socks5,
    other_variable,  // the environment is to be followed, and names a proxy where libpurple does not look
    unknown,
};

struct ProxyChoice {
    ProxyType type = ProxyType::none;
    std::string host;
    int port = 0;
    std::string user, password;
};

// A choice that cannot be used as it is is an error with a sentence, and never "no proxy".
Checked<std::optional<tox::Proxy>> usable_proxy(const ProxyChoice& choice);

std::string trouble_text(const tox::Proxy& proxy, const tox::ProxyTrouble& trouble);
// What is to be told when nothing has been reached through it for some time.
std::string failing_proxy_text(const std::optional<tox::Proxy>& proxy, const std::optional<tox::ProxyTrouble>& trouble);

}  // namespace purple_tox
