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

std::string grouped(const std::string& id, const std::string& by) {
    std::string out;
    for (std::size_t i = 0; i < id.size(); ++i) out += (i > 0 && i % 4 == 0 ? by : "") + id[i];
    return out;
}

// B6
TEST_F(Names, BlanksDashesAndInvisibleCharactersDoNotCount) {
    for (const char* between :
         {" ",      "\t",     "\r\n",   "-",      "\u00A0", "\u00AD", "\u2007", "\u200B", "\u200D", "\u2010", "\u2011",
          "\u2013", "\u2014", "\u2028", "\u202F", "\u2060", "\u2212", "\u3000", "\uFEFF", "\u180E", "\u202E", "\u2066",
          "\u034F", "\uFE0F", "\u3164", "\u115F", "-\n",    " – ",    ":",      ".",      "_"}) {
        const auto address = parse_address(grouped(full, between));
        ASSERT_TRUE(address && address->id) << between << ": " << address.error();
        EXPECT_EQ(*address->id, id) << between;
        EXPECT_EQ(normal_name(grouped(lower(key), between)), key) << between;
    }
}

// B6
TEST_F(Names, WhatStandsAroundAnIdIsNoneOfIt) {
    for (const auto& [before, behind] :
         std::vector<std::pair<std::string, std::string>>{{"", "."},
                                                          {"", ","},
                                                          {"“", "”"},
                                                          {"'", "'"},
                                                          {"«", "»"},
                                                          {"(", ")"},
                                                          {"<", ">"},
                                                          {"[", "]."},
                                                          {"`", "`"},
                                                          {"**", "**"},
                                                          {"Tox ID: ", ""},
                                                          {"tox-id ", "!"},
                                                          {"ID=", ";"},
                                                          {"<tox:", "?message=hi&x=1>"},
                                                          {"\u200Etox://", "/#x"},
                                                          {"tox:", "?message=" + std::string(5000, 'x')},
                                                          {"TOX:", "?"}}) {
        const auto address = parse_address(before + full + behind);
        ASSERT_TRUE(address && address->id) << before << behind << ": " << address.error();
        EXPECT_EQ(*address->id, id);
    }
}

TEST_F(Names, OtherFormsOfADigitAreTheDigit) {
    std::string wide;
    for (const char c : full)
        wide += g_ascii_isdigit(c) ? std::string("\xEF\xBC") + static_cast<char>(0x90 + c - '0')
                                   : std::string("\xEF\xBC") + static_cast<char>(0xA1 + c - 'A');
    EXPECT_EQ(normal_name(wide), key);
}

std::string fault(const std::string& typed) {
    const auto address = parse_address(typed);
    return address ? "none" : address.error();
}

// B1, B3, B4
TEST_F(Names, TheSentenceCountsTheDigits) {
    for (const char* nothing : {"", "   ", "\n", "\u200B", "tox:", "tox:?x"})
        EXPECT_NE(fault(nothing).find("Enter a Tox ID"), std::string::npos) << nothing;
    EXPECT_NE(fault(full.substr(0, 74)).find("74 of 76 digits"), std::string::npos) << fault(full.substr(0, 74));
    EXPECT_NE(fault(grouped(full.substr(1), "-")).find("75 of 76 digits"), std::string::npos);
    EXPECT_NE(fault(full + "0").find("77 digits"), std::string::npos) << fault(full + "0");
    EXPECT_NE(fault(key + "0").find("65 of 76"), std::string::npos);
}

// B4
TEST_F(Names, TheSentenceNamesWhatIsNoDigit) {
    for (const auto& [wrong, position] : std::vector<std::pair<std::string, std::size_t>>{
             {"O", 12}, {"l", 1}, {"g", 76}, {"Ö", 40}, {"х", 5}}) {  // the last is Cyrillic
        std::string typed = full;
        typed.replace(position - 1, 1, wrong);
        EXPECT_NE(fault(typed).find("“" + wrong + "” at position " + std::to_string(position)), std::string::npos)
            << fault(typed);
        EXPECT_EQ(fault(typed), fault(grouped(typed.substr(0, 4), "") + " " + typed.substr(4)));
    }
}

TEST_F(Names, ATextThatIsMissingIsEmpty) {
    EXPECT_EQ(key_of(nullptr), std::nullopt);
    EXPECT_EQ(normal_name(nullptr), "");
    EXPECT_FALSE(parse_address(nullptr));
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
