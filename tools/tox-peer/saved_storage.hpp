// SPDX-License-Identifier: GPL-3.0-or-later
// An instance's disk: in memory, or the .tox file the harness named. Can be frozen, as the end without saving wants it,
// and knows how much of a save was the disk's time.
#pragma once

#include <memory>
#include <tl/expected.hpp>

#include "engine/base/time.hpp"
#include "engine/host/storage.hpp"

namespace tox_peer {

class SavedStorage final : public tox::Storage {
  public:
    // An empty path: in memory. Otherwise it ends in ".tox"; the engine's other files lie beside it. The error is for
    // people.
    static tl::expected<std::unique_ptr<SavedStorage>, std::string> open(const std::string& path);

    Read read(const std::string& name, tox::Bytes& out) override;
    bool replace(const std::string& name, tox::ByteView content) override;
    bool append(const std::string& name, tox::ByteView content) override;
    bool remove(const std::string& name) override;
    std::string error() const override { return inner_->error(); }

    void freeze() { frozen_ = true; }  // from now on writing only seems to succeed
    tox::Bytes profile();              // the .tox file; empty if there is none
    tox::Duration disk_time() const { return disk_time_; }

  private:
    explicit SavedStorage(std::unique_ptr<tox::Storage> inner) : inner_(std::move(inner)) {}
    std::unique_ptr<tox::Storage> inner_;
    bool frozen_ = false;
    tox::Duration disk_time_{};
};

}  // namespace tox_peer
