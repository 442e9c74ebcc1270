// SPDX-License-Identifier: GPL-3.0-or-later
// The profile on its Storage: which of its files counts, and that no good one is ever lost (R50-R54). Knows nothing of
// the queue and the requests beside it.
#pragma once

#include "engine/host/storage.hpp"
#include "engine/profile/save_format.hpp"

namespace tox {

enum class LoadFault {
    unreadable,  // a file is there, but reading it failed
    damaged,     // a file is there, but neither it nor a backup is a whole profile
    encrypted,
};

class ProfileStore {
  public:
    explicit ProfileStore(Storage& storage) : storage_(storage) {}  // outlives the store

    enum class Source {
        file,
        backup,
        unfinished
    };  // unfinished: a new file that was written, but not yet put in place
    struct Loaded {
        SavedProfile profile;
        Source source = Source::file;
    };
    // No profile and no fault: there is none, and one may be created. Changes nothing on the disk. A file without an
    // END is taken only if no backup is whole. After a fault error() says what is wrong, for people.
    tl::expected<std::optional<Loaded>, LoadFault> load();

    // Durable on return. Before a good file is replaced for the first time after load() it becomes the backup; later on
    // it does whenever it holds more contacts than the backup. A damaged one is set aside. On false the old file
    // stands, and error() says why.
    bool store(const SavedProfile& profile);

    const std::string& error() const { return error_; }

  private:
    struct Candidate;
    Candidate examine(const char* name);
    bool keep_present();
    bool failed(std::string why);

    Storage& storage_;
    std::optional<std::size_t> contacts_in_backup_;  // of the one made since the start
    std::string error_;
};

}  // namespace tox
