// SPDX-License-Identifier: GPL-3.0-or-later
// Files of the operating system: opening, reading and writing that does not stop half way.
#pragma once

#include <sys/stat.h>

#include <string>

#include "engine/base/bytes.hpp"
#include "engine/base/descriptor.hpp"

namespace tox {

// All of these set errno when they fail.
Descriptor open_file(const std::string& path, int flags);  // created for the owner alone; closed on exec
bool write_all(int fd, ByteView content);
bool read_all(int fd, std::span<Byte> out);  // exactly so many bytes from the start
// Zeros over the content of a file that has no name any more, on the disk too: what was in it is not left lying in free
// blocks. Where the file system copies on writing (btrfs, flash memory) old blocks may survive all the same. One that
// still has a name somewhere is somebody's copy and stays.
void blot_out(int fd);

struct FileIdentity {  // which file it is, whatever it is called
    dev_t device = 0;
    ino_t number = 0;
    bool operator==(const FileIdentity&) const = default;
};
inline FileIdentity identity_of(const struct stat& info) { return {info.st_dev, info.st_ino}; }

}  // namespace tox
