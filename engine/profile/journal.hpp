// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of a record in an append-only file: what was written only in part, or has changed since, is recognised and
// skipped. Knows nothing of what the records say.
#pragma once

#include "engine/base/bytes.hpp"

namespace tox::journal {

// mark 4 ("TxQ" and the version) · size of the payload 4, big-endian · first 8 bytes of its SHA-256 · payload
inline constexpr std::size_t overhead = 16;
inline constexpr std::size_t max_payload = 128 * 1024;  // twice the longest text; a size beyond it is damage

void write(Bytes& out, ByteView payload);  // not empty

class Reader {
  public:
    explicit Reader(ByteView file) : rest_(file) {}  // the bytes outlive the reader

    std::optional<ByteView> next();  // the next whole record's payload; nothing at the end
    // Complete when next() has given nothing:
    bool torn() const { return torn_; }        // something was not a whole record
    bool damaged() const { return damaged_; }  // and it was not only the tail
    bool later_version() const { return later_version_; }

  private:
    ByteView rest_;
    bool torn_ = false;
    bool damaged_ = false;
    bool later_version_ = false;
};

}  // namespace tox::journal
