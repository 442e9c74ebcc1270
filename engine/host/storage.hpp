// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's view of its disk: a few named files of one profile.
#pragma once

#include <string>

#include "engine/base/bytes.hpp"

namespace tox {

class Storage {
  public:
    enum class Read { absent, good, failed };
    virtual ~Storage() = default;
    // Whole file into `out`. `absent` and `failed` are never mixed up: a profile that cannot be read is not a new one
    // (R51).
    virtual Read read(const std::string& name, Bytes& out) = 0;
    // All or nothing, durable on return (R50). On false the old content is still there, error() says why. What is
    // replaced or removed is not left lying on the disk, as far as the system can see to that.
    virtual bool replace(const std::string& name, ByteView content) = 0;
    // Appends to the file, durable on return; on false nothing may be assumed about a partial tail.
    virtual bool append(const std::string& name, ByteView content) = 0;
    virtual bool remove(const std::string& name) = 0;  // durable on return; true if there was no such file
    virtual std::string error() const = 0;             // of the last failure, for people
};

}  // namespace tox
