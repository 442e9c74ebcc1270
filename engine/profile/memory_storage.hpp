// SPDX-License-Identifier: GPL-3.0-or-later
// Storage in memory, for simulations and tests: a disk that can fail on demand. What was not replaced or appended
// successfully is lost in a crash: a copy of disk() given to a new storage is the machine after one.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "engine/host/storage.hpp"

namespace tox {

class MemoryStorage final : public Storage {
  public:
    using Disk = std::map<std::string, Bytes>;

    MemoryStorage() = default;
    explicit MemoryStorage(Disk disk) : disk_(std::move(disk)) {}

    Read read(const std::string& name, Bytes& out) override {
        if (fail_reads_) return Read::failed;
        const auto file = disk_.find(name);
        if (file == disk_.end()) return Read::absent;
        out = file->second;
        return Read::good;
    }
    bool replace(const std::string& name, ByteView content) override {
        if (!may_write()) return false;
        disk_[name].assign(content.begin(), content.end());
        return true;
    }
    bool append(const std::string& name, ByteView content) override {
        const auto torn = std::exchange(tear_, std::nullopt);
        if (!torn && !may_write()) return false;
        tox::append(disk_[name], torn ? content.first(std::min(*torn, content.size())) : content);
        writes_ += torn ? 1U : 0U;
        return !torn;
    }
    bool remove(const std::string& name) override {
        if (!may_write()) return false;
        disk_.erase(name);
        return true;
    }
    std::string error() const override { return "the disk of the simulation refuses"; }

    // So many writes change nothing and fail, once `after` more have gone well.
    void fail_writes(std::size_t count, std::size_t after = 0) {
        failures_ = count;
        spared_ = after;
    }
    void tear_append(std::size_t at_byte) { tear_ = at_byte; }  // the next append writes so many bytes and fails
    void fail_reads(bool fail) { fail_reads_ = fail; }
    std::size_t writes() const { return writes_; }  // that were tried
    Disk& disk() { return disk_; }

  private:
    bool may_write() {
        ++writes_;
        if (failures_ == 0) return true;
        if (spared_ > 0) {
            --spared_;
            return true;
        }
        --failures_;
        return false;
    }

    Disk disk_;
    std::size_t failures_ = 0;
    std::size_t spared_ = 0;
    std::size_t writes_ = 0;
    std::optional<std::size_t> tear_;
    bool fail_reads_ = false;
};

}  // namespace tox
