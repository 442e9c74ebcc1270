// SPDX-License-Identifier: GPL-3.0-or-later
// Queue files that somebody made up: they cost no more than their size, and hold no more than we write (R6).
#include <gtest/gtest.h>

#include "engine/profile/files.hpp"
#include "engine/profile/journal.hpp"
#include "tests/unit/profile/loaded_outbox.hpp"

namespace tox {
namespace {

Bytes frames_of_nothing(std::size_t size) {  // each names a size, and holds what it says for nobody
    Bytes file;
    while (file.size() < size) append(file, Bytes{'T', 'x', 'Q', '1', 0, 1, 0xFF, 0xFF});
    return file;
}

// Each of these 131,072 places looks like a record of 128 KiB: hashing them all would be 17 GB.
TEST(OutboxFile, R6_RecordsOfNothingAreNotHashedAgainAndAgain) {
    const Bytes file = frames_of_nothing(1024 * 1024);
    journal::Reader reader(file);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.damaged());
    EXPECT_LE(reader.hashed_in_vain(), 2 * file.size() + journal::max_payload);
}

TEST(OutboxFile, R6_WhatIsWholeBeforeSuchDamageIsUsed) {
    Loaded before({});
    before.outbox.add(alice, MessageKind::text, "one");
    auto disk = before.storage.disk();
    append(disk[files::queue], frames_of_nothing(256 * 1024));
    Loaded now(disk);
    EXPECT_TRUE(now.ok);
    EXPECT_TRUE(now.outbox.was_damaged());
    EXPECT_EQ(texts(now.outbox, alice), Texts{"one"});
    EXPECT_TRUE(now.outbox.add(alice, MessageKind::text, "two"));
    EXPECT_EQ(texts(Loaded(now.storage.disk()).outbox, alice), (Texts{"one", "two"}));
}

// More than we ever write: the bounds of add() hold for a file, too.
TEST(OutboxFile, R6_AFileCannotHoldMoreThanAddTakes) {
    Loaded full({});
    for (std::size_t i = 0; i < Outbox::max_per_contact; ++i) full.outbox.add(alice, MessageKind::text, "x");
    Loaded more(full.storage.disk());
    more.outbox.forget(alice);
    for (std::size_t i = 0; i < Outbox::max_per_contact; ++i) more.outbox.add(alice, MessageKind::text, "y");
    auto disk = full.storage.disk();
    append(disk[files::queue], more.storage.disk()[files::queue]);
    EXPECT_EQ(Loaded(disk).outbox.count(alice), Outbox::max_per_contact);
}

}  // namespace
}  // namespace tox
