// SPDX-License-Identifier: GPL-3.0-or-later
// What users may type for a contact, and the one name libpurple sees.
#include "plugin/names.hpp"

#include <gtest/gtest.h>

namespace purple_tox {
namespace {

struct Names : testing::Test {
    tox::ToxId id{tox::KeyPair<struct tox::LongTermTag>::generate().public_key, {1, 2, 3, 4}};
    std::string full = id.text();
    std::string key = id.key.hex();
};

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

TEST_F(Names, EverySpellingIsTheSameBuddy) {
    for (const std::string& typed : {full, lower(full), "tox:" + full, "tox://" + lower(full) + "?message=hi", key,
                                     lower(key), "  " + full + "\n", full.substr(0, 38) + " " + full.substr(38)})
        EXPECT_EQ(normal_name(typed), key) << typed;
}

TEST_F(Names, NormalisingTwiceChangesNothing) { EXPECT_EQ(normal_name(normal_name(full)), key); }

TEST_F(Names, ForeignNamesStayAsTheyAre) {
    const std::string misspelt = full.substr(0, 75) + (full.back() == '0' ? '1' : '0');
    for (const std::string& name : {std::string("alice"), std::string(), std::string("Tox:Alice"), misspelt, key + "0"})
        EXPECT_EQ(normal_name(name), name);
}

TEST_F(Names, NormalizeTakesItsOwnResult) {
    const char* once = normalize(nullptr, lower(key).c_str());
    EXPECT_EQ(normalize(nullptr, once), key);
    EXPECT_STREQ(normalize(nullptr, nullptr), "");
}

TEST_F(Names, TheNospamSurvives) {
    const auto address = parse_address("tox:" + lower(full));
    ASSERT_TRUE(address && address->id);
    EXPECT_EQ(*address->id, id);
}

TEST_F(Names, ABareKeyHasNoId) {
    const auto address = parse_address(key);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->key, id.key);
    EXPECT_FALSE(address->id);
}

TEST_F(Names, EachFaultHasItsSentence) {  // B5, B10
    std::string misspelt = full;
    misspelt.back() = misspelt.back() == '0' ? '1' : '0';
    const auto checksum = parse_address(misspelt);
    const auto nonsense = parse_address("bob@example.org");
    const auto no_point = parse_address(std::string(64, '0'));
    ASSERT_FALSE(checksum);
    ASSERT_FALSE(nonsense);
    ASSERT_FALSE(no_point);
    EXPECT_NE(checksum.error().find("checksum"), std::string::npos);
    EXPECT_NE(nonsense.error().find("76 digits"), std::string::npos);
    EXPECT_NE(no_point.error().find("valid key"), std::string::npos);
}

TEST_F(Names, KeyOfABuddyName) {
    EXPECT_EQ(key_of(key), id.key);
    EXPECT_EQ(key_of("alice"), std::nullopt);
}

}  // namespace
}  // namespace purple_tox
