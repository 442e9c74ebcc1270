// SPDX-License-Identifier: GPL-3.0-or-later
// The words for each presence.
#include "plugin/presence_text.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <set>

namespace purple_tox {
namespace {

using tox::Progress;

Look look(Absence absence, Progress stage = Progress::awaiting_dht_key) {
    Look look;
    look.absence = absence;
    look.presence = presence_of(absence, tox::UserStatus::online);
    look.stage = stage;
    look.since = tox::WallTime(std::chrono::seconds(1'000'000'000));
    return look;
}
const tox::WallTime long_ago(std::chrono::seconds(900'000'000));

TEST(ListText, EachStageHasItsOwn) {
    std::set<std::string> texts;
    for (const Progress stage :
         {Progress::acquiring_ip_address, Progress::acquiring_cookie, Progress::awaiting_handshake,
          Progress::awaiting_session_packet, Progress::established})
        texts.insert(list_text(look(Absence::on_the_way, stage)));
    texts.insert(list_text(look(Absence::unmet)));
    EXPECT_EQ(texts.size(), 6U);
    for (const std::string& text : texts) EXPECT_TRUE(text.starts_with("Connecting – ") || text.starts_with("Offline"));
}

TEST(ListText, OnlineIsTheirMessage) {
    Look online = look(Absence::none, Progress::established);
    EXPECT_EQ(list_text(online), "");
    online.message = "back at 5";
    EXPECT_EQ(list_text(online), "back at 5");
}

TEST(ListText, ARequestWaits) {
    EXPECT_EQ(list_text(look(Absence::asked)), "Offline – request not answered yet");
    EXPECT_STREQ(emblem(look(Absence::asked)), "not-authorized");
    EXPECT_STREQ(emblem(look(Absence::on_the_way, Progress::acquiring_cookie)), "external");
}

TEST(ListText, SaysWhenTheyWereHere) {
    Look absent = look(Absence::left);
    absent.seen = long_ago;
    EXPECT_EQ(list_text(absent), "Offline – signed off " + clock_text(long_ago));
    absent.absence = Absence::seen;
    EXPECT_EQ(list_text(absent), "Offline – last seen " + clock_text(long_ago));
    EXPECT_GT(clock_text(long_ago).size(), std::string("12:34").size()) << "another day comes with its date";
}

TEST(ListText, OurOwnFaultIsNotTheirs) {
    EXPECT_EQ(list_text(look(Absence::no_network)), "Offline – you are not connected to the Tox network");
    EXPECT_EQ(list_text(look(Absence::blocked)), "Blocked");
}

TEST(ListText, MessagesThatWaitAreCounted) {
    Look absent = look(Absence::left);
    absent.seen = long_ago;
    absent.waiting = 1;
    EXPECT_TRUE(list_text(absent).starts_with("Offline – 1 message waiting; signed off ")) << list_text(absent);
    absent = look(Absence::on_the_way, Progress::acquiring_cookie);
    absent.waiting = 2;
    EXPECT_EQ(list_text(absent), "Connecting – 2 messages waiting; asking for a cookie");
}

TEST(ConnectionText, SaysWhyThereIsNone) {
    Look absent = look(Absence::seen);
    absent.seen = long_ago;
    EXPECT_EQ(connection_text(absent), "none: last seen " + clock_text(long_ago));
    EXPECT_EQ(progress_text(absent), "waiting for their DHT key since " + clock_text(absent.since));
    EXPECT_EQ(connection_text(look(Absence::no_network)), "none: you are not connected to the Tox network");
    EXPECT_EQ(connection_text(look(Absence::blocked)), "none: you have blocked this contact");
    EXPECT_EQ(progress_text(look(Absence::blocked)), "");
}

// Two lines must not say the same.
TEST(ConnectionText, AStageIsToldOnce) {
    for (const Absence absence : {Absence::on_the_way, Absence::unmet}) {
        EXPECT_EQ(connection_text(look(absence)), "waiting for their DHT key since " + clock_text(look(absence).since));
        EXPECT_EQ(progress_text(look(absence)), "");
    }
    EXPECT_EQ(connection_text(look(Absence::none)), "connected since " + clock_text(look(Absence::none).since));
}

TEST(Emblem, OnlineHasNone) {
    EXPECT_EQ(emblem(look(Absence::none, Progress::established)), nullptr);
    EXPECT_EQ(emblem(look(Absence::seen)), nullptr);
}

std::size_t glyphs(const std::string& text) {
    return static_cast<std::size_t>(g_utf8_strlen(text.c_str(), static_cast<gssize>(text.size())));
}

TEST(TooltipNote, IsShortAndCanBeBroken) {
    EXPECT_EQ(tooltip_note("back at 5"), "back at 5");
    EXPECT_EQ(tooltip_note(""), "");
    std::string words;
    for (int i = 0; i < 100; ++i) words += "näh ";
    EXPECT_LE(glyphs(tooltip_note(words)), 61U);
    EXPECT_TRUE(tooltip_note(words).ends_with("…"));
    const std::string word = tooltip_note(std::string(200, 'x'));
    std::size_t longest = 0;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t end = std::min(word.find("\u200b", at), word.size());
        longest = std::max(longest, glyphs(word.substr(at, end - at)));
        at = end + std::string("\u200b").size();
    }
    EXPECT_LE(longest, 30U) << word;
}

TEST(RoundTripText, Milliseconds) {
    EXPECT_EQ(round_trip_text(std::chrono::microseconds(23'400)), "23 ms");
    EXPECT_EQ(round_trip_text(std::chrono::microseconds(300)), "less than 1 ms");
}

}  // namespace
}  // namespace purple_tox
