// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/files.hpp"

#include "engine/crypto/box.hpp"

namespace tox::files {

bool set_aside(Storage& storage, const std::string& name, ByteView content) {
    constexpr std::size_t distinct = 4;  // bytes of the hash; a profile is not damaged often enough for two to meet
    return storage.replace(name + ".bad-" + to_hex(ByteView(sha256(content)).first(distinct)), content);
}

}  // namespace tox::files
