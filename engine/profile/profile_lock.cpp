// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/profile_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tox {
namespace {

namespace fs = std::filesystem;
using Fault = ProfileLock::Fault;

Fault failed(const std::string& path) { return {false, 0, path, std::strerror(errno)}; }

std::string_view leading_digits(std::string_view text) { return text.substr(0, text.find_first_not_of("0123456789")); }

// The number of the process that has the lock, as it wrote it there.
pid_t holder_written_in(int lock) {
    std::array<char, 16> text{};
    const ssize_t size = ::pread(lock, text.data(), text.size() - 1, 0);
    const std::string_view read(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return leading_digits(read).empty() ? 0 : static_cast<pid_t>(std::strtol(text.data(), nullptr, 10));
}

// The first line is what other Tox programs' lock files hold too. Only a courtesy: the lock is the flock.
void name_holder(int lock) {
    const std::string text = std::to_string(::getpid()) + "\npurple-tox\n";
    if (::ftruncate(lock, 0) == 0) write_all(lock, bytes_of(text));
}

bool has_open(const fs::path& process, const FileIdentity& file, const std::string& but) {
    std::error_code error;
    for (fs::directory_iterator at(process / "fd", error), end; !error && at != end; at.increment(error)) {
        struct stat info {};
        if (at->path() != but && ::stat(at->path().c_str(), &info) == 0 && identity_of(info) == file) return true;
    }
    return false;
}

// A profile's file says nothing of who has it locked; who has it open can be seen, for one's own processes.
pid_t holder_of_open(int lock) {
    struct stat info {};
    if (::fstat(lock, &info) != 0) return 0;
    const std::string ours = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(lock);
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (leading_digits(name) != name) continue;
        if (has_open(at->path(), identity_of(info), ours)) return static_cast<pid_t>(std::stol(name));
    }
    return 0;
}

bool is_open_as(const Descriptor& file, const struct stat& there) {
    struct stat info {};
    return file && ::fstat(file.get(), &info) == 0 && identity_of(info) == identity_of(there);
}

}  // namespace

// Some network file systems lock only what is open for writing, or nothing at all. Then the lock beside is all there
// is.
tl::expected<Descriptor, Fault> ProfileLock::lock_file(const std::string& path) const {
    struct stat there {};
    if (::stat(path.c_str(), &there) != 0 || !S_ISREG(there.st_mode)) return Descriptor();
    if (is_open_as(found_, there) || is_open_as(current_, there)) return Descriptor();
    Descriptor file = open_file(path, O_RDONLY);
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK) return Descriptor();
    return tl::unexpected(Fault{true, holder_of_open(file.get()), path, std::strerror(errno)});
}

tl::expected<ProfileLock, Fault> ProfileLock::take(const std::string& beside, const std::string& profile) {
    Descriptor lock = open_file(beside, O_RDWR | O_CREAT);
    if (!lock) return tl::unexpected(failed(beside));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        Fault fault = failed(beside);
        fault.in_use = errno == EWOULDBLOCK;
        if (fault.in_use) fault.holder = holder_written_in(lock.get());
        return tl::unexpected(std::move(fault));
    }
    ProfileLock taken(std::move(lock));
    auto file = taken.lock_file(profile);
    if (!file) return tl::unexpected(std::move(file.error()));
    taken.found_ = std::move(*file);
    name_holder(taken.beside_.get());
    return taken;
}

// The file beside stays: removing it would let two processes hold locks on two files of one name.
ProfileLock::~ProfileLock() {
    if (beside_ && ::ftruncate(beside_.get(), 0) != 0) errno = 0;  // nothing depends on it
}

tl::expected<void, Fault> ProfileLock::allow_replacing(const std::string& profile) {
    auto other = lock_file(profile);
    if (!other) return tl::unexpected(std::move(other.error()));
    if (*other) current_ = std::move(*other);
    return {};
}

void ProfileLock::take_next(const std::string& fresh) {
    auto next = lock_file(fresh);
    fresh_ = next ? std::move(*next) : Descriptor();
}

void ProfileLock::replaced() {
    current_ = std::move(fresh_);
    fresh_ = Descriptor();  // which has been given the old one
    struct stat info {};
    if (found_ && ::fstat(found_.get(), &info) == 0 && info.st_nlink == 0) found_ = Descriptor();
}

}  // namespace tox
