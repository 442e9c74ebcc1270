// SPDX-License-Identifier: GPL-3.0-or-later
// "Explain connection": the engine's evidence, and nothing else, as plain sentences in the user's language. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "plugin/port_mapping.hpp"
#include "plugin/proxy.hpp"

namespace purple_tox {

using Sentences = std::vector<std::string>;  // the most important first

// How the account is set, as far as it bears on its connection.
struct OwnWay {
    std::optional<tox::Proxy> proxy{};
    MappingState mapping = MappingState::none;
    bool internet = true;  // this computer knows a way into it
};

Sentences explain_contact(const tox::ContactInfo& contact, const tox::NetworkInfo& network, tox::WallTime now);
Sentences explain_own(const tox::NetworkInfo& network, const OwnWay& way);

}  // namespace purple_tox
