// SPDX-License-Identifier: GPL-3.0-or-later
// Storage on real files: "alice.tox", "alice.queue", ... in one directory, locked against a second user of the profile.
// Knows nothing of what is in them. The only file of the engine proper that talks to the file system.
#pragma once

#include <memory>
#include <tl/expected.hpp>

#include "engine/host/storage.hpp"

namespace tox {

class PosixStorage final : public Storage {
  public:
    static constexpr std::size_t max_profile_name = 128;  // bytes; leaves room for endings within 255
    static constexpr std::size_t max_file =
        std::size_t{256} * 1024 * 1024;  // bytes read; a save of 100,000 contacts is 221 MB (B46)

    struct OpenFault {
        enum class Kind { bad_name, directory, locked } kind;
        std::string text;  // for people
    };
    // Makes the directory (0700, with those above it) if it is missing, and takes the lock (R57) for as long as the
    // storage lives. A second open of the same profile, in this process too, gets `locked` and the number of the
    // process that has it.
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
    bool replace(const std::string& name, ByteView content) override;
    bool append(const std::string& name, ByteView content) override;
    std::string error() const override { return error_; }

  private:
    PosixStorage(std::string prefix, int lock) : prefix_(std::move(prefix)), lock_(lock) {}
    std::string path_of(const std::string& name) const;  // links followed
    bool failed(const std::string& what, const std::string& path);
    bool write_new(const std::string& path, ByteView content);

    std::string prefix_;  // "<directory>/<profile>."
    int lock_;            // descriptor that holds the flock
    std::string error_;
};

}  // namespace tox
