// SPDX-License-Identifier: GPL-3.0-or-later
// Storage on a real disk: modes, links, locks, failures (R50, R57, B27, B29, B30).
#include "engine/profile/posix_storage.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "engine/profile/outbox.hpp"
#include "engine/profile/profile_store.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

namespace fs = std::filesystem;
using Kind = PosixStorage::OpenFault::Kind;

class PosixStorageTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "purple-tox-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        base_ = pattern;
    }
    void TearDown() override { fs::remove_all(base_); }

    std::unique_ptr<PosixStorage> opened(const std::string& name = "alice") {
        auto storage = PosixStorage::open(directory(), name);
        EXPECT_TRUE(storage) << (storage ? "" : storage.error().text);
        return storage ? std::move(*storage) : nullptr;
    }
    void expect_locked(const std::string& where, const std::string& name) {
        const auto second = PosixStorage::open(where, name);
        ASSERT_FALSE(second) << where << " " << name;
        EXPECT_EQ(second.error().kind, Kind::locked) << second.error().text;
        EXPECT_EQ(second.error().holder, ::getpid()) << second.error().text;
        EXPECT_NE(second.error().text.find("process " + std::to_string(::getpid())), std::string::npos);
    }
    std::string directory() const { return (base_ / "a" / "b").string(); }
    fs::path file(const char* name) const { return fs::path(directory()) / name; }

    fs::path base_;
};

unsigned mode_of(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777U;
}

std::string content_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_text(Storage& storage, const std::string& name) {
    Bytes out;
    EXPECT_EQ(storage.read(name, out), Storage::Read::good);
    return text_of(out);
}

