// SPDX-License-Identifier: GPL-3.0-or-later
// What the onion remembers between runs, in one small file that is always replaced as a whole. Nothing is lost with it
// but a second or two of the next start, so that a damaged one is simply not used.
#pragma once

#include "engine/host/loop.hpp"
#include "engine/host/storage.hpp"
#include "engine/onion/memory.hpp"

namespace tox {

class NodeFile {
  public:
    NodeFile(Storage& storage, const Loop& loop) : storage_(storage), loop_(loop) {}  // outlive this

    OnionMemory load() const;  // empty if there is no usable file
    bool save(const OnionMemory& memory);

  private:
    Storage& storage_;
    const Loop& loop_;
};

}  // namespace tox
