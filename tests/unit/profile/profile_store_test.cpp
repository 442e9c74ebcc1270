// SPDX-License-Identifier: GPL-3.0-or-later
// Which file counts, and that no good one is lost: R50-R54.
#include "engine/profile/profile_store.hpp"

#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

using Source = ProfileStore::Source;

Bytes truncated(Bytes file, std::size_t size) {
    file.resize(size);
    return file;
}

Bytes bytes_to_keep(std::string_view text) {
    const ByteView bytes = bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

TEST(ProfileStore, R51_AbsentIsNeitherFaultNorProfile) {
    MemoryStorage storage;
    ProfileStore store(storage);
    const auto loaded = store.load();
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->has_value());
    EXPECT_TRUE(store.error().empty());
    EXPECT_EQ(storage.writes(), 0U);
}

TEST(ProfileStore, StoredProfileIsLoaded) {
    MemoryStorage storage;
    const SavedProfile profile = samples::profile();
    ASSERT_TRUE(ProfileStore(storage).store(profile));
    const auto loaded = ProfileStore(storage).load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->source, Source::file);
    EXPECT_TRUE(samples::same_content((*loaded)->profile, profile));
}

TEST(ProfileStore, R51_UnreadableIsNotAbsentThoughABackupIsThere) {
    MemoryStorage storage;
    ASSERT_TRUE(ProfileStore(storage).store(samples::profile()));
    storage.fail_reads(true);
    ProfileStore store(storage);
    const auto loaded = store.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error(), LoadFault::unreadable);
    EXPECT_FALSE(store.error().empty());
}

TEST(ProfileStore, R51_DamagedAtEveryByteIsNeverAbsent) {
    const Bytes file = serialise_save(samples::profile());
    for (std::size_t size = 0; size < file.size(); size += 7) {
        MemoryStorage storage({{files::profile, truncated(file, size)}});
        const auto before = storage.disk();
        const auto loaded = ProfileStore(storage).load();
        const bool absent = loaded && !loaded->has_value();
        EXPECT_FALSE(absent) << size;
        EXPECT_TRUE(loaded || loaded.error() == LoadFault::damaged) << size;
        EXPECT_EQ(storage.disk(), before);
    }
}

TEST(ProfileStore, R51_EncryptedIsToldAndNotTouched) {
    MemoryStorage storage({{files::profile, Bytes{'t', 'o', 'x', 'E', 's', 'a', 'v', 'e', 1, 2}}});
    storage.disk()[files::profile_backup] = serialise_save(samples::profile());
    const auto before = storage.disk();
    const auto loaded = ProfileStore(storage).load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error(), LoadFault::encrypted);
    EXPECT_EQ(storage.disk(), before);
}

TEST(ProfileStore, R52_DamagedFileFallsBackToTheBackupAndIsKeptAside) {
    const SavedProfile good = samples::profile();
    const Bytes damaged = truncated(serialise_save(good), 100);
    MemoryStorage storage({{files::profile, damaged}, {files::profile_backup, serialise_save(good)}});
    ProfileStore store(storage);
    const auto loaded = store.load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->source, Source::backup);
    EXPECT_TRUE(samples::same_content((*loaded)->profile, good));

    ASSERT_TRUE(store.store((*loaded)->profile));
    EXPECT_EQ(storage.disk()[files::profile_backup], serialise_save(good));  // not replaced by the damaged one
    bool kept = false;
    for (const auto& [name, content] : storage.disk())
        kept = kept || (name.starts_with("tox.bad-") && content == damaged);
    EXPECT_TRUE(kept);
}

TEST(ProfileStore, R52_FileCutAtABorderYieldsToAWholeBackup) {
    const SavedProfile good = samples::profile();
    const Bytes whole = serialise_save(good);
    const Bytes cut = truncated(whole, 8 + 8 + 68);
    MemoryStorage storage({{files::profile, cut}, {files::profile_backup, whole}});
    const auto loaded = ProfileStore(storage).load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->source, Source::backup);
    storage.disk().erase(files::profile_backup);
    const auto alone = ProfileStore(storage).load();
    ASSERT_TRUE(alone && *alone);  // B43
    EXPECT_TRUE((*alone)->profile.remarks.end_missing);
}

