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

const char* describe(SaveFault fault) {
    switch (fault) {
        case SaveFault::not_a_save:
            return "is not a Tox profile";
        case SaveFault::encrypted:
            return "is encrypted with a passphrase";
        case SaveFault::cut_short:
            return "is damaged or cut off";
        case SaveFault::bad_identity:
            return "has a damaged identity";
    }
    return "is damaged";
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
    Storage::Read read = Storage::Read::absent;
    std::optional<SavedProfile> profile;
    SaveFault fault = SaveFault::not_a_save;  // why there is none, if it could be read

    bool whole() const { return profile && !profile->remarks.end_missing; }
    bool encrypted() const { return read == Storage::Read::good && !profile && fault == SaveFault::encrypted; }
};

bool ProfileStore::failed(std::string why) {
    error_ = std::move(why);
    return false;
}

ProfileStore::Candidate ProfileStore::examine(const char* name) {
    Candidate candidate;
    WipedBytes file;
    candidate.read = storage_.read(name, file.bytes);
    if (candidate.read == Storage::Read::failed) error_ = storage_.error();
    if (candidate.read != Storage::Read::good) return candidate;
    auto parsed = parse_save(file.bytes);
    if (parsed) {
        candidate.profile = std::move(*parsed);
    } else {
        candidate.fault = parsed.error();
        error_ = std::string("the file \"") + name + "\" " + describe(candidate.fault);
    }
    return candidate;
}

tl::expected<std::optional<ProfileStore::Loaded>, LoadFault> ProfileStore::load() {
    error_.clear();
    Candidate file = examine(files::profile);
    if (file.read == Storage::Read::failed) return tl::unexpected(LoadFault::unreadable);
    if (file.encrypted()) return tl::unexpected(LoadFault::encrypted);
    if (file.whole()) return Loaded{std::move(*file.profile), Source::file};
    const std::string why = error_;

    Candidate backup = examine(files::profile_backup);
    if (backup.whole()) return Loaded{std::move(*backup.profile), Source::backup};
    if (file.profile) return Loaded{std::move(*file.profile), Source::file};
    Candidate unfinished = examine(files::profile_new);
    if (unfinished.whole()) return Loaded{std::move(*unfinished.profile), Source::unfinished};

    if (!why.empty()) error_ = why;  // of the file itself, which is what the user knows
    if (file.read == Storage::Read::good) return tl::unexpected(LoadFault::damaged);
    if (backup.read == Storage::Read::failed) return tl::unexpected(LoadFault::unreadable);
    if (backup.encrypted()) return tl::unexpected(LoadFault::encrypted);
    if (backup.read == Storage::Read::good) return tl::unexpected(LoadFault::damaged);
    error_.clear();  // a torn first write is no profile yet
    return std::optional<Loaded>();
}

// The file as it is on the disk becomes the backup, if it deserves that.
bool ProfileStore::keep_present() {
    WipedBytes file;
    const auto read = storage_.read(files::profile, file.bytes);
    if (read == Storage::Read::absent) return true;
    if (read == Storage::Read::failed) return failed(storage_.error());
    const auto present = parse_save(file.bytes);
    if (!present || present->remarks.end_missing)
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
