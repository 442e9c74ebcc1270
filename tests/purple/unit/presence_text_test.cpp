// SPDX-License-Identifier: GPL-3.0-or-later
// The words for each presence.
#include "plugin/presence_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace purple_tox {
namespace {

using tox::Progress;

Look look(Presence presence, Progress stage) {
    Look look;
    look.presence = presence;
    look.stage = stage;
    return look;
}

TEST(ListText, EachStageHasItsOwn) {
    std::set<std::string> texts;
    for (const Progress stage :
         {Progress::acquiring_ip_address, Progress::acquiring_cookie, Progress::awaiting_handshake,
          Progress::awaiting_session_packet, Progress::established})
        texts.insert(list_text(look(Presence::connecting, stage)));
    texts.insert(list_text(look(Presence::offline, Progress::awaiting_dht_key)));
    EXPECT_EQ(texts.size(), 6U);
}

TEST(ListText, OnlineIsTheirMessage) {
    Look online = look(Presence::away, Progress::established);
    EXPECT_EQ(list_text(online), "");
    online.message = "back at 5";
    EXPECT_EQ(list_text(online), "back at 5");
}

TEST(ListText, ARequestWaits) {
    Look asked = look(Presence::offline, Progress::awaiting_dht_key);
    asked.unanswered = true;
    EXPECT_NE(list_text(asked).find("not answered"), std::string::npos);
    EXPECT_STREQ(emblem(asked), "not-authorized");
    asked.presence = Presence::connecting;
    EXPECT_STREQ(emblem(asked), "external");
}

TEST(ListText, SaysSinceWhen) {
    Look waiting = look(Presence::offline, Progress::awaiting_dht_key);
    waiting.since = tox::WallTime(std::chrono::seconds(1'000'000'000));
    EXPECT_NE(list_text(waiting).find("since " + clock_text(waiting.since)), std::string::npos);
    EXPECT_GT(clock_text(waiting.since).size(), std::string("12:34").size()) << "another day comes with its date";
}

TEST(Emblem, OnlineHasNone) {
    EXPECT_EQ(emblem(look(Presence::available, Progress::established)), nullptr);
    EXPECT_EQ(emblem(look(Presence::offline, Progress::awaiting_dht_key)), nullptr);
}

TEST(RoundTripText, Milliseconds) {
    EXPECT_EQ(round_trip_text(std::chrono::microseconds(23'400)), "23 ms");
    EXPECT_EQ(round_trip_text(std::chrono::microseconds(300)), "less than 1 ms");
}

}  // namespace
}  // namespace purple_tox
