// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that wait and keys that are declined, over restarts and within bounds (R20).
#include "engine/profile/request_file.hpp"

#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"
#include "engine/profile/sealed_file.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

WaitingRequest request(std::uint32_t number, std::string message = "hello") {
    return {samples::key(number), std::move(message), WallTime(std::chrono::seconds(1'700'000'000 + number))};
}

constexpr WallTime today{std::chrono::seconds(1'800'000'000)};

RequestFile reopened(RequestFile& requests, MemoryStorage& storage) {
    EXPECT_TRUE(requests.save(storage));
    RequestFile after;
    EXPECT_TRUE(after.load(storage));
    return after;
}

TEST(RequestFile, SurvivesARestart) {
    MemoryStorage storage;
    RequestFile before;
    ASSERT_TRUE(before.load(storage));
    EXPECT_TRUE(before.list().empty());
    before.add(request(1));
    before.add(request(2, "\xE2\x98\x83"));
    before.decline(samples::key(3));
    ASSERT_TRUE(before.save(storage));

    RequestFile after;
    ASSERT_TRUE(after.load(storage));
    EXPECT_EQ(after.list(), before.list());
    EXPECT_TRUE(after.is_declined(samples::key(3), today));
    EXPECT_FALSE(after.is_declined(samples::key(1), today));
    ASSERT_TRUE(after.find(samples::key(2)));
    EXPECT_EQ(after.find(samples::key(2))->message, "\xE2\x98\x83");
    EXPECT_EQ(after.find(samples::key(4)), nullptr);
}

TEST(RequestFile, R20_OneRequestPerKey) {
    MemoryStorage storage;
    RequestFile requests;
    requests.add(request(1, "first"));
    requests.add(request(2));
    requests.add(request(1, "again"));
    ASSERT_EQ(requests.list().size(), 2U);
    EXPECT_EQ(requests.list()[0].message, "again");
    ASSERT_TRUE(requests.save(storage));
    requests.add(request(1, "again"));
    const auto writes = storage.writes();
    ASSERT_TRUE(requests.save(storage));
    EXPECT_EQ(storage.writes(), writes);  // a repeated packet costs no write
}

TEST(RequestFile, R20_FloodIsBoundedAndTheOldestGo) {
    RequestFile requests;
    for (std::uint32_t i = 0; i < 10'000; ++i) requests.add(request(i));
    EXPECT_EQ(requests.list().size(), RequestFile::max_waiting);
    EXPECT_EQ(requests.list().back().from, samples::key(9'999));
    EXPECT_EQ(requests.list().front().from, samples::key(10'000 - RequestFile::max_waiting));
}

TEST(RequestFile, DeclinedForGoodAreNotHeardAgain) {
    RequestFile requests;
    requests.add(request(1));
    requests.decline(samples::key(1));
    EXPECT_TRUE(requests.list().empty());
    EXPECT_FALSE(requests.add(request(1)));
    EXPECT_TRUE(requests.list().empty());
    requests.allow(samples::key(1));
    EXPECT_TRUE(requests.add(request(1)));
    EXPECT_TRUE(requests.remove(samples::key(1)));
    EXPECT_FALSE(requests.remove(samples::key(1)));
}

TEST(RequestFile, R20_DeclinedForNowIsForADayAlsoOverARestart) {
    MemoryStorage storage;
    RequestFile requests;
    requests.add(request(1));
    requests.decline_for_now(samples::key(1), today);
    EXPECT_TRUE(requests.list().empty());
    const RequestFile after = reopened(requests, storage);
    EXPECT_TRUE(after.is_declined(samples::key(1), today));
    EXPECT_TRUE(after.is_declined(samples::key(1), today + std::chrono::hours(24) - std::chrono::seconds(1)));
    EXPECT_FALSE(after.is_declined(samples::key(1), today + std::chrono::hours(24)));
    EXPECT_FALSE(after.is_declined(samples::key(1), today - std::chrono::hours(24 * 365))) << "the clock was set back";
    EXPECT_TRUE(after.declined().empty());
}

TEST(RequestFile, R20_DeclinedForNowIsTakenBackAndNeverWeakensForGood) {
    RequestFile requests;
    requests.decline_for_now(samples::key(1), today);
    requests.allow(samples::key(1));
    EXPECT_FALSE(requests.is_declined(samples::key(1), today));
    requests.decline(samples::key(2));
    requests.decline_for_now(samples::key(2), today);
    EXPECT_TRUE(requests.is_declined(samples::key(2), today + std::chrono::hours(1000)));
    EXPECT_EQ(requests.declined(), std::vector{samples::key(2)});
    requests.decline_for_now(samples::key(3), today);
    requests.decline(samples::key(3));
    EXPECT_TRUE(requests.is_declined(samples::key(3), today + std::chrono::hours(1000)));
}

TEST(RequestFile, DeclinedForGoodOutliveAFloodOfThoseForNow) {
    RequestFile requests;
    requests.decline(samples::key(1));
    for (std::uint32_t i = 0; i < 2 * RequestFile::max_declined; ++i)
        requests.decline_for_now(samples::key(1000 + i), today);
    EXPECT_TRUE(requests.is_declined(samples::key(1), today));
}

TEST(RequestFile, FileOfTheFirstVersionIsRead) {
    Bytes body{0, 0};  // nobody waits
    append(body, samples::key(7).raw());
    MemoryStorage storage({{files::requests, seal_file({'T', 'x', 'R', '1'}, body)}});
    RequestFile requests;
    ASSERT_TRUE(requests.load(storage));
    EXPECT_EQ(requests.declined(), std::vector{samples::key(7)});
    requests.decline_for_now(samples::key(8), today);
    const RequestFile after = reopened(requests, storage);
    EXPECT_EQ(after.declined(), std::vector{samples::key(7)});
    EXPECT_TRUE(after.is_declined(samples::key(8), today));
}

TEST(RequestFile, LargestFileIsReadAgain) {
    MemoryStorage storage;
    RequestFile before;
    for (std::uint32_t i = 0; i < RequestFile::max_waiting; ++i) before.add(request(i, std::string(2000, 'x')));
    for (std::uint32_t i = 0; i < RequestFile::max_declined + 10; ++i) before.decline(samples::key(1000 + i));
    ASSERT_TRUE(before.save(storage));
    RequestFile after;
    ASSERT_TRUE(after.load(storage));
    EXPECT_EQ(after.list(), before.list());
    EXPECT_EQ(after.list()[0].message.size(), RequestFile::max_message);
    EXPECT_FALSE(after.is_declined(samples::key(1009), today));
    EXPECT_TRUE(after.is_declined(samples::key(1010), today));
    EXPECT_TRUE(after.is_declined(samples::key(1000 + RequestFile::max_declined + 9), today));
}

TEST(RequestFile, R44_ATimeThatNoCalendarShowsIsNone) {
    MemoryStorage storage;
    RequestFile before;
    before.add({samples::key(1), "from the far future", WallTime(std::chrono::seconds(1'000'000'000'000'000))});
    ASSERT_TRUE(before.save(storage));
    RequestFile after;
    ASSERT_TRUE(after.load(storage));
    ASSERT_EQ(after.list().size(), 1U);
    EXPECT_EQ(after.list()[0].received, WallTime());
}

TEST(RequestFile, FailedSaveIsTriedAgain) {
    MemoryStorage storage;
    RequestFile requests;
    requests.add(request(1));
    storage.fail_writes(1);
    EXPECT_FALSE(requests.save(storage));
    EXPECT_TRUE(requests.save(storage));
    RequestFile after;
    ASSERT_TRUE(after.load(storage));
    EXPECT_EQ(after.list().size(), 1U);
}

TEST(RequestFile, B49_DamagedAtEveryByteIsSetAsideNotGuessedAt) {
    MemoryStorage storage;
    RequestFile before;
    before.add(request(1));
    before.decline(samples::key(3));
    ASSERT_TRUE(before.save(storage));
    const Bytes good = storage.disk()[files::requests];
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes cut = good;
        cut.resize(at);
        MemoryStorage disk({{files::requests, cut}});
        RequestFile after;
        ASSERT_TRUE(after.load(disk)) << at;
        EXPECT_TRUE(after.list().empty()) << at;
        after.add(request(9));
        ASSERT_TRUE(after.save(disk));
        EXPECT_EQ(disk.disk().size(), at == 0 ? 1U : 2U) << at;
    }
}

TEST(RequestFile, B49_LaterVersionAndUnreadableAreLeftAlone) {
    MemoryStorage storage({{files::requests, {'T', 'x', 'R', '3', 5}}});
    const auto before = storage.disk();
    RequestFile requests;
    EXPECT_FALSE(requests.load(storage));
    requests.add(request(1));
    EXPECT_FALSE(requests.save(storage));
    EXPECT_EQ(storage.disk(), before);

    storage.disk().clear();
    storage.fail_reads(true);
    RequestFile unreadable;
    EXPECT_FALSE(unreadable.load(storage));
    unreadable.add(request(1));
    EXPECT_FALSE(unreadable.save(storage));
    EXPECT_TRUE(storage.disk().empty());
}

}  // namespace
}  // namespace tox
