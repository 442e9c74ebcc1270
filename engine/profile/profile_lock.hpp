// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a profile to one user at a time (R57): by a lock on a file beside it, for those who come by the same name, and
// by one on the profile's file itself, which everybody meets who comes by another name for it (a link, a hard link).
#pragma once

#include <sys/types.h>

#include <tl/expected.hpp>

#include "engine/profile/posix_file.hpp"

namespace tox {

class ProfileLock {
  public:
    struct Fault {
        bool in_use = false;
        pid_t holder = 0;  // if it is; 0: not known
        std::string path;  // of the file that could not be locked
        std::string reason;
    };
    // `beside` is created if it is missing; `profile` need not exist.
    static tl::expected<ProfileLock, Fault> take(const std::string& beside, const std::string& profile);
    ~ProfileLock();
    ProfileLock(ProfileLock&&) noexcept = default;
    ProfileLock& operator=(ProfileLock&&) = delete;

    // The profile's file is about to be replaced. Refused if what stands there now is another file than the one we
    // know, and somebody else has it.
    tl::expected<void, Fault> allow_replacing(const std::string& profile);
    void take_next(const std::string& fresh);  // the file that is about to take its place
    void replaced();                           // it has

  private:
    explicit ProfileLock(Descriptor beside) : beside_(std::move(beside)) {}
    tl::expected<Descriptor, Fault> lock_file(const std::string& path) const;

    Descriptor beside_;
    Descriptor found_;    // the file as it was opened: a hard link to it may have stayed
    Descriptor current_;  // the one that has replaced it
    Descriptor fresh_;    // the next one
};

}  // namespace tox