// Runs `body` in a child process; its result is the exit code. No gtest macros in there.
int in_child(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(PosixStorageTest, FilesAndDirectoriesArePrivate) {
    const auto storage = opened();
    ASSERT_TRUE(storage->replace("tox", bytes_of("one")));
    ASSERT_TRUE(storage->append("queue", bytes_of("two")));
    EXPECT_EQ(mode_of(base_ / "a"), 0700U);
    EXPECT_EQ(mode_of(directory()), 0700U);
    EXPECT_EQ(mode_of(file("alice.tox")), 0600U);
    EXPECT_EQ(mode_of(file("alice.queue")), 0600U);
    EXPECT_EQ(mode_of(file("alice.lock")), 0600U);
}

TEST_F(PosixStorageTest, ReadReplaceAppend) {
    const auto storage = opened();
    Bytes out;
    EXPECT_EQ(storage->read("tox", out), Storage::Read::absent);
    ASSERT_TRUE(storage->replace("tox", bytes_of("one")));
    ASSERT_TRUE(storage->replace("tox", bytes_of("two!")));
    EXPECT_EQ(read_text(*storage, "tox"), "two!");
    ASSERT_TRUE(storage->append("tox", bytes_of("?")));
    EXPECT_EQ(read_text(*storage, "tox"), "two!?");
    ASSERT_TRUE(storage->replace("tox", {}));
    EXPECT_EQ(read_text(*storage, "tox"), "");
    EXPECT_FALSE(fs::exists(file("alice.tox.new")));
}

TEST_F(PosixStorageTest, R51_WhatIsNoReadableFileIsNotAbsent) {
    const auto storage = opened();
    fs::create_directory(file("alice.tox"));
    Bytes out;
    EXPECT_EQ(storage->read("tox", out), Storage::Read::failed);
    EXPECT_NE(storage->error().find("alice.tox"), std::string::npos);
    ASSERT_EQ(::mkfifo(file("alice.queue").c_str(), 0600), 0);
    EXPECT_EQ(storage->read("queue", out), Storage::Read::failed);  // and does not wait for a writer
    fs::create_symlink(file("alice.requests"), file("alice.requests"));
    EXPECT_EQ(storage->read("requests", out), Storage::Read::failed);
}

TEST_F(PosixStorageTest, SymlinkIsWrittenThroughNotReplaced) {
    const auto storage = opened();
    fs::create_directory(base_ / "elsewhere");
    put(base_ / "elsewhere" / "real.tox", "old");
    fs::create_symlink("../../elsewhere/real.tox", file("alice.tox"));
    fs::create_symlink(base_ / "elsewhere" / "none-yet", file("alice.queue"));
    EXPECT_EQ(read_text(*storage, "tox"), "old");
    ASSERT_TRUE(storage->replace("tox", bytes_of("new")));
    ASSERT_TRUE(storage->replace("queue", bytes_of("made")));
    EXPECT_TRUE(fs::is_symlink(file("alice.tox")));
    EXPECT_TRUE(fs::is_symlink(file("alice.queue")));
    EXPECT_EQ(content_of(base_ / "elsewhere" / "real.tox"), "new");
    EXPECT_EQ(content_of(base_ / "elsewhere" / "none-yet"), "made");
    EXPECT_EQ(read_text(*storage, "tox"), "new");
}

TEST_F(PosixStorageTest, R50_TheLiveFileIsNeverOpenedForWriting) {  // a second name of the old content still has it
    const auto storage = opened();
    ASSERT_TRUE(storage->replace("tox", bytes_of("old")));
    fs::create_hard_link(file("alice.tox"), file("kept"));
    ASSERT_TRUE(storage->replace("tox", bytes_of("new")));
    EXPECT_EQ(content_of(file("kept")), "old");
}

TEST_F(PosixStorageTest, R50_B30_FullDiskKeepsTheOldContent) {
    { ASSERT_TRUE(opened()->replace("tox", bytes_of("old"))); }
    const int result = in_child([this] {
        const auto storage = PosixStorage::open(directory(), "alice");
        if (!storage) return 2;
        std::signal(SIGXFSZ, SIG_IGN);  // past the limit a write fails, as on a full disk
        const rlimit limit{1000, 1000};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
        if (!(*storage)->append("queue", Bytes(900, 'q'))) return 4;
        if ((*storage)->replace("tox", Bytes(5000, 'x'))) return 5;
        if ((*storage)->error().empty()) return 6;
        return (*storage)->append("queue", Bytes(900, 'r')) ? 7 : 0;
    });
    EXPECT_EQ(result, 0);
    EXPECT_EQ(content_of(file("alice.tox")), "old");
    EXPECT_FALSE(fs::exists(file("alice.tox.new")));
    EXPECT_EQ(content_of(file("alice.queue")), std::string(900, 'q'));
}

TEST_F(PosixStorageTest, R52_LeftoverNewFileDoesNotStandInTheWay) {
    const auto storage = opened();
    put(file("alice.tox.new"), "half of a pro");
    Bytes out;
    EXPECT_EQ(storage->read("tox.new", out), Storage::Read::good);
    ASSERT_TRUE(storage->replace("tox", bytes_of("whole")));
    EXPECT_EQ(content_of(file("alice.tox")), "whole");
    EXPECT_FALSE(fs::exists(file("alice.tox.new")));
}

TEST_F(PosixStorageTest, R57_SecondProcessIsLockedOutAndToldByWhom) {
    const auto storage = opened();
    const std::string holder = "process " + std::to_string(::getpid());
    const int result = in_child([&] {
        const auto second = PosixStorage::open(directory(), "alice");
        if (second) return 1;
        if (second.error().kind != Kind::locked) return 2;
        return second.error().text.find(holder) == std::string::npos ? 3 : 0;
    });
    EXPECT_EQ(result, 0);
}

TEST_F(PosixStorageTest, B36_SecondAccountOfThisProcessIsLockedOutToo) {
    const auto first = opened();
    const auto second = PosixStorage::open(directory(), "alice");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Kind::locked);
    EXPECT_TRUE(opened("bob"));
}

TEST_F(PosixStorageTest, R57_LockEndsWithItsHolderHoweverThatDies) {
    { opened(); }
    EXPECT_EQ(content_of(file("alice.lock")), "");
    EXPECT_EQ(in_child([this] {
                  auto storage = PosixStorage::open(directory(), "alice");
                  return storage && storage->release() ? 0 : 1;  // exits with the lock held
              }),
              0);
    EXPECT_TRUE(opened());
}

// ---- one profile, several names ----------------------------------------------------------------------------------

