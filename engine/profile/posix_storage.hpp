// SPDX-License-Identifier: GPL-3.0-or-later
// Storage on real files: "alice.tox", "alice.queue", ... in one directory, locked against a second user of the profile.
// Knows nothing of what is in them. The only file of the engine proper that talks to the file system.
#pragma once

#include <memory>

#include "engine/host/storage.hpp"
#include "engine/profile/profile_lock.hpp"

namespace tox {

class PosixStorage final : public Storage {
  public:
    static constexpr std::size_t max_profile_name = 128;  // bytes; leaves room for endings within 255
    static constexpr std::size_t max_file =
        std::size_t{256} * 1024 * 1024;  // bytes read; a save of 100,000 contacts is 221 MB (B46)

    struct OpenFault {
        // directory: it cannot be made, or is none; no_lock: its lock file cannot be created, or cannot be locked there
        enum class Kind { bad_name, directory, no_lock, locked } kind;
        std::string text;    // all of it, in English
        std::string path;    // what it is about
        std::string reason;  // the operating system's
        pid_t holder = 0;    // the process that has it locked; 0: not known
    };
    // Makes the directory (0700, with those above it) if it is missing, and takes the lock (R57) for as long as the
    // storage lives. A second open of the same profile, by whatever name and in this process too, gets `locked`.
    static tl::expected<std::unique_ptr<PosixStorage>, OpenFault> open(const std::string& directory,
                                                                       const std::string& profile_name);
    static bool is_profile_name(std::string_view name);  // no '/', no control character, no dot in front, not too long

    ~PosixStorage() override;
    PosixStorage(const PosixStorage&) = delete;
    PosixStorage& operator=(const PosixStorage&) = delete;

    Read read(const std::string& name, Bytes& out) override;
    // Writes "<file>.new" beside the file, syncs it, reads it back, renames it over the file, syncs the directory.
    // Where the file is a symbolic link all this happens at its target.
    // If only the last step fails, the new content is in place, but may not outlive a power cut: that is false too.
    // The old content is overwritten then, unless the file has another name.
    bool replace(const std::string& name, ByteView content) override;
    bool append(const std::string& name, ByteView content) override;
    bool remove(const std::string& name) override;
    std::string error() const override { return error_; }

  private:
    PosixStorage(std::string prefix, ProfileLock lock) : prefix_(std::move(prefix)), lock_(std::move(lock)) {}
    std::string path_of(const std::string& name) const;  // links followed
    bool failed(const std::string& what, const std::string& path);
    bool write_new(const std::string& path, ByteView content);
    bool may_replace(const std::string& path, bool is_profile);

    std::string prefix_;  // "<directory>/<profile>."
    ProfileLock lock_;
    std::string error_;
};

}  // namespace tox
