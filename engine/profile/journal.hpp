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
    explicit Reader(ByteView file) : rest_(file), patience_(2 * file.size()) {}  // the bytes outlive the reader

    std::optional<ByteView> next();  // the next whole record's payload; nothing at the end
    // Complete when next() has given nothing:
    bool torn() const { return torn_; }        // something was not a whole record
    bool damaged() const { return damaged_; }  // and it was not only the tail
    bool later_version() const { return later_version_; }
    std::size_t hashed_in_vain() const { return hashed_in_vain_; }  // bytes

  private:
    std::optional<ByteView> take_record();

    ByteView rest_;
    // Bytes that may still be hashed in vain. Damage costs a record its own size once; a file that was made up could
    // name any size at each of its bytes.
    std::size_t patience_;
    std::size_t hashed_in_vain_ = 0;
    bool torn_ = false;
    bool damaged_ = false;
    bool later_version_ = false;
};

}  // namespace tox::journal
