// SPDX-License-Identifier: GPL-3.0-or-later
// What opening a profile finds, and that it is told as it is: R51, R52, B40-B46, B49. And clocks that are wrong: B37.
#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "tests/sim/resident.hpp"

namespace tox::sim {
namespace {

using Source = ProfileStore::Source;

struct Opening : testing::Test {
    ~Opening() override { us.close(); }

    void create(const std::vector<LongTermKey>& contacts = {}) {
        ASSERT_TRUE(us.open());
        us.engine().set_name("somebody");
        ASSERT_TRUE(contacts.empty() || us.engine().add_contacts(contacts));
        us.close();
    }
    static std::vector<LongTermKey> some(std::size_t count) {
        std::vector<LongTermKey> keys;
        for (std::size_t i = 0; i < count; ++i) keys.push_back(LongTermKeyPair::generate().public_key);
        return keys;
    }
    Bytes& file(const char* name) { return us.storage.disk()[name]; }

    Town town{1};
    Resident us{town};
};

TEST_F(Opening, ANewProfileIsKnownAsNewOnce) {
    ASSERT_TRUE(us.open());
    EXPECT_TRUE(us.engine().created());
    EXPECT_EQ(us.engine().opened().file, FileState::absent);
    us.close();
    ASSERT_TRUE(us.open());
    EXPECT_FALSE(us.engine().created());
    EXPECT_EQ(us.engine().opened().file, FileState::whole);
    EXPECT_EQ(us.engine().opened().source, Source::file);
}

// The Tox ID is shown at the first login that succeeds, whatever went wrong before.
TEST_F(Opening, AnIdNobodyHasSeenIsUnseenUntilItIsShown) {
    for (std::size_t step = 0; step < 2; ++step) {
        us.storage.fail_writes(1000, step);
        const auto opened = us.open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error(), OpenError::unwritable);
        EXPECT_FALSE(opened.error().reason.empty());
        us.storage.fail_writes(0);
    }
    for (int run = 0; run < 2; ++run) {
        ASSERT_TRUE(us.open());
        EXPECT_TRUE(us.engine().id_unseen()) << run;
        us.close();
    }
    ASSERT_TRUE(us.open());
    us.engine().id_seen();
    EXPECT_FALSE(us.engine().id_unseen());
    us.close();
    ASSERT_TRUE(us.open());
    EXPECT_FALSE(us.engine().id_unseen());
}

TEST_F(Opening, AFailedFirstSaveLeavesNoIdentityBehind) {
    us.storage.fail_writes(1, 1);
    EXPECT_FALSE(us.open());
    EXPECT_FALSE(us.storage.disk().contains(files::profile)) << "refused, and made all the same";
}

TEST_F(Opening, AnIdOfAnotherProgramIsNotNew) {
    create();
    Resident other{town, Resident::beyond_everybody + 1};
    const MemoryStorage::Disk theirs = [&] {
        EXPECT_TRUE(other.open());
        other.close();
        return other.storage.disk();
    }();
    file(files::profile) = theirs.at(files::profile);  // put there by its owner
    ASSERT_TRUE(us.open());
    EXPECT_FALSE(us.engine().id_unseen());
}

TEST_F(Opening, B40_B41_DamageIsToldAsItIsAndNothingIsTouched) {
    create();
    const std::pair<Bytes, FileState> damages[] = {
        {{}, FileState::empty},
        {Bytes(15, 'x'), FileState::not_a_profile},
        {Bytes(file(files::profile).begin(), file(files::profile).begin() + 100), FileState::cut_short},
    };
    us.storage.disk().erase(files::profile_backup);
    for (const auto& [content, state] : damages) {
        file(files::profile) = content;
        const auto before = us.storage.disk();
        const auto opened = us.open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error(), OpenError::damaged);
        EXPECT_EQ(opened.error().file, state);
        EXPECT_EQ(opened.error().backup, FileState::absent);
        EXPECT_NE(opened.error().reason.find(files::profile), std::string::npos) << opened.error().reason;
        EXPECT_EQ(us.storage.disk(), before);
    }
}

TEST_F(Opening, B40_R52_ABackupThatIsUsedIsTold) {
    create(some(2));
    const Bytes whole = file(files::profile);
    file(files::profile_backup) = whole;
    const Bytes damaged(whole.begin(), whole.begin() + 200);
    file(files::profile) = damaged;
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().opened().source, Source::backup);
    EXPECT_EQ(us.engine().opened().file, FileState::cut_short);
    EXPECT_EQ(us.engine().contacts().size(), 2U);
    us.run_for(1s);
    bool kept = false;
    for (const auto& [name, content] : us.storage.disk()) kept = kept || (name != files::profile && content == damaged);
    EXPECT_TRUE(kept);
}

