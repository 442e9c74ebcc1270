// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/posix_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tox {
namespace {

constexpr mode_t private_file = 0600;

bool write_zeros(int fd, off_t size) {
    static constexpr std::array<Byte, 64 * 1024> zeros{};
    while (size > 0) {
        const auto part = std::min<std::size_t>(static_cast<std::size_t>(size), zeros.size());
        if (!write_all(fd, ByteView(zeros).first(part))) return false;
        size -= static_cast<off_t>(part);
    }
    return true;
}

}  // namespace

Descriptor open_file(const std::string& path, int flags) {
    int fd = -1;
    do fd = ::open(path.c_str(), flags | O_CLOEXEC, private_file);
    while (fd < 0 && errno == EINTR);
    return Descriptor(fd);
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

// The descriptor is one for reading: no file is opened for writing while it has a name (R50).
void blot_out(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 0) return;
    const Descriptor again = open_file("/proc/self/fd/" + std::to_string(fd), O_WRONLY);
    if (again && write_zeros(again.get(), info.st_size)) ::fdatasync(again.get());
}

}  // namespace tox
