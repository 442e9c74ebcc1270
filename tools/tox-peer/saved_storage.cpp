// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/saved_storage.hpp"

#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"
#include "engine/profile/posix_storage.hpp"
#include "tools/tox-peer/output.hpp"

namespace tox_peer {
namespace {

constexpr std::string_view ending = ".tox";

}  // namespace

tl::expected<std::unique_ptr<SavedStorage>, std::string> SavedStorage::open(const std::string& path) {
    if (path.empty()) return std::unique_ptr<SavedStorage>(new SavedStorage(std::make_unique<tox::MemoryStorage>()));
    if (!path.ends_with(ending)) return tl::unexpected(std::string("the path must end in .tox"));
    const auto slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const std::string file = slash == std::string::npos ? path : path.substr(slash + 1);
    auto storage = tox::PosixStorage::open(directory, file.substr(0, file.size() - ending.size()));
    if (!storage) return tl::unexpected(storage.error().text);
    return std::unique_ptr<SavedStorage>(new SavedStorage(std::move(*storage)));
}

tox::Storage::Read SavedStorage::read(const std::string& name, tox::Bytes& out) { return inner_->read(name, out); }

bool SavedStorage::replace(const std::string& name, tox::ByteView content) {
    if (frozen_) return true;
    const tox::Instant began = clock_now();
    const bool done = inner_->replace(name, content);
    disk_time_ += clock_now() - began;
    return done;
}

bool SavedStorage::append(const std::string& name, tox::ByteView content) {
    return frozen_ || inner_->append(name, content);
}

bool SavedStorage::remove(const std::string& name) { return frozen_ || inner_->remove(name); }

tox::Bytes SavedStorage::profile() {
    tox::Bytes content;
    if (read(tox::files::profile, content) != Read::good) content.clear();
    return content;
}

}  // namespace tox_peer