TEST_F(Opening, B42_WhatPrecedesTheDamageIsOfferedAndTakenOnlyOnRequest) {
    const auto contacts = some(3);
    create(contacts);
    us.storage.disk().erase(files::profile_backup);
    file(files::profile).resize(file(files::profile).size() - 12);
    const Bytes damaged = file(files::profile);
    const auto refused = us.open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().remaining, 3U);
    EXPECT_EQ(file(files::profile), damaged);
    Options options;
    options.take_remains = true;
    ASSERT_TRUE(us.open(std::move(options)));
    EXPECT_EQ(us.engine().opened().source, Source::remains);
    EXPECT_EQ(us.engine().contacts(), contacts);
    us.run_for(1s);
    EXPECT_NE(file(files::profile), damaged);
    bool kept = false;
    for (const auto& [name, content] : us.storage.disk()) kept = kept || (name != files::profile && content == damaged);
    EXPECT_TRUE(kept);
}

TEST_F(Opening, B45_WhatOfTheProfileIsNotUsedIsTold) {
    const auto contacts = some(2);
    create(contacts);
    MemoryStorage& storage = us.storage;
    auto loaded = ProfileStore(storage).load();
    ASSERT_TRUE(loaded && *loaded);
    SavedProfile& profile = (*loaded)->profile;
    profile.contacts.push_back(profile.contacts[0]);
    file(files::profile) = serialise_save(profile);
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().opened().remarks.contacts_merged, 1U);
    EXPECT_EQ(us.engine().contacts(), contacts);
}

TEST_F(Opening, B49_FilesBesideTheProfileThatCannotBeUsedAreTold) {
    create(some(1));
    file(files::queue) = {'T', 'x', 'Q', '9', 1, 2, 3};
    file(files::requests) = {'T', 'x', 'R', '9', 1, 2, 3};
    ASSERT_TRUE(us.open());
    EXPECT_FALSE(us.engine().opened().queue_usable);
    EXPECT_FALSE(us.engine().opened().requests_usable);
    EXPECT_TRUE(us.engine().save());
    us.run_for(1h);
    EXPECT_EQ(us.heard<SaveFailed>(), 0U) << "a later version's file is not a disk that fails";
    us.close();
    file(files::queue) = Bytes(100, 'z');
    file(files::requests) = Bytes(100, 'z');
    ASSERT_TRUE(us.open());
    EXPECT_TRUE(us.engine().opened().queue_usable && us.engine().opened().queue_damaged);
    EXPECT_TRUE(us.engine().opened().requests_usable && us.engine().opened().requests_damaged);
}

TEST_F(Opening, ContactsKeepTheirOrder) {
    const auto contacts = some(20);
    create(contacts);
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().contacts(), contacts);
    ASSERT_TRUE(us.engine().remove_contact(contacts[3]));
    const auto fresh = some(2);
    for (const LongTermKey& key : fresh) ASSERT_TRUE(us.engine().add_contact(key));
    auto expected = contacts;
    expected[3] = fresh[0];
    expected.push_back(fresh[1]);
    EXPECT_EQ(us.engine().contacts(), expected);
    us.close();
    ASSERT_TRUE(us.open());
    EXPECT_EQ(us.engine().contacts(), expected);
}

// ---- B37 ---------------------------------------------------------------------------------------------------------

struct Clocks : Opening, testing::WithParamInterface<std::chrono::seconds> {};

constexpr std::chrono::seconds year = 24h * 365;

// The simulation's clock says some day of our time: so far back is 1970, so far ahead is 2100.
INSTANTIATE_TEST_SUITE_P(Years, Clocks, testing::Values(-60 * year, 75 * year));

TEST_P(Clocks, B37_AClockThatIsWrongFromTheStart) {
    us.bootstrap(town.add_bootstrap_node().node());
    Person& them = town.add();
    us.loop.jump_wall(GetParam());
    for (int run = 0; run < 2; ++run) {
        ASSERT_TRUE(us.open());
        if (run == 0) {
            ASSERT_TRUE(us.engine().add_contact(them.key()));
            them.befriend_key(us.engine().id().key);
        }
        ASSERT_TRUE(us.run_until([&] { return us.sees(them.key()); }, 60s)) << run;
        ASSERT_TRUE(us.engine().send_message(them.key(), MessageKind::text, "what time is it?"));
        EXPECT_TRUE(us.run_until([&] { return us.engine().contact(them.key())->queued == 0; }, 10s)) << run;
        us.close();
        us.loop.jump_wall(-GetParam());  // set right, and the profile is used again
    }
}

TEST_P(Clocks, B37_AClockThatIsSetWrongAndRight) {
    us.bootstrap(town.add_bootstrap_node().node());
    Person& them = town.add();
    ASSERT_TRUE(us.open());
    ASSERT_TRUE(us.engine().add_contact(them.key()));
    them.befriend_key(us.engine().id().key);
    ASSERT_TRUE(us.run_until([&] { return us.sees(them.key()); }, 60s));
    for (const auto jump : {GetParam(), -GetParam()}) {
        us.loop.jump_wall(jump);
        us.run_for(1s);
        ASSERT_TRUE(us.engine().send_message(them.key(), MessageKind::text, "what time is it?"));
        EXPECT_TRUE(us.run_until([&] { return us.engine().contact(them.key())->queued == 0; }, 15s));
        EXPECT_TRUE(us.sees(them.key()));
    }
}

}  // namespace
}  // namespace tox::sim
