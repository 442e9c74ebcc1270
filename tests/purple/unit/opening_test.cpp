// SPDX-License-Identifier: GPL-3.0-or-later
// What a user is told about a profile's files: what is wrong with this one, and never of files that are not there.
#include "plugin/opening.hpp"

#include <gtest/gtest.h>

namespace purple_tox {
namespace {

using tox::FileState;
using tox::Opened;
using FoundIn = tox::ProfileStore::Source;

bool says(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

TEST(Opening, NothingIsSaidWhenAllIsWell) {
    EXPECT_EQ(opened_text({}), "");
    Opened created;
    created.created = true;
    created.file = FileState::absent;
    EXPECT_EQ(opened_text(created), "");
}

TEST(Opening, B40_B42_WhatWasUsedInsteadIsTold) {
    Opened opened;
    opened.source = FoundIn::backup;
    opened.file = FileState::cut_short;
    EXPECT_TRUE(says(opened_text(opened), "was damaged. Its backup is used"));
    opened.file = FileState::absent;
    EXPECT_TRUE(says(opened_text(opened), "was missing. Its backup is used"));
    opened.source = FoundIn::remains;
    EXPECT_TRUE(says(opened_text(opened), "What precedes the damage is used"));
}

TEST(Opening, B45_B46_WhatIsNotUsedIsCounted) {
    Opened opened;
    opened.remarks.contacts_partial = 1;
    EXPECT_TRUE(says(opened_text(opened), "1 entry of the contact list"));
    opened.remarks.contacts_left_out = 90'000;
    EXPECT_TRUE(says(opened_text(opened), "90001 entries"));
    EXPECT_TRUE(says(opened_text(opened), "holds more than this program can use"));
}

TEST(Opening, B49_FilesBesideTheProfileAreToldOf) {
    Opened opened;
    opened.queue_damaged = opened.requests_damaged = true;
    EXPECT_TRUE(says(opened_text(opened), "waiting messages was damaged"));
    EXPECT_TRUE(says(opened_text(opened), "contact requests was damaged"));
    opened = {};
    opened.queue_usable = false;
    EXPECT_TRUE(says(opened_text(opened), "no message can be sent"));
}

}  // namespace
}  // namespace purple_tox
