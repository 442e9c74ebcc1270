// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/sealed_file.hpp"

#include <algorithm>

#include "engine/crypto/box.hpp"
#include "engine/wire/codec.hpp"

namespace tox {
namespace {

struct FileHead {
    FileMagic magic{};
    ByteArray<32> check{};  // SHA-256 of what follows
    static constexpr auto fields() { return std::tuple{&FileHead::magic, &FileHead::check}; }
};

}  // namespace

Bytes seal_file(const FileMagic& magic, ByteView body) {
    Bytes out = wire::serialise(FileHead{magic, sha256(body)});
    append(out, body);
    return out;
}

std::optional<ByteView> unseal_file(const FileMagic& magic, ByteView file) {
    FileHead head;
    if (!wire::read(file, head) || head.magic != magic || head.check != sha256(file)) return std::nullopt;
    return file;
}

bool is_later_version(const FileMagic& magic, ByteView file) {
    return file.size() >= magic.size() && std::equal(magic.begin(), magic.end() - 1, file.begin()) &&
           file[magic.size() - 1] > magic.back();
}

}  // namespace tox
