// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/messenger/text.hpp"

#include <gtest/gtest.h>

#include "engine/messenger/types.hpp"

namespace tox {
namespace {

TEST(Text, short_ones_stay_whole) {
    EXPECT_EQ(split_text("hello", 1372), std::vector<std::string_view>{"hello"});
    EXPECT_TRUE(split_text("", 1372).empty());
}

TEST(Text, splits_after_newlines_before_spaces) {
    const std::string text = std::string(10, 'a') + "\n" + "bb " + std::string(10, 'c');
    const auto parts = split_text(text, 16);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0], std::string(10, 'a') + "\n");
}

TEST(Text, never_splits_a_character) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "\xE2\x82\xAC";  // three bytes each; 1372 is no multiple of three
    std::string joined;
    for (const auto part : split_text(text, max_part)) {
        EXPECT_LE(part.size(), max_part);
        EXPECT_TRUE(is_utf8(part));
        joined += part;
    }
    EXPECT_EQ(joined, text);
}

TEST(Text, parts_always_make_the_whole) {  // B13
    std::string text;
    for (int i = 0; i < 5000; ++i) text += i % 7 == 0 ? " " : i % 131 == 0 ? "\n" : "x";
    for (std::size_t most = 4; most < 300; most += 7) {
        std::string joined;
        for (const auto part : split_text(text, most)) joined += part;
        EXPECT_EQ(joined, text);
    }
}

TEST(Text, cuts_between_characters) {
    EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 3), "a");
    EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
}

TEST(Text, knows_utf8) {
    EXPECT_TRUE(is_utf8("gr\xC3\xBC\xC3\x9F"));
    EXPECT_FALSE(is_utf8("\xC0\x80"));          // overlong
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    EXPECT_FALSE(is_utf8("\xE2\x82"));
}

TEST(Text, what_is_received_is_made_harmless) {  // R40
    EXPECT_EQ(received_text(std::string_view("hi\0hidden", 9)), "hi");
    EXPECT_EQ(received_text("a\xFF"
                            "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(received_text("a\x1B[31mb\nc\td\x7F"), "a[31mb\nc\td");
    EXPECT_EQ(received_line("two\nlines"), "two lines");
}

TEST(Text, B83_a_line_is_the_first_between_nuls_that_shows_anything) {
    using namespace std::string_view_literals;
    EXPECT_EQ(received_line("\0Bob"sv), "Bob");
    EXPECT_EQ(received_line("\0\0\x01\0Bob\0hidden"sv), "Bob");
    EXPECT_EQ(received_line("Bob\0"sv), "Bob");
    EXPECT_EQ(received_line("\0\0\0"sv), "");
    EXPECT_EQ(received_line(""), "");
    EXPECT_EQ(received_text("\0Bob"sv), "");  // of a message only what every program shows
}

}  // namespace
}  // namespace tox