// R57, B36: whatever leads to the file leads to its lock.
TEST_F(PosixStorageTest, R57_ALinkToTheProfileIsTheProfile) {
    { ASSERT_TRUE(opened()->replace("tox", bytes_of("one"))); }
    fs::create_directory(base_ / "elsewhere");
    fs::rename(file("alice.tox"), base_ / "elsewhere" / "real.tox");
    fs::create_symlink(base_ / "elsewhere" / "real.tox", file("alice.tox"));
    fs::create_symlink("../../elsewhere/real.tox", file("bob.tox"));
    fs::create_symlink("bob.tox", file("carol.tox"));
    fs::create_hard_link(base_ / "elsewhere" / "real.tox", file("dora.tox"));
    const auto alice = opened();
    for (const char* const name : {"bob", "carol", "dora"}) {
        expect_locked(directory(), name);
        EXPECT_EQ(in_child([&] { return PosixStorage::open(directory(), name) ? 1 : 0; }), 0) << name;
    }
    expect_locked((base_ / "elsewhere").string(), "real");
    EXPECT_TRUE(opened("erik"));
}

TEST_F(PosixStorageTest, R57_ALinkLeadsToTheLockAfterSavesToo) {
    { ASSERT_TRUE(opened()->replace("tox", bytes_of("one"))); }
    fs::create_hard_link(file("alice.tox"), file("old.tox"));
    fs::create_symlink("alice.tox", file("bob.tox"));
    auto alice = opened();
    ASSERT_TRUE(alice->replace("tox", bytes_of("two")));
    ASSERT_TRUE(alice->replace("tox", bytes_of("three")));
    fs::create_hard_link(file("alice.tox"), file("new.tox"));
    for (const char* const name : {"old", "bob", "new"}) expect_locked(directory(), name);
    alice.reset();
    for (const char* const name : {"old", "bob", "new"}) EXPECT_TRUE(opened(name)) << name;
}

TEST_F(PosixStorageTest, R57_TwoLinksToAFileThatIsNotThereYet) {
    { opened(); }
    for (const char* const name : {"alice.tox", "bob.tox"}) fs::create_symlink(base_ / "real.tox", file(name));
    auto alice = opened();
    const auto bob = opened("bob");
    ASSERT_TRUE(alice->replace("tox", bytes_of("alice's")));
    EXPECT_FALSE(bob->replace("tox", bytes_of("bob's")));
    EXPECT_NE(bob->error().find("in use"), std::string::npos) << bob->error();
    EXPECT_EQ(content_of(base_ / "real.tox"), "alice's");
    EXPECT_TRUE(alice->replace("tox", bytes_of("alice's again")));
}

TEST_F(PosixStorageTest, R57_OtherNamesOfTheDirectory) {
    const auto alice = opened();
    ASSERT_TRUE(alice->replace("tox", bytes_of("one")));
    fs::create_directory_symlink(base_ / "a", base_ / "link");
    for (const fs::path& way : {base_ / "link" / "b", base_ / "a" / "." / "b" / ".." / "b", fs::relative(directory())})
        expect_locked(way.string(), "alice");
}

TEST_F(PosixStorageTest, B27_WhatKeepsAProfileFromBeingOpenedIsNamed) {
    { opened(); }
    fs::remove(file("alice.lock"));
    fs::create_directory(file("alice.lock"));
    const auto no_lock = PosixStorage::open(directory(), "alice");
    ASSERT_FALSE(no_lock);
    EXPECT_EQ(no_lock.error().kind, Kind::no_lock);
    EXPECT_EQ(no_lock.error().path, file("alice.lock").string());
    EXPECT_EQ(no_lock.error().reason, std::strerror(EISDIR));
    put(base_ / "file", "");
    const auto no_directory = PosixStorage::open((base_ / "file").string(), "alice");
    ASSERT_FALSE(no_directory);
    EXPECT_EQ(no_directory.error().kind, Kind::directory);
    EXPECT_EQ(no_directory.error().reason, std::strerror(ENOTDIR));
}

// ---- what is gone is gone ----------------------------------------------------------------------------------------

