// SPDX-License-Identifier: GPL-3.0-or-later
// The .tox format as values: what goes in comes out, and what this program does not use survives.
#include <gtest/gtest.h>

#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

TEST(SaveFormat, RoundTripKeepsEverything) {
    const SavedProfile before = samples::profile();
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_TRUE(samples::same_content(before, *after));
    EXPECT_EQ(after->remarks, SaveRemarks());
}

TEST(SaveFormat, RoundTripOfAnEmptyProfile) {
    SavedProfile before;
    before.secret = KeyPair<LongTermTag>::generate().secret;
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_TRUE(samples::same_content(before, *after));
}

TEST(SaveFormat, TextsOfTheLargestSizesFit) {
    SavedProfile before = samples::profile();
    before.name = std::string(max_name, 'n');
    before.status_message = std::string(max_status_message, 's');
    before.contacts[0].name = std::string(max_name, 'N');
    before.contacts[0].status_message = std::string(max_status_message, 'S');
    before.contacts[1].request_message = std::string(max_request_message, 'r');
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_TRUE(samples::same_content(before, *after));
}

TEST(SaveFormat, LongerTextsAreCutAtACharacter) {
    SavedProfile before = samples::profile();
    before.name = std::string(max_name - 1, 'n') + "\xC3\xA4";
    before.contacts[1].request_message = std::string(max_request_message - 2, 'r') + "\xE2\x98\x83";
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->name, std::string(max_name - 1, 'n'));
    EXPECT_EQ(after->contacts[1].request_message, std::string(max_request_message - 2, 'r'));
    EXPECT_FALSE(after->contacts[1].accepted);
}

// c-toxcore drops a record of an unanswered request without a text, and with it the contact.
TEST(SaveFormat, ContactAskedWithoutATextIsNotLost) {
    SavedProfile before = samples::profile();
    before.contacts[1].request_message.clear();
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    ASSERT_EQ(after->contacts.size(), 2U);
    EXPECT_EQ(after->contacts[1].key, before.contacts[1].key);
    EXPECT_TRUE(after->contacts[1].accepted);
}

TEST(SaveFormat, B43_UnknownSectionsSurviveByteForByteAndInOrder) {
    SavedProfile before = samples::profile();
    before.other = {{20, {1, 2, 3}}, {0x7777, {}}, {11, Bytes(500, 0xAB)}, {20, {4}}};
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->other, before.other);
    const auto again = parse_save(serialise_save(*after));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->other, before.other);
}

TEST(SaveFormat, TextsThatAreNotUtf8AreKeptAsTheyAre) {
    SavedProfile before = samples::profile();
    before.name = "\xFF\xFE bad";
    before.contacts[0].name = std::string("a\0b", 3);
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_TRUE(samples::same_content(before, *after));
}

TEST(SaveFormat, R18_NoDhtKeyIsStored) {  // two saves of one profile are the same bytes: nothing of a start is in them
    const SavedProfile profile = samples::profile();
    EXPECT_EQ(serialise_save(profile), serialise_save(profile));
}

TEST(SaveFormat, AtMostMaxSavedNodesAreWritten) {
    SavedProfile before = samples::profile();
    before.dht_nodes.clear();
    for (unsigned i = 0; i < max_saved_nodes + 5; ++i) {
        Node node = samples::node(static_cast<Byte>(i % 250));
        node.endpoint.port = static_cast<std::uint16_t>(1 + i);
        before.dht_nodes.push_back(node);
    }
    const auto after = parse_save(serialise_save(before));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->dht_nodes.size(), max_saved_nodes);
}

}  // namespace
}  // namespace tox
