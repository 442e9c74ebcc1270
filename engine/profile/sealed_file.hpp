// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of files that are always replaced as a whole: what they are, and a hash that shows damage.
#pragma once

#include <optional>

#include "engine/base/bytes.hpp"

namespace tox {

using FileMagic = ByteArray<4>;  // the last byte is the version

Bytes seal_file(const FileMagic& magic, ByteView body);
// The body, within `file`; nothing if it is another kind of file, or not what was written.
std::optional<ByteView> unseal_file(const FileMagic& magic, ByteView file);
bool is_later_version(const FileMagic& magic, ByteView file);  // of the same kind of file

}  // namespace tox
