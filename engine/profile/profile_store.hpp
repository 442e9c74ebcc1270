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

enum class FileState : Byte {  // what load() found in a file
    absent,
    whole,
    end_missing,  // used, if nothing better is there (SaveRemarks)
    unreadable,
    empty,
    not_a_profile,
    encrypted,
    cut_short,  // what precedes the damage can be had: ProfileStore::remains()
    bad_identity,
};

class ProfileStore {
  public:
    explicit ProfileStore(Storage& storage) : storage_(storage) {}  // outlives the store

    enum class Source : Byte {
        file,
        backup,
        unfinished,  // a new file that was written, but not yet put in place
        remains,     // of a damaged file
    };
    struct Loaded {
        SavedProfile profile;
        Source source = Source::file;
    };
    // No profile and no fault: there is none, and one may be created. Changes nothing on the disk. A file without an
    // END is taken only if no backup is whole. After a fault error() says what is wrong, for people.
    tl::expected<std::optional<Loaded>, LoadFault> load();
    // What load() found; a backup that it had no need to look at is `absent`.
    FileState file_state() const { return file_state_; }
    FileState backup_state() const { return backup_state_; }
    // After load() has said `damaged`: what precedes the damage (B42), of the file or else of the backup. To be used
    // only if the user wants that; the damaged file is kept aside when something is stored.
    std::optional<Loaded> remains();

    // Durable on return. Before a good file is replaced for the first time after load() it becomes the backup; later on
    // it does whenever it holds more contacts than the backup. One that is damaged, or holds more than is loaded of it
    // (SaveRemarks), is set aside. On false the old file stands, and error() says why.
    bool store(const SavedProfile& profile);

    const std::string& error() const { return error_; }

  private:
    struct Candidate;
    Candidate examine(const char* name);
    bool keep_present();
    bool failed(std::string why);

    Storage& storage_;
    FileState file_state_ = FileState::absent;
    FileState backup_state_ = FileState::absent;
    std::optional<std::size_t> contacts_in_backup_;  // of the one made since the start
    std::string error_;
};

}  // namespace tox
