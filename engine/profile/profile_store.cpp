// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/profile_store.hpp"

#include "engine/profile/files.hpp"

namespace tox {
namespace {

struct WipedBytes {  // the content of a save, which holds the secret key
    Bytes bytes;
    WipedBytes() = default;
    explicit WipedBytes(Bytes content) : bytes(std::move(content)) {}
    WipedBytes(WipedBytes&&) = default;
    WipedBytes& operator=(WipedBytes&&) = delete;
    ~WipedBytes() { wipe(bytes); }
};

const char* describe(FileState state) {
    switch (state) {
        case FileState::empty:
            return "is empty";
        case FileState::encrypted:
            return "is encrypted with a passphrase";
        case FileState::cut_short:
            return "is damaged or cut off";
        case FileState::bad_identity:
            return "has a damaged identity";
        default:
            return "is not a Tox profile";
    }
}

FileState state_of(SaveFault fault) {
    switch (fault) {
        case SaveFault::encrypted:
            return FileState::encrypted;
        case SaveFault::cut_short:
            return FileState::cut_short;
        case SaveFault::bad_identity:
            return FileState::bad_identity;
        case SaveFault::not_a_save:
            break;
    }
    return FileState::not_a_profile;
}

// R54: what was written reads back as what was meant.
bool reads_back(ByteView file, const SavedProfile& profile) {
    const auto again = parse_save(file);
    return again && !again->remarks.end_missing && same(again->secret.view(), profile.secret.view()) &&
           again->nospam == profile.nospam && again->other == profile.other &&
           again->contacts.size() >= std::min(profile.contacts.size(), max_saved_contacts);
}

}  // namespace

struct ProfileStore::Candidate {
    FileState state = FileState::absent;
    std::optional<SavedProfile> profile;

    bool is(FileState what) const { return state == what; }
};

bool ProfileStore::failed(std::string why) {
    error_ = std::move(why);
    return false;
}

ProfileStore::Candidate ProfileStore::examine(const char* name) {
    WipedBytes file;
    const auto read = storage_.read(name, file.bytes);
    if (read == Storage::Read::failed) error_ = storage_.error();
    if (read != Storage::Read::good)
        return {read == Storage::Read::failed ? FileState::unreadable : FileState::absent, {}};
    auto parsed = parse_save(file.bytes);
    if (parsed) {
        const bool end_missing = parsed->remarks.end_missing;
        return {end_missing ? FileState::end_missing : FileState::whole, std::move(*parsed)};
    }
    const FileState state = file.bytes.empty() ? FileState::empty : state_of(parsed.error());
    error_ = std::string("the file \"") + name + "\" " + describe(state);
    return {state, {}};
}

tl::expected<std::optional<ProfileStore::Loaded>, LoadFault> ProfileStore::load() {
    error_.clear();
    Candidate file = examine(files::profile);
    file_state_ = file.state;
    if (file.is(FileState::unreadable)) return tl::unexpected(LoadFault::unreadable);
    if (file.is(FileState::encrypted)) return tl::unexpected(LoadFault::encrypted);
    if (file.is(FileState::whole)) return Loaded{std::move(*file.profile), Source::file};
    const std::string why = error_;

    Candidate backup = examine(files::profile_backup);
    backup_state_ = backup.state;
    if (backup.is(FileState::whole)) return Loaded{std::move(*backup.profile), Source::backup};
    if (file.profile) return Loaded{std::move(*file.profile), Source::file};
    Candidate unfinished = examine(files::profile_new);
    if (unfinished.is(FileState::whole)) return Loaded{std::move(*unfinished.profile), Source::unfinished};

    if (!why.empty()) error_ = why;  // of the file itself, which is what the user knows
    if (!file.is(FileState::absent)) return tl::unexpected(LoadFault::damaged);
    if (backup.is(FileState::unreadable)) return tl::unexpected(LoadFault::unreadable);
    if (backup.is(FileState::encrypted)) return tl::unexpected(LoadFault::encrypted);
    if (!backup.is(FileState::absent)) return tl::unexpected(LoadFault::damaged);
    error_.clear();  // a torn first write is no profile yet
    return std::optional<Loaded>();
}

std::optional<ProfileStore::Loaded> ProfileStore::remains() {
    for (const char* const name : {files::profile, files::profile_backup}) {
        WipedBytes file;
        if (storage_.read(name, file.bytes) != Storage::Read::good) continue;
        if (auto profile = recover_save(file.bytes)) return Loaded{std::move(*profile), Source::remains};
    }
    return std::nullopt;
}

// The file as it is on the disk becomes the backup, if it deserves that.
bool ProfileStore::keep_present() {
    WipedBytes file;
    const auto read = storage_.read(files::profile, file.bytes);
    if (read == Storage::Read::absent) return true;
    if (read == Storage::Read::failed) return failed(storage_.error());
    const auto present = parse_save(file.bytes);
    if (!present || present->remarks.end_missing || !present->remarks.complete())
        return files::set_aside(storage_, files::profile, file.bytes) || failed(storage_.error());
    if (contacts_in_backup_ && *contacts_in_backup_ >= present->contacts.size()) return true;
    if (!storage_.replace(files::profile_backup, file.bytes)) return failed(storage_.error());
    contacts_in_backup_ = present->contacts.size();
    return true;
}

bool ProfileStore::store(const SavedProfile& profile) {
    const WipedBytes file(serialise_save(profile));
    if (!reads_back(file.bytes, profile)) return failed("the profile would not be readable again");
    if (!keep_present()) return false;
    if (!storage_.replace(files::profile, file.bytes)) return failed(storage_.error());
    error_.clear();
    return true;
}

}  // namespace tox
