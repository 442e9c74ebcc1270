// SPDX-License-Identifier: GPL-3.0-or-later
// Commands on a disk that fails: they are done and kept, or not done at all. What is delivered is gone from the disk.
#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "tests/sim/resident.hpp"

namespace tox::sim {
namespace {

struct Keeping : testing::Test {
    Keeping() {
        us.bootstrap(town.add_bootstrap_node().node());
        them = &town.add();
        EXPECT_TRUE(us.open());
        us.run_for(1s);
    }
    ~Keeping() override { us.close(); }

    // The command with each write of it failing in turn, until it succeeds; `undone` is checked after each failure.
    void fail_at_each_write(const std::function<bool()>& command, const std::function<void()>& undone) {
        for (std::size_t step = 0; step < 10; ++step) {
            us.storage.fail_writes(1000, step);
            const bool done = command();
            us.storage.fail_writes(0);
            if (done) {
                EXPECT_GT(step, 0U) << "it never wrote anything";
                return;
            }
            us.run_for(1s);
            undone();
            EXPECT_EQ(us.heard<SaveFailed>(), 0U) << "the command's answer says it already";
        }
        ADD_FAILURE() << "ten writes for one command";
    }

    void meet() {
        ASSERT_TRUE(us.engine().add_contact(them->key()));
        them->befriend_key(us.engine().id().key);
        ASSERT_TRUE(us.run_until([&] { return us.sees(them->key()); }, 30s));
    }

    bool they_ask() {
        EXPECT_TRUE(them->engine().add_contact(us.engine().id(), "will you?"));
        return us.run_until([&] { return us.heard<RequestReceived>() > 0; }, 60s);
    }

    bool they_see_us() {
        const auto info = them->engine().contact(us.engine().id().key);
        return info && info->online;
    }

    // What a start from this disk would find.
    std::vector<LongTermKey> contacts_on_disk() {
        MemoryStorage copy(us.storage.disk());
        const auto loaded = ProfileStore(copy).load();
        std::vector<LongTermKey> keys;
        if (loaded && *loaded)
            for (const SavedContact& saved : (*loaded)->profile.contacts) keys.push_back(saved.key);
        return keys;
    }
    bool on_disk(std::string_view text) {
        for (const auto& [name, content] : us.storage.disk())
            if (text_of(content).find(text) != std::string::npos) return true;
        return false;
    }

