// SPDX-License-Identifier: GPL-3.0-or-later
// The outgoing queue over restarts, torn writes and full disks (R55).
#include "engine/profile/outbox.hpp"

#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/journal.hpp"
#include "tests/unit/profile/loaded_outbox.hpp"

namespace tox {
namespace {

TEST(Outbox, R55_WhatWasAddedSurvivesInOrder) {
    Loaded before({});
    ASSERT_TRUE(before.ok);
    const auto first = before.outbox.add(alice, MessageKind::text, "one");
    const auto second = before.outbox.add(bob, MessageKind::action, "waves");
    const auto third = before.outbox.add(alice, MessageKind::text, "two");
    ASSERT_TRUE(first && second && third);

    Loaded after(before.storage.disk());
    ASSERT_TRUE(after.ok);
    EXPECT_EQ(texts(after.outbox, alice), (Texts{"one", "two"}));
    EXPECT_EQ(after.outbox.count(alice), 2U);
    EXPECT_EQ(after.outbox.pending(bob), (std::vector<Outbox::Message>{{*second, MessageKind::action, "waves"}}));
    EXPECT_EQ(after.outbox.contacts().size(), 2U);
}

TEST(Outbox, DoneIsRememberedOnceFlushed) {
    Loaded before({});
    const auto first = before.outbox.add(alice, MessageKind::text, "one");
    before.outbox.add(alice, MessageKind::text, "two");
    EXPECT_TRUE(before.outbox.done(*first));
    EXPECT_FALSE(before.outbox.done(*first));
    EXPECT_FALSE(before.outbox.done(999));
    EXPECT_EQ(texts(before.outbox, alice), Texts{"two"});
    EXPECT_EQ(texts(Loaded(before.storage.disk()).outbox, alice),
              (Texts{"one", "two"}));  // sent twice is the lesser evil
    EXPECT_GT(before.outbox.pending(alice)[0].id, *first);
    EXPECT_TRUE(before.outbox.flush());
    EXPECT_EQ(texts(Loaded(before.storage.disk()).outbox, alice), Texts{"two"});
    const auto writes = before.storage.writes();
    EXPECT_TRUE(before.outbox.flush());
    EXPECT_EQ(before.storage.writes(), writes);  // an idle account does not write
}

bool holds(const MemoryStorage::Disk& disk, std::string_view text) {
    const auto file = disk.find(files::queue);
    return file != disk.end() && text_of(file->second).find(text) != std::string::npos;
}

// What is delivered is neither sent again after a crash, nor left lying about, longer than a few seconds.
TEST(Outbox, DoneLeavesTheDiskWithinSecondsTextAndAll) {
    Loaded now({});
    const auto first = now.outbox.add(alice, MessageKind::text, "a secret");
    now.outbox.add(alice, MessageKind::text, "still waiting");
    now.outbox.tick(Instant(10s));
    EXPECT_EQ(now.outbox.next_deadline(), never);
    now.outbox.done(*first);
    now.outbox.tick(Instant(20s));
    EXPECT_EQ(now.outbox.next_deadline(), Instant(20s) + Outbox::written_within);
    EXPECT_TRUE(holds(now.storage.disk(), "a secret"));
    now.outbox.tick(now.outbox.next_deadline());
    EXPECT_FALSE(holds(now.storage.disk(), "a secret"));
    EXPECT_EQ(texts(Loaded(now.storage.disk()).outbox, alice), Texts{"still waiting"});
    EXPECT_EQ(now.outbox.next_deadline(), never);
}

TEST(Outbox, ReceiptsInARowShareAWrite) {
    Loaded now({});
    std::vector<MessageId> ids;
    for (int i = 0; i < 100; ++i) ids.push_back(*now.outbox.add(alice, MessageKind::text, "text"));
    const auto writes = now.storage.writes();
    Instant time(10s);
    for (const MessageId id : ids) {
        now.outbox.done(id);
        now.outbox.tick(time += 50ms);
    }
    now.outbox.tick(now.outbox.next_deadline());
    const Duration took = 100 * 50ms;
    EXPECT_LE(now.storage.writes() - writes, static_cast<std::size_t>(took / Outbox::written_within) + 1);
    EXPECT_TRUE(Loaded(now.storage.disk()).outbox.contacts().empty());
}

// Rewriting 10 MB for each receipt would wear out the disk: receipts are appended, dead text goes more rarely.
TEST(Outbox, ALongQueueIsNotWrittenOverAndOver) {
    Loaded now({});
    std::vector<MessageId> ids;
    for (int i = 0; i < 160; ++i) ids.push_back(*now.outbox.add(alice, MessageKind::text, std::string(max_text, 'x')));
    const std::size_t size = now.storage.disk()[files::queue].size();
    const Duration rest = std::chrono::seconds(size / Outbox::rewritten_per_second);
    Instant time(10s);
    std::size_t rewritten = 0;
    std::size_t before = size;
    for (std::size_t i = 0; i < 30; ++i) {
        now.outbox.done(ids[i]);
        now.outbox.tick(time += 1s);
        const std::size_t after = now.storage.disk()[files::queue].size();
        rewritten += after < before ? 1U : 0U;
        before = after;
        if (i % 4 != 3) continue;
        EXPECT_LE(Loaded(now.storage.disk()).outbox.count(alice), 160 - i + 2) << "receipts wait for no rewriting";
    }
    EXPECT_EQ(rewritten, 0U);
    now.outbox.tick(time + rest);
    EXPECT_LT(now.storage.disk()[files::queue].size(), size - 29 * max_text);
}

TEST(Outbox, AnIdleOutboxNeverMakesAFile) {
    Loaded now({});
    now.outbox.tick(Instant(1s));
    now.outbox.flush();
    EXPECT_EQ(now.outbox.next_deadline(), never);
    EXPECT_TRUE(now.storage.disk().empty());
}

TEST(Outbox, TextsOfThoseWhoAreNoContactsAnyMoreGo) {
    Loaded before({});
    before.outbox.add(alice, MessageKind::text, "to alice");
    before.outbox.add(bob, MessageKind::text, "to bob");
    Loaded now(before.storage.disk());
    now.outbox.forget_unless([](const LongTermKey& contact) { return contact == bob; });
    now.outbox.tick(Instant(1s));
    now.outbox.tick(now.outbox.next_deadline());
    EXPECT_FALSE(holds(now.storage.disk(), "to alice"));
    EXPECT_TRUE(holds(now.storage.disk(), "to bob"));
}

TEST(Outbox, WhatTheDiskRefusesIsTriedAgainButNotAtOnce) {
    Loaded now({});
    const auto id = now.outbox.add(alice, MessageKind::text, "one");
    now.outbox.done(*id);
    now.outbox.tick(Instant(1s));
    now.storage.fail_writes(1);
    const Instant due = now.outbox.next_deadline();
    now.outbox.tick(due);
    EXPECT_EQ(now.outbox.next_deadline(), due + Outbox::again_after_failure);
    now.outbox.tick(now.outbox.next_deadline());
    EXPECT_FALSE(holds(now.storage.disk(), "one"));
}

TEST(Outbox, DoneTravelsWithTheNextMessage) {
    Loaded before({});
    const auto first = before.outbox.add(alice, MessageKind::text, "one");
    before.outbox.done(*first);
    before.outbox.add(alice, MessageKind::text, "two");
    EXPECT_EQ(texts(Loaded(before.storage.disk()).outbox, alice), Texts{"two"});
}

TEST(Outbox, ForgetIsDurableAndTouchesNobodyElse) {
    Loaded before({});
    before.outbox.add(alice, MessageKind::text, "one");
    before.outbox.add(bob, MessageKind::text, "two");
    EXPECT_TRUE(before.outbox.forget(alice));
    EXPECT_EQ(before.outbox.count(alice), 0U);
    Loaded after(before.storage.disk());
    EXPECT_EQ(after.outbox.count(alice), 0U);
    EXPECT_EQ(texts(after.outbox, bob), Texts{"two"});
}

TEST(Outbox, ForgetThatTheDiskRefusedIsTriedAgain) {
    Loaded before({});
    before.outbox.add(alice, MessageKind::text, "one");
    before.storage.fail_writes(1);
    EXPECT_FALSE(before.outbox.forget(alice));
    EXPECT_EQ(before.outbox.count(alice), 0U);
    EXPECT_TRUE(before.outbox.flush());
    EXPECT_EQ(Loaded(before.storage.disk()).outbox.count(alice), 0U);
}

TEST(Outbox, IdsGrowOverRestarts) {
    MemoryStorage::Disk disk;
    MessageId last = 0;
    for (int run = 0; run < 5; ++run) {
        Loaded now(disk);
        for (int i = 0; i < 3; ++i) {
            const auto id = now.outbox.add(alice, MessageKind::text, "text");
            ASSERT_TRUE(id);
            EXPECT_GT(*id, last);
            last = *id;
            now.outbox.done(*id);
        }
        now.outbox.flush();
        disk = now.storage.disk();
    }
}

TEST(Outbox, IdsGrowThroughCompaction) {
    Loaded before({});
    MessageId last = 0;
    std::size_t largest = 0;
    for (int i = 0; i < 100; ++i) {
        const auto id = before.outbox.add(alice, MessageKind::text, std::string(4000, 'x'));
        ASSERT_TRUE(id);
        last = *id;
        before.outbox.done(last);
        largest = std::max(largest, before.storage.disk()[files::queue].size());
    }
    before.outbox.flush();
    EXPECT_LT(largest, Outbox::max_dead + 10'000);  // it was compacted on the way
    Loaded after(before.storage.disk());
    const auto id = after.outbox.add(alice, MessageKind::text, "x");
    ASSERT_TRUE(id);
    EXPECT_EQ(*id, last + 1);
}

TEST(Outbox, JournalCutAtEveryByteLosesOnlyUnfinishedRecords) {
    Loaded before({});
    std::vector<std::size_t> sizes;  // of the journal when so many messages were in it
    for (const char* text : {"one", "two", "three", "four"}) {
        before.outbox.add(alice, MessageKind::text, text);
        sizes.push_back(before.storage.disk()[files::queue].size());
    }
    const Bytes journal = before.storage.disk()[files::queue];
    const Texts all{"one", "two", "three", "four"};
    for (std::size_t size = 0; size <= journal.size(); ++size) {
        const auto whole = std::count_if(sizes.begin(), sizes.end(), [&](std::size_t end) { return end <= size; });
        const Bytes cut(journal.begin(), journal.begin() + static_cast<std::ptrdiff_t>(size));
        Loaded torn({{files::queue, cut}});
        ASSERT_TRUE(torn.ok) << size;
        Texts expected(all.begin(), all.begin() + whole);
        EXPECT_EQ(texts(torn.outbox, alice), expected) << size;

        ASSERT_TRUE(torn.outbox.add(alice, MessageKind::text, "five")) << size;  // and what follows is not harmed
        expected.push_back("five");
        EXPECT_EQ(texts(Loaded(torn.storage.disk()).outbox, alice), expected) << size;
        EXPECT_EQ(torn.storage.disk().size(), 1U) << size;  // an ordinary torn tail leaves nothing aside
    }
}

TEST(Outbox, AppendTornAtEveryByteNeitherLosesNorInvents) {
    Loaded start({});
    start.outbox.add(alice, MessageKind::text, "one");
    const auto disk = start.storage.disk();
    for (std::size_t at = 0; at < 70; ++at) {
        Loaded now(disk);
        now.storage.tear_append(at);
        now.storage.fail_writes(1);  // the rewriting after it fails too
        EXPECT_EQ(now.outbox.add(alice, MessageKind::text, "lost").error(), Outbox::Fault::not_saved);
        EXPECT_EQ(texts(now.outbox, alice), Texts{"one"});
        const auto two = now.outbox.add(alice, MessageKind::text, "two");
        ASSERT_TRUE(two);
        EXPECT_EQ(texts(Loaded(now.storage.disk()).outbox, alice), (Texts{"one", "two"})) << at;
    }
}

TEST(Outbox, AppendThatFailedIsMendedByRewriting) {
    Loaded now({});
    now.outbox.add(alice, MessageKind::text, "one");
    now.storage.tear_append(10);
    EXPECT_TRUE(now.outbox.add(alice, MessageKind::text, "two"));
    EXPECT_EQ(texts(Loaded(now.storage.disk()).outbox, alice), (Texts{"one", "two"}));
}

TEST(Outbox, B30_FullDiskKeepsWhatIsThere) {
    Loaded now({});
    now.outbox.add(alice, MessageKind::text, "one");
    const auto before = now.storage.disk();
    now.storage.fail_writes(1000);
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(now.outbox.add(alice, MessageKind::text, "more"));
    EXPECT_FALSE(now.outbox.error().empty());
    EXPECT_EQ(now.storage.disk(), before);
    EXPECT_EQ(texts(now.outbox, alice), Texts{"one"});
}

TEST(Outbox, RecordChangedOnTheDiskIsSkippedAndTheJournalSetAside) {
    Loaded before({});
    before.outbox.add(alice, MessageKind::text, "one");
    const std::size_t at = before.storage.disk()[files::queue].size();
    before.outbox.add(alice, MessageKind::text, "two");
    before.outbox.add(alice, MessageKind::text, "three");
    for (std::size_t byte : {at, at + 4, at + 9, at + journal::overhead + 5}) {
        auto disk = before.storage.disk();
        disk[files::queue][byte] ^= 0x40;
        Loaded after(disk);
        ASSERT_TRUE(after.ok);
        EXPECT_EQ(texts(after.outbox, alice), (Texts{"one", "three"})) << byte;
        ASSERT_TRUE(after.outbox.flush());
        bool aside = false;
        for (const auto& [name, content] : after.storage.disk())
            aside = aside || (name.starts_with("queue.bad-") && content == disk[files::queue]);
        EXPECT_TRUE(aside);
        EXPECT_EQ(texts(Loaded(after.storage.disk()).outbox, alice), (Texts{"one", "three"}));
    }
}

TEST(Outbox, B49_LaterVersionIsLeftAlone) {
    Bytes file{'T', 'x', 'Q', '2'};
    file.resize(100);
    Bytes known;
    journal::write(known, Bytes{250, 1, 2});  // a whole record of a kind nobody knows yet
    for (const Bytes& journal : {file, known}) {
        Loaded now({{files::queue, journal}});
        EXPECT_FALSE(now.ok);
        EXPECT_EQ(now.outbox.add(alice, MessageKind::text, "x").error(), Outbox::Fault::not_saved);
        EXPECT_FALSE(now.outbox.forget(alice));
        EXPECT_TRUE(now.outbox.flush());
        EXPECT_EQ(now.storage.disk()[files::queue], journal);
    }
}

TEST(Outbox, B49_GarbageIsSetAside) {
    const Bytes garbage(300, 'z');
    Loaded now({{files::queue, garbage}});
    ASSERT_TRUE(now.ok);
    EXPECT_TRUE(now.outbox.was_damaged());
    EXPECT_TRUE(now.outbox.add(alice, MessageKind::text, "x"));
    bool aside = false;
    for (const auto& [name, content] : now.storage.disk()) aside = aside || content == garbage;
    EXPECT_TRUE(aside);
    EXPECT_EQ(texts(Loaded(now.storage.disk()).outbox, alice), Texts{"x"});
}

TEST(Outbox, R51_UnreadableJournalIsNotReplaced) {
    MemoryStorage storage({{files::queue, {1, 2, 3}}});
    storage.fail_reads(true);
    Outbox outbox(storage);
    EXPECT_FALSE(outbox.load());
    EXPECT_FALSE(outbox.error().empty());
    EXPECT_EQ(outbox.add(alice, MessageKind::text, "x").error(), Outbox::Fault::not_saved);
    EXPECT_EQ(storage.writes(), 0U);
}

TEST(Outbox, BoundsHold) {
    Loaded now({});
    EXPECT_EQ(now.outbox.add(alice, MessageKind::text, std::string(max_text + 1, 'x')).error(),
              Outbox::Fault::too_long);
    EXPECT_TRUE(now.outbox.add(bob, MessageKind::text, std::string(max_text, 'x')));
    for (std::size_t i = 0; i < Outbox::max_per_contact; ++i)
        ASSERT_TRUE(now.outbox.add(alice, MessageKind::text, "x"));
    EXPECT_EQ(now.outbox.add(alice, MessageKind::text, "x").error(), Outbox::Fault::queue_full);
    EXPECT_TRUE(now.outbox.add(bob, MessageKind::text, "x"));
    EXPECT_EQ(Loaded(now.storage.disk()).outbox.count(alice), Outbox::max_per_contact);
}

TEST(Outbox, TotalIsBounded) {
    Loaded now({});
    const std::string text(max_text, 'x');
    std::size_t taken = 0;
    while (taken <= Outbox::max_total / max_text && now.outbox.add(alice, MessageKind::text, text)) ++taken;
    EXPECT_EQ(taken, Outbox::max_total / max_text);
    EXPECT_EQ(now.outbox.add(bob, MessageKind::text, "x").error(), Outbox::Fault::queue_full);
    EXPECT_TRUE(now.outbox.forget(alice));
    EXPECT_TRUE(now.outbox.add(bob, MessageKind::text, "x"));
}

TEST(Outbox, JournalStaysSmallHoweverManyMessagesPass) {
    Loaded now({});
    for (int i = 0; i < 5000; ++i) now.outbox.done(*now.outbox.add(alice, MessageKind::text, "passing"));
    EXPECT_LE(now.storage.disk()[files::queue].size(), Outbox::max_dead + 1000);
    EXPECT_TRUE(now.outbox.contacts().empty());
}

TEST(Outbox, TextWithTheMarkOfARecordIsHarmless) {
    Bytes record;
    journal::write(record, bytes_of("?"));
    Loaded now({});
    now.outbox.add(alice, MessageKind::text, "TxQ1" + text_of(record) + "TxQ2");
    now.outbox.add(alice, MessageKind::text, "next");
    Loaded after(now.storage.disk());
    ASSERT_TRUE(after.ok);
    EXPECT_EQ(after.outbox.count(alice), 2U);
}

}  // namespace
}  // namespace tox
