// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/posix_storage.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/crypto/keys.hpp"
#include "engine/profile/files.hpp"
#include "engine/profile/posix_file.hpp"

namespace tox {
namespace {

namespace fs = std::filesystem;

constexpr mode_t private_directory = 0700;
constexpr unsigned max_links = 40;  // as the kernel's own limit (path_resolution(7))

bool reads_back(int fd, ByteView content) {
    Bytes again(content.size());
    const bool same = read_all(fd, again) && std::equal(again.begin(), again.end(), content.begin());
    wipe(again);
    if (!same) errno = EIO;
    return same;
}

std::string directory_of(const std::string& path) {
    const std::string parent = fs::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

bool sync_directory_of(const std::string& path) {
    const Descriptor directory = open_file(directory_of(path), O_RDONLY | O_DIRECTORY);
    // some file systems cannot sync a directory, and say so: then a rename is as durable as it gets there
    return directory && (::fsync(directory.get()) == 0 || errno == EINVAL || errno == ENOTSUP);
}

// The directory and those above it; one that is already there keeps its mode, it may be somebody else's.
bool make_directory(const fs::path& path) {
    std::error_code error;
    if (path.empty() || fs::is_directory(path, error)) return true;
    const fs::path parent = path.parent_path();
    if (parent != path && !make_directory(parent)) return false;
    return ::mkdir(path.c_str(), private_directory) == 0 || (errno == EEXIST && fs::is_directory(path, error));
}

std::string reason() { return std::strerror(errno); }

// Where a path leads in the end.
std::string resolved(fs::path path) {
    std::error_code error;
    for (unsigned i = 0; i < max_links && fs::is_symlink(path, error); ++i) {
        const fs::path target = fs::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path.string();
}

PosixStorage::OpenFault fault_of(ProfileLock::Fault lock, const std::string& profile_name) {
    using Kind = PosixStorage::OpenFault::Kind;
    if (!lock.in_use) return {Kind::no_lock, lock.path + ": " + lock.reason, lock.path, lock.reason, 0};
    const std::string holder = lock.holder == 0 ? "another program" : "process " + std::to_string(lock.holder);
    return {Kind::locked, "the profile \"" + profile_name + "\" is in use by " + holder, lock.path, lock.reason,
            lock.holder};
}

}  // namespace

// ---- opening ---------------------------------------------------------------------------------------------------

bool PosixStorage::is_profile_name(std::string_view name) {
    const auto bad = [](char c) { return c == '/' || static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    return !name.empty() && name.size() <= max_profile_name && name.front() != '.' &&
           std::none_of(name.begin(), name.end(), bad);
}

tl::expected<std::unique_ptr<PosixStorage>, PosixStorage::OpenFault> PosixStorage::open(
    const std::string& directory, const std::string& profile_name) {
    using Kind = OpenFault::Kind;
    if (!is_profile_name(profile_name))
        return tl::unexpected(
            OpenFault{Kind::bad_name, "\"" + profile_name + "\" cannot be the name of a profile", profile_name, "", 0});
    if (directory.empty() || !make_directory(directory)) {
        if (errno == EEXIST) errno = ENOTDIR;  // a file has the name
        return tl::unexpected(OpenFault{Kind::directory, directory + ": " + reason(), directory, reason(), 0});
    }
    const std::string prefix = (fs::path(directory) / profile_name).string() + ".";
    auto lock = ProfileLock::take(prefix + "lock", resolved(prefix + files::profile));
    if (!lock) return tl::unexpected(fault_of(std::move(lock.error()), profile_name));
    return std::unique_ptr<PosixStorage>(new PosixStorage(prefix, std::move(*lock)));
}

PosixStorage::~PosixStorage() = default;

bool PosixStorage::failed(const std::string& what, const std::string& path) {
    error_ = what + " " + path + ": " + reason();
    return false;
}

std::string PosixStorage::path_of(const std::string& name) const { return resolved(prefix_ + name); }

// ---- files -----------------------------------------------------------------------------------------------------

Storage::Read PosixStorage::read(const std::string& name, Bytes& out) {
    const std::string path = path_of(name);
    const auto give_up = [&] {
        failed("cannot read", path);
        return Read::failed;
    };
    const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);  // not waiting for the other end of a pipe
    if (!file && errno == ENOENT) return Read::absent;
    struct stat info {};
    if (!file || ::fstat(file.get(), &info) != 0) return give_up();
    if (!S_ISREG(info.st_mode)) errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
    if (S_ISREG(info.st_mode) && static_cast<std::uintmax_t>(info.st_size) > max_file) errno = EFBIG;
    if (!S_ISREG(info.st_mode) || static_cast<std::uintmax_t>(info.st_size) > max_file) return give_up();
    out.resize(static_cast<std::size_t>(info.st_size));
    return read_all(file.get(), out) ? Read::good : give_up();
}

// The file stands beside its goal, synced and read back (R50).
bool PosixStorage::write_new(const std::string& path, ByteView content) {
    ::unlink(path.c_str());  // left by a process that died: we have the lock, so it is nobody's
    Descriptor file = open_file(path, O_RDWR | O_CREAT | O_EXCL);
    if (!file) return failed("cannot create", path);
    if (!write_all(file.get(), content) || ::fsync(file.get()) != 0 || !reads_back(file.get(), content) ||
        ::close(file.release()) != 0)  // the last chance of a network file system to say that it has not written
        return failed("cannot write", path);
    return true;
}

bool PosixStorage::may_replace(const std::string& path, bool is_profile) {
    // a file that was made read-only is meant to be, though a rename would not ask
    if (::access(path.c_str(), W_OK) != 0 && errno != ENOENT) return failed("cannot write", path);
    if (!is_profile) return true;
    const auto allowed = lock_.allow_replacing(path);
    if (!allowed) error_ = fault_of(allowed.error(), path).text;
    return allowed.has_value();
}

bool PosixStorage::replace(const std::string& name, ByteView content) {
    const std::string path = path_of(name);
    const std::string fresh = path + ".new";
    const bool is_profile = name == files::profile;
    if (!may_replace(path, is_profile)) return false;
    if (!write_new(fresh, content)) {
        ::unlink(fresh.c_str());
        return false;
    }
    if (is_profile) lock_.take_next(fresh);
    const Descriptor old = open_file(path, O_RDONLY | O_NONBLOCK);
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
    if (is_profile) lock_.replaced();
    if (!sync_directory_of(path)) return failed("cannot sync the directory of", path);
    if (old) blot_out(old.get());
    return true;
}

bool PosixStorage::remove(const std::string& name) {
    const std::string path = path_of(name);
    const Descriptor old = open_file(path, O_RDONLY | O_NONBLOCK);
    if (::unlink(path.c_str()) != 0) return errno == ENOENT || failed("cannot remove", path);
    if (!sync_directory_of(path)) return failed("cannot sync the directory of", path);
    if (old) blot_out(old.get());
    return true;
}

bool PosixStorage::append(const std::string& name, ByteView content) {
    const std::string path = path_of(name);
    struct stat before {};
    const bool known = ::stat(path.c_str(), &before) == 0;
    const Descriptor file = open_file(path, O_WRONLY | O_APPEND | O_CREAT);
    if (!file) return failed("cannot open", path);
    if (!write_all(file.get(), content) || ::fdatasync(file.get()) != 0) {
        failed("cannot write", path);
        if (::ftruncate(file.get(), known ? before.st_size : 0) != 0) errno = 0;  // the caller trusts no tail anyway
        return false;
    }
    return known || sync_directory_of(path) || failed("cannot sync the directory of", path);
}

}  // namespace tox
