// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/contact/doorkeeper.hpp"

namespace tox {

Doorkeeper::Source Doorkeeper::source(const Endpoint& from) {
    const Endpoint one = source_of(from);
    Source source{};
    std::copy(one.address.begin(), one.address.end(), source.begin());
    source[16] = static_cast<Byte>(one.port >> 8U);
    source[17] = static_cast<Byte>(one.port);
    source[18] = static_cast<Byte>(one.family);
    return source;
}

}  // namespace tox