TEST(ProfileStore, R51_MissingFileWithABackupIsNotANewProfile) {
    const SavedProfile good = samples::profile();
    MemoryStorage storage({{files::profile_backup, serialise_save(good)}});
    const auto loaded = ProfileStore(storage).load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->source, Source::backup);
    storage.disk()[files::profile_backup] = {1, 2, 3};
    const auto damaged = ProfileStore(storage).load();
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error(), LoadFault::damaged);
}

TEST(ProfileStore, R52_UnfinishedNewFileIsTheLastResort) {  // B51
    const SavedProfile good = samples::profile();
    MemoryStorage storage({{files::profile, {}}, {files::profile_new, serialise_save(good)}});
    const auto loaded = ProfileStore(storage).load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->source, Source::unfinished);

    MemoryStorage torn({{files::profile_new, truncated(serialise_save(good), 90)}});
    const auto none = ProfileStore(torn).load();
    ASSERT_TRUE(none);  // the first write of a new profile never ended: there is none yet
    EXPECT_FALSE(none->has_value());
}

TEST(ProfileStore, R50_FailedWritesKeepTheOldContent) {
    const SavedProfile good = samples::profile();
    for (std::size_t after = 0; after < 2; ++after) {  // the backup's write fails, or the profile's own
        MemoryStorage storage({{files::profile, serialise_save(good)}});
        ProfileStore store(storage);
        SavedProfile changed = samples::profile();
        storage.fail_writes(1, after);
        EXPECT_FALSE(store.store(changed));
        EXPECT_FALSE(store.error().empty());
        EXPECT_EQ(storage.disk()[files::profile], serialise_save(good));
        storage.fail_writes(0);
        EXPECT_TRUE(store.store(changed));
        EXPECT_TRUE(store.error().empty());
        EXPECT_EQ(storage.disk()[files::profile], serialise_save(changed));
        EXPECT_EQ(storage.disk()[files::profile_backup], serialise_save(good));
    }
}

TEST(ProfileStore, R50_UnreadablePresentFileIsNotReplaced) {
    MemoryStorage storage({{files::profile, serialise_save(samples::profile())}});
    const auto before = storage.disk();
    storage.fail_reads(true);
    EXPECT_FALSE(ProfileStore(storage).store(samples::profile()));
    EXPECT_EQ(storage.disk(), before);
}

TEST(ProfileStore, BackupIsMadeOncePerStartAndWheneverThereIsMoreToLose) {
    MemoryStorage storage;
    ProfileStore store(storage);
    SavedProfile profile = samples::profile();
    ASSERT_TRUE(store.store(profile));
    EXPECT_FALSE(storage.disk().contains(files::profile_backup));
    const Bytes first = storage.disk()[files::profile];
    profile.name = "second";
    ASSERT_TRUE(store.store(profile));
    EXPECT_EQ(storage.disk()[files::profile_backup], first);
    profile.name = "third";
    ASSERT_TRUE(store.store(profile));
    EXPECT_EQ(storage.disk()[files::profile_backup], first);

    profile.contacts.push_back(samples::friendly());
    profile.contacts.back().key = samples::key(77);
    ASSERT_TRUE(store.store(profile));
    const Bytes more = storage.disk()[files::profile];
    profile.contacts.clear();
    ASSERT_TRUE(store.store(profile));
    ASSERT_TRUE(store.store(profile));
    EXPECT_EQ(storage.disk()[files::profile_backup], more);  // losing all contacts does not reach the backup
}