    Town town{1};
    Resident us{town};
    Person* them = nullptr;
};

TEST_F(Keeping, WhoCannotBeSavedIsNotAdded) {
    fail_at_each_write([&] { return us.engine().add_contact(them->id(), "hello").has_value(); },
                       [&] {
                           EXPECT_TRUE(us.engine().contacts().empty());
                           EXPECT_FALSE(us.engine().contact(them->key()));
                           EXPECT_TRUE(contacts_on_disk().empty());
                           us.run_for(20s);
                           EXPECT_TRUE(them->requests().empty()) << "not added, but asked";
                       });
    EXPECT_TRUE(us.run_until([&] { return !them->requests().empty(); }, 60s));
    EXPECT_EQ(contacts_on_disk(), std::vector{them->key()});
}

TEST_F(Keeping, ManyWhoCannotBeSavedAreNotAdded) {
    const std::vector keys{LongTermKeyPair::generate().public_key, LongTermKeyPair::generate().public_key};
    fail_at_each_write([&] { return us.engine().add_contacts(keys).has_value(); },
                       [&] { EXPECT_TRUE(us.engine().contacts().empty()); });
    EXPECT_EQ(us.engine().contacts(), keys);
    EXPECT_EQ(us.engine().add_contacts({LongTermKeyPair::generate().public_key, keys[0]}).error(),
              AddError::already_contact);
    EXPECT_EQ(us.engine().contacts(), keys) << "all, or none";
}

TEST_F(Keeping, ManyAreAddedInOneSave) {
    std::vector<LongTermKey> keys;
    for (int i = 0; i < 50; ++i) keys.push_back(LongTermKeyPair::generate().public_key);
    const std::size_t before = us.storage.writes();
    ASSERT_TRUE(us.engine().add_contacts(keys));
    EXPECT_LE(us.storage.writes() - before, 2U);  // the backup and the profile
    EXPECT_EQ(us.engine().contacts(), keys);
    EXPECT_EQ(contacts_on_disk(), keys);
}

TEST_F(Keeping, ARequestWhoseAnswerCannotBeSavedStillWaits) {
    ASSERT_TRUE(they_ask());
    fail_at_each_write([&] { return us.engine().accept_request(them->key()).has_value(); },
                       [&] {
                           EXPECT_EQ(us.engine().requests().size(), 1U);
                           EXPECT_FALSE(us.engine().has_contact(them->key()));
                           us.run_for(20s);
                           EXPECT_FALSE(they_see_us()) << "not accepted, but online";
                       });
    EXPECT_TRUE(us.engine().requests().empty());
    EXPECT_TRUE(us.run_until([&] { return us.sees(them->key()); }, 60s));
}

// The profile is what counts: the file of requests is mended at the next start at the latest.
TEST_F(Keeping, AnAnswerOutlivesAFileOfRequestsThatCannotBeWritten) {
    ASSERT_TRUE(they_ask());
    ASSERT_TRUE(us.engine().save());  // the backup is made
    us.storage.fail_writes(1000, 1);  // after the profile
    EXPECT_TRUE(us.engine().accept_request(them->key()));
    us.die();
    us.storage.fail_writes(0);
    ASSERT_TRUE(us.open());
    EXPECT_TRUE(us.engine().requests().empty());
    EXPECT_TRUE(us.engine().has_contact(them->key()));
}

TEST_F(Keeping, WhoCannotBeRemovedFromTheDiskStays) {
    meet();
    fail_at_each_write([&] { return us.engine().remove_contact(them->key()).has_value(); },
                       [&] {
                           EXPECT_TRUE(us.sees(them->key())) << "kept, but said good-bye";
                           EXPECT_EQ(contacts_on_disk(), std::vector{them->key()});
                       });
    EXPECT_TRUE(contacts_on_disk().empty());
    EXPECT_FALSE(us.engine().has_contact(them->key()));
    EXPECT_EQ(us.engine().remove_contact(them->key()).error(), RemoveError::no_such_contact);
}

TEST_F(Keeping, ANospamThatCannotBeSavedIsNotUsed) {
    const ToxId before = us.engine().id();
    fail_at_each_write(
        [&] {
            return us.engine().set_nospam({1, 2, 3, 4});
        },
        [&] { EXPECT_EQ(us.engine().id(), before); });
    EXPECT_EQ(us.engine().id().nospam, (Nospam{1, 2, 3, 4}));
}

struct Declining : Keeping, testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(ForGoodOrNot, Declining, testing::Bool());

TEST_P(Declining, ADeclineThatCannotBeSavedIsNone) {
    ASSERT_TRUE(they_ask());
    fail_at_each_write([&] { return us.engine().decline_request(them->key(), GetParam()); },
                       [&] { EXPECT_EQ(us.engine().requests().size(), 1U); });
    EXPECT_TRUE(us.engine().requests().empty());
}

// ---- what is told ------------------------------------------------------------------------------------------------

TEST_F(Keeping, B30_AFullDiskIsToldOnceAndSoIsItsEnd) {
    us.storage.fail_writes(1'000'000);
    us.engine().set_name("a new name");
    us.run_for(3s);
    EXPECT_EQ(us.heard<SaveFailed>(), 1U);
    us.run_for(20min);
    EXPECT_EQ(us.heard<SaveFailed>(), 1U);
    EXPECT_EQ(us.heard<SaveWorks>(), 0U);
    us.storage.fail_writes(0);
    us.run_for(6min);
    EXPECT_EQ(us.heard<SaveWorks>(), 1U);
    EXPECT_TRUE(on_disk("a new name"));
}

TEST_F(Keeping, AProfileThatCannotBeWrittenIsToldAtTheStart) {
    us.close();
    us.events.clear();
    us.storage.fail_writes(1'000'000);
    ASSERT_TRUE(us.open());
    us.run_for(1s);
    EXPECT_EQ(us.heard<SaveFailed>(), 1U);
    us.storage.fail_writes(0);
}

// B83: who takes the name away is shown without one, now and after a restart.
TEST_F(Keeping, B83_ANameThatIsClearedIsToldAndKeptAsNone) {
    meet();
    ASSERT_TRUE(us.run_until([&] { return !us.engine().contact(them->key())->name.empty(); }, 10s));
    us.events.clear();
    them->engine().set_name("");
    ASSERT_TRUE(us.run_until([&] { return us.heard<NameChanged>() > 0; }, 10s));
    EXPECT_EQ(us.engine().contact(them->key())->name, "");
    us.close();
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().contact(them->key())->name, "");
}

// ---- what is gone ------------------------------------------------------------------------------------------------

TEST_F(Keeping, WhatWasDeliveredIsNotSentAgainAfterAKill) {
    meet();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(us.engine().send_message(them->key(), MessageKind::text, "a secret"));
    ASSERT_TRUE(us.run_until([&] { return us.heard<MessageDelivered>() == 5; }, 30s));
    us.run_for(3s);
    EXPECT_FALSE(on_disk("a secret"));
    us.die();
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().contact(them->key())->queued, 0U);
}

TEST_F(Keeping, AnOrderlyEndLeavesNoTextThatWasDelivered) {
    meet();
    ASSERT_TRUE(us.engine().send_message(them->key(), MessageKind::text, "a secret"));
    ASSERT_TRUE(us.run_until([&] { return us.heard<MessageDelivered>() == 1; }, 30s));
    us.close();
    EXPECT_FALSE(on_disk("a secret"));
}

TEST_F(Keeping, ARemovedContactTakesTheWaitingTextsAlong) {
    const LongTermKey away = LongTermKeyPair::generate().public_key;
    ASSERT_TRUE(us.engine().add_contact(away));
    ASSERT_TRUE(us.engine().send_message(away, MessageKind::text, "a secret"));
    ASSERT_TRUE(on_disk("a secret"));
    ASSERT_TRUE(us.engine().remove_contact(away));
    EXPECT_FALSE(on_disk("a secret"));
}

// The profile was saved without them, the queue was not: as when the power goes in between.
TEST_F(Keeping, TextsToSomebodyWhoIsNoContactGoAtTheNextStart) {
    const LongTermKey away = LongTermKeyPair::generate().public_key;
    ASSERT_TRUE(us.engine().add_contact(away));
    ASSERT_TRUE(us.engine().send_message(away, MessageKind::text, "a secret"));
    const Bytes queue = us.storage.disk()[files::queue];
    ASSERT_TRUE(us.engine().remove_contact(away));
    us.close();
    us.storage.disk()[files::queue] = queue;
    ASSERT_TRUE(us.open());
    us.run_for(5s);
    EXPECT_FALSE(on_disk("a secret"));
}

}  // namespace
}  // namespace tox::sim