std::string content_of(int fd) {
    std::string text(100, '?');
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

TEST_F(PosixStorageTest, WhatIsReplacedOrRemovedIsOverwritten) {
    const auto storage = opened();
    ASSERT_TRUE(storage->replace("queue", bytes_of("a secret")));
    const int before = ::open(file("alice.queue").c_str(), O_RDONLY);
    ASSERT_TRUE(storage->replace("queue", bytes_of("another")));
    const int after = ::open(file("alice.queue").c_str(), O_RDONLY);
    EXPECT_EQ(content_of(before), std::string(8, '\0'));
    EXPECT_EQ(content_of(after), "another");
    EXPECT_TRUE(storage->remove("queue"));
    EXPECT_EQ(content_of(after), std::string(7, '\0'));
    EXPECT_FALSE(fs::exists(file("alice.queue")));
    EXPECT_TRUE(storage->remove("queue"));  // as it is
    ::close(before);
    ::close(after);
}

TEST_F(PosixStorageTest, ProfileNamesAreChecked) {
    for (const char* good : {"alice", "Alice B.", "\xC3\xA4", "-x", "a..b"})
        EXPECT_TRUE(PosixStorage::is_profile_name(good));
    for (const char* bad : {"", ".", "..", ".alice", "a/b", "/etc/passwd", "a\nb", "a\x7f"})
        EXPECT_FALSE(PosixStorage::is_profile_name(bad)) << bad;
    EXPECT_FALSE(PosixStorage::is_profile_name(std::string_view("a\0b", 3)));
    EXPECT_TRUE(PosixStorage::is_profile_name(std::string(PosixStorage::max_profile_name, 'a')));
    EXPECT_FALSE(PosixStorage::is_profile_name(std::string(PosixStorage::max_profile_name + 1, 'a')));
    const auto refused = PosixStorage::open(directory(), "../alice");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::bad_name);
    EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(PosixStorageTest, B27_DirectoryThatCannotBeIsNamed) {
    put(base_ / "a", "a file");
    const auto storage = PosixStorage::open(directory(), "alice");
    ASSERT_FALSE(storage);
    EXPECT_EQ(storage.error().kind, Kind::directory);
    EXPECT_NE(storage.error().text.find(directory()), std::string::npos);
}

TEST_F(PosixStorageTest, WritesInADirectoryThatIsGoneFailWithAReason) {
    const auto storage = opened();
    fs::remove_all(directory());
    EXPECT_FALSE(storage->replace("tox", bytes_of("x")));
    EXPECT_NE(storage->error().find("alice.tox"), std::string::npos);
    EXPECT_FALSE(storage->append("queue", bytes_of("x")));
}

TEST_F(PosixStorageTest, ProfileAndQueueTogetherOverARestart) {
    const SavedProfile profile = samples::profile();
    {
        const auto storage = opened();
        ProfileStore store(*storage);
        ASSERT_TRUE(store.store(profile));
        ASSERT_TRUE(store.store(profile));
        Outbox outbox(*storage);
        ASSERT_TRUE(outbox.load());
        ASSERT_TRUE(outbox.add(samples::key(1), MessageKind::text, "one"));
        ASSERT_TRUE(outbox.add(samples::key(1), MessageKind::text, "two"));
    }
    const auto storage = opened();
    const auto loaded = ProfileStore(*storage).load();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_TRUE(samples::same_content((*loaded)->profile, profile));
    EXPECT_EQ(mode_of(file("alice.tox.bak")), 0600U);
    Outbox outbox(*storage);
    ASSERT_TRUE(outbox.load());
    EXPECT_EQ(outbox.count(samples::key(1)), 2U);
}

// R53: the process dies at any moment of a series of saves; what is on the disk then is one of the two profiles, whole.
TEST_F(PosixStorageTest, R53_KilledAnywhereLeavesAWholeProfile) {
    SavedProfile profile = samples::profile();
    { ASSERT_TRUE(ProfileStore(*opened()).store(profile)); }
    for (int round = 0; round < 20; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto storage = PosixStorage::open(directory(), "alice");
            if (!storage) ::_exit(1);
            ProfileStore store(**storage);
            for (;;) store.store(profile);
        }
        ::usleep(static_cast<useconds_t>(500 * round));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFSIGNALED(status));  // it was at work, not refused
        const auto storage = opened();
        const auto loaded = ProfileStore(*storage).load();
        ASSERT_TRUE(loaded && *loaded) << round;
        EXPECT_EQ((*loaded)->source, ProfileStore::Source::file);
        EXPECT_TRUE(samples::same_content((*loaded)->profile, profile));
    }
}

}  // namespace
}  // namespace tox