TEST(ProfileStore, R54_WhatWouldNotReadBackIsNotWritten) {
    MemoryStorage storage({{files::profile, serialise_save(samples::profile())}});
    const auto before = storage.disk();
    ProfileStore store(storage);
    EXPECT_FALSE(store.store(SavedProfile()));  // no secret key
    EXPECT_FALSE(store.error().empty());
    EXPECT_EQ(storage.disk(), before);
}

// ---- facts for people --------------------------------------------------------------------------------------------

struct Finding {
    FileState file, backup;
};

Finding finding(MemoryStorage::Disk disk) {
    MemoryStorage storage(std::move(disk));
    ProfileStore store(storage);
    store.load();
    return {store.file_state(), store.backup_state()};
}

TEST(ProfileStore, B40_B41_B44_WhatIsWrongWithEachFileIsKnown) {
    const SavedProfile good = samples::profile();
    const Bytes whole = serialise_save(good);
    Bytes other_key = whole;
    other_key[8 + 8 + 4] ^= 1;
    const std::pair<Bytes, FileState> files[] = {
        {{}, FileState::empty},
        {{1, 2, 3}, FileState::not_a_profile},
        {truncated(whole, 8), FileState::bad_identity},
        {Bytes{0x89, 'P', 'N', 'G', 13, 10, 26, 10}, FileState::not_a_profile},
        {truncated(whole, 100), FileState::cut_short},
        {other_key, FileState::bad_identity},
    };
    for (const auto& [content, state] : files) {
        const Finding alone = finding({{files::profile, content}});
        EXPECT_EQ(alone.file, state);
        EXPECT_EQ(alone.backup, FileState::absent);  // "and so is its backup" would be a lie
        const Finding both = finding({{files::profile, content}, {files::profile_backup, content}});
        EXPECT_EQ(both.backup, state);
        const Finding saved = finding({{files::profile, content}, {files::profile_backup, whole}});
        EXPECT_EQ(saved.file, state);
        EXPECT_EQ(saved.backup, FileState::whole);
    }
    EXPECT_EQ(finding({{files::profile, whole}}).file, FileState::whole);
}

TEST(ProfileStore, B42_WhatPrecedesTheDamageIsOfferedAndTheFileIsKept) {
    const SavedProfile good = samples::profile();
    const Bytes whole = serialise_save(good);
    const Bytes damaged = truncated(whole, whole.size() - 40);
    MemoryStorage storage({{files::profile, damaged}});
    ProfileStore store(storage);
    ASSERT_EQ(store.load().error(), LoadFault::damaged);
    const auto remains = store.remains();
    ASSERT_TRUE(remains);
    EXPECT_EQ(remains->source, Source::remains);
    EXPECT_EQ(remains->profile.contacts, good.contacts);
    EXPECT_EQ(storage.disk()[files::profile], damaged);
    ASSERT_TRUE(store.store(remains->profile));
    bool kept = false;
    for (const auto& [name, content] : storage.disk())
        kept = kept || (name.starts_with("tox.bad-") && content == damaged);
    EXPECT_TRUE(kept);
    MemoryStorage nothing({{files::profile, bytes_to_keep("a link to my profile")}});
    EXPECT_FALSE(ProfileStore(nothing).remains());
}

TEST(ProfileStore, B46_AFileThatHoldsMoreThanIsLoadedIsKeptAside) {
    SavedProfile good = samples::profile();
    good.other.assign(max_other_sections + 1, {0x7777, {1}});
    const Bytes large = serialise_save(good);
    MemoryStorage storage({{files::profile, large}});
    ProfileStore store(storage);
    auto loaded = store.load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->profile.remarks.sections_left_out, 1U);
    ASSERT_TRUE(store.store((*loaded)->profile));
    ASSERT_TRUE(store.store((*loaded)->profile));
    std::size_t kept = 0;
    for (const auto& [name, content] : storage.disk()) kept += content == large ? 1U : 0U;
    EXPECT_EQ(kept, 1U);
    EXPECT_LT(storage.disk()[files::profile].size(), large.size());
}

}  // namespace
}  // namespace tox
