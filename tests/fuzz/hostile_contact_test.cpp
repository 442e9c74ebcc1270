// SPDX-License-Identifier: GPL-3.0-or-later
// What a contact may say in a session, and what comes of it when that is no such packet.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/messenger/text.hpp"
#include "tests/fuzz/lone_engine.hpp"

namespace tox::fuzz {
namespace {

Bytes packet(Byte kind, std::string_view content) {
    Bytes bytes(1 + content.size(), kind);
    std::ranges::copy(content, bytes.begin() + 1);
    return bytes;
}

struct AContact : testing::Test {
    AContact() { home.events<NameChanged>(); }

    ContactInfo info() const { return *home.engine->contact(home.contact.key()); }
    template <class Kind>
    std::size_t told(const Bytes& said) {
        home.hear(said);
        return home.events<Kind>().size();
    }
    LoneEngine home;
};

TEST_F(AContact, B82_OnlineOfflineAndTypingOfOddSizes) {
    ASSERT_TRUE(info().online);
    EXPECT_EQ(told<PresenceChanged>({25, 0}), 0U) << "an offline of two bytes is none";
    EXPECT_EQ(told<TypingChanged>({51}), 0U);
    EXPECT_EQ(told<TypingChanged>({51, 1, 1}), 0U);
    EXPECT_EQ(told<TypingChanged>({51, 77}), 1U) << "whatever is not zero is typing";
    EXPECT_EQ(told<TypingChanged>({51, 2}), 0U) << "still typing";
    EXPECT_EQ(told<PresenceChanged>({25}), 1U);
    EXPECT_EQ(told<PresenceChanged>({25}), 0U) << "offline twice is once";
    EXPECT_EQ(told<PresenceChanged>({24, 0}), 0U) << "an online of two bytes is none";
    EXPECT_EQ(told<PresenceChanged>({24}), 1U);
}

TEST_F(AContact, B83_NamesOfOddSizesAndContents) {
    EXPECT_EQ(told<NameChanged>(packet(48, std::string(129, 'x'))), 0U);
    EXPECT_EQ(told<NameChanged>(packet(48, std::string(1372, 'x'))), 0U);
    EXPECT_EQ(told<NameChanged>(packet(48, std::string(128, 'x'))), 1U);
    EXPECT_EQ(info().name, std::string(128, 'x'));
    EXPECT_EQ(told<NameChanged>(packet(48, "a\xff\n\x01<b>")), 1U);
    EXPECT_TRUE(is_utf8(info().name));
    EXPECT_EQ(info().name.find_first_of("\n\x01"), std::string::npos);
}

TEST_F(AContact, B84_StatusMessagesAndStatuses) {
    EXPECT_EQ(told<StatusMessageChanged>(packet(49, std::string(1008, 'x'))), 0U);
    EXPECT_EQ(told<StatusMessageChanged>(packet(49, std::string(1007, 'x'))), 1U);
    for (unsigned status = 3; status < 256; ++status)
        EXPECT_EQ(told<StatusChanged>({50, static_cast<Byte>(status)}), 0U) << status;
    EXPECT_EQ(told<StatusChanged>({50}), 0U);
    EXPECT_EQ(told<StatusChanged>({50, 2}), 1U);
}

TEST_F(AContact, B85_B86_TextsAndActionsOfOddSizesAndContents) {
    for (const Byte kind : {Byte{64}, Byte{65}}) {
        EXPECT_EQ(told<MessageReceived>({kind}), 0U);
        EXPECT_EQ(told<MessageReceived>(packet(kind, std::string(1372, 'x'))), 1U);
        home.hear(packet(kind, std::string_view("before\0behind", 13)));
        home.hear(packet(kind, "\xff\xff"));
        home.hear(packet(kind, "/me waves"));
        const auto texts = home.events<MessageReceived>();
        ASSERT_EQ(texts.size(), 3U);
        EXPECT_EQ(texts[0].text, "before");
        EXPECT_EQ(texts[1].text, "\uFFFD\uFFFD");
        EXPECT_EQ(texts[2].text, "/me waves");
        EXPECT_EQ(texts[2].kind, kind == 64 ? MessageKind::text : MessageKind::action);
    }
}

TEST_F(AContact, B85_FiveThousandTextsInASecondAllArrive) {
    std::vector<std::string> said, heard;
    const auto listen = [&] {
        home.loop.pass(20ms);
        for (const MessageReceived& message : home.events<MessageReceived>()) heard.push_back(message.text);
    };
    for (unsigned turn = 0; turn < 1000 && heard.size() < 5000; ++turn) {  // as much at once as their session takes
        while (said.size() < 5000 && said.size() < heard.size() + 200 &&
               home.contact.say(packet(64, std::to_string(said.size())), home.loop.now()))
            said.push_back(std::to_string(said.size()));
        listen();
    }
    EXPECT_EQ(heard.size(), 5000U);
    EXPECT_TRUE(heard == said) << "from " << (std::ranges::mismatch(heard, said).in2 - said.begin());
}

TEST_F(AContact, B94_LossyPacketsNobodyListensTo) {
    for (unsigned kind = 192; kind < 255; ++kind) {
        home.hear({static_cast<Byte>(kind)});
        home.hear(Bytes(1373, static_cast<Byte>(kind)));
    }
    EXPECT_TRUE(home.events<MessageReceived>().empty());
    EXPECT_TRUE(info().online);
}

}  // namespace
}  // namespace tox::fuzz
