// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/posix_storage.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/crypto/keys.hpp"

namespace tox {
namespace {

namespace fs = std::filesystem;

constexpr mode_t private_file = 0600;
constexpr mode_t private_directory = 0700;
constexpr unsigned max_links = 40;  // as the kernel's own limit (path_resolution(7))

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool open() const { return fd_ >= 0; }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    bool close() {  // the last chance of a network file system to say that it has not written
        return ::close(release()) == 0;
    }

  private:
    int fd_;
};

int open_file(const std::string& path, int flags) {
    int fd = -1;
    do fd = ::open(path.c_str(), flags | O_CLOEXEC, private_file);
    while (fd < 0 && errno == EINTR);
    return fd;
}

bool write_all(int fd, ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

// Exactly `out` bytes from the start; false sets errno.
bool read_all(int fd, std::span<Byte> out) {
    off_t at = 0;
    while (!out.empty()) {
        const ssize_t got = ::pread(fd, out.data(), out.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO;  // shorter than it was a moment ago
        if (got <= 0) return false;
        at += got;
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

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
    const Descriptor directory(open_file(directory_of(path), O_RDONLY | O_DIRECTORY));
    // some file systems cannot sync a directory, and say so: then a rename is as durable as it gets there
    return directory.open() && (::fsync(directory.get()) == 0 || errno == EINVAL || errno == ENOTSUP);
}

// The directory and those above it; one that is already there keeps its mode, it may be somebody else's.
bool make_directory(const fs::path& path) {
    std::error_code error;
    if (path.empty() || fs::is_directory(path, error)) return true;
    const fs::path parent = path.parent_path();
    if (parent != path && !make_directory(parent)) return false;
    return ::mkdir(path.c_str(), private_directory) == 0 || (errno == EEXIST && fs::is_directory(path, error));
}

// The number of the process that has the lock, as it wrote it there.
std::string holder_of(int lock) {
    std::array<char, 16> text{};
    const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
    std::string_view digits(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    digits = digits.substr(0, digits.find_first_not_of("0123456789"));
    return digits.empty() ? "another program" : "process " + std::string(digits);
}

// The first line is what other Tox programs' lock files hold too. Only a courtesy: the lock is the flock.
void name_holder(int lock) {
    const std::string text = std::to_string(::getpid()) + "\npurple-tox\n";
    if (::ftruncate(lock, 0) == 0) write_all(lock, bytes_of(text));
}

std::string reason() { return std::strerror(errno); }

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
    const auto fault = [](Kind kind, std::string text) { return tl::unexpected(OpenFault{kind, std::move(text)}); };
    if (!is_profile_name(profile_name))
        return fault(Kind::bad_name, "\"" + profile_name + "\" cannot be the name of a profile");
    if (directory.empty() || !make_directory(directory)) return fault(Kind::directory, directory + ": " + reason());
    const std::string prefix = (fs::path(directory) / profile_name).string() + ".";
    Descriptor lock(open_file(prefix + "lock", O_RDWR | O_CREAT));
    if (!lock.open()) return fault(Kind::directory, prefix + "lock: " + reason());
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return fault(Kind::directory, prefix + "lock: " + reason());
        return fault(Kind::locked, "the profile \"" + profile_name + "\" is in use by " + holder_of(lock.get()));
    }
    name_holder(lock.get());
    return std::unique_ptr<PosixStorage>(new PosixStorage(prefix, lock.release()));
}

// The file stays: removing it would let two processes hold locks on two files of one name.
PosixStorage::~PosixStorage() {
    if (::ftruncate(lock_, 0) != 0) errno = 0;  // nothing to be done, and nothing depends on it
    ::close(lock_);
}

bool PosixStorage::failed(const std::string& what, const std::string& path) {
    error_ = what + " " + path + ": " + reason();
    return false;
}

std::string PosixStorage::path_of(const std::string& name) const {
    fs::path path = prefix_ + name;
    std::error_code error;
    for (unsigned i = 0; i < max_links && fs::is_symlink(path, error); ++i) {
        const fs::path target = fs::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path.string();
}

// ---- files -----------------------------------------------------------------------------------------------------

Storage::Read PosixStorage::read(const std::string& name, Bytes& out) {
    const std::string path = path_of(name);
    const auto give_up = [&] {
        failed("cannot read", path);
        return Read::failed;
    };
    const Descriptor file(open_file(path, O_RDONLY | O_NONBLOCK));  // not waiting for the other end of a pipe
    if (!file.open() && errno == ENOENT) return Read::absent;
    struct stat info {};
    if (!file.open() || ::fstat(file.get(), &info) != 0) return give_up();
    if (!S_ISREG(info.st_mode)) errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
    if (S_ISREG(info.st_mode) && static_cast<std::uintmax_t>(info.st_size) > max_file) errno = EFBIG;
    if (!S_ISREG(info.st_mode) || static_cast<std::uintmax_t>(info.st_size) > max_file) return give_up();
    out.resize(static_cast<std::size_t>(info.st_size));
    return read_all(file.get(), out) ? Read::good : give_up();
}

// The file stands beside its goal, synced and read back (R50).
bool PosixStorage::write_new(const std::string& path, ByteView content) {
    ::unlink(path.c_str());  // left by a process that died: we have the lock, so it is nobody's
    Descriptor file(open_file(path, O_RDWR | O_CREAT | O_EXCL));
    if (!file.open()) return failed("cannot create", path);
    if (!write_all(file.get(), content) || ::fsync(file.get()) != 0 || !reads_back(file.get(), content) ||
        !file.close())
        return failed("cannot write", path);
    return true;
}

bool PosixStorage::replace(const std::string& name, ByteView content) {
    const std::string path = path_of(name);
    const std::string fresh = path + ".new";
    // a file that was made read-only is meant to be, though a rename would not ask
    if (::access(path.c_str(), W_OK) != 0 && errno != ENOENT) return failed("cannot write", path);
    if (!write_new(fresh, content)) {
        ::unlink(fresh.c_str());
        return false;
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
    return sync_directory_of(path) || failed("cannot sync the directory of", path);
}

bool PosixStorage::append(const std::string& name, ByteView content) {
    const std::string path = path_of(name);
    struct stat before {};
    const bool known = ::stat(path.c_str(), &before) == 0;
    const Descriptor file(open_file(path, O_WRONLY | O_APPEND | O_CREAT));
    if (!file.open()) return failed("cannot open", path);
    if (!write_all(file.get(), content) || ::fdatasync(file.get()) != 0) {
        failed("cannot write", path);
        if (::ftruncate(file.get(), known ? before.st_size : 0) != 0) errno = 0;  // the caller trusts no tail anyway
        return false;
    }
    return known || sync_directory_of(path) || failed("cannot sync the directory of", path);
}

}  // namespace tox
