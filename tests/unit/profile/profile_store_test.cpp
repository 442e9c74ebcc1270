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

}  // namespace
}  // namespace tox
