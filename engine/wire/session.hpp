// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the session layer (spec: Net crypto).
#pragma once

#include "engine/wire/codec.hpp"

namespace tox::wire {

struct Cookie {  // opaque to everybody but its maker
    ByteArray<112> bytes{};
    static constexpr auto fields() { return std::tuple{&Cookie::bytes}; }
    bool operator==(const Cookie&) const = default;
};
static_assert(size_of<Cookie> == 112);

}  // namespace tox::wire
