// SPDX-License-Identifier: GPL-3.0-or-later
// The DHT key of a node that wants to keep it: public key and secret key, 32 bytes each, as tox-bootstrapd writes them.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "engine/crypto/keys.hpp"

namespace tox_node {

using DhtPair = tox::KeyPair<tox::DhtTag>;

// Reads the file, or makes it (0600) where there is none. A file that cannot be used is left as it is; the error is a
// sentence for people.
tl::expected<DhtPair, std::string> load_or_create_keys(const std::string& path);

}  // namespace tox_node
