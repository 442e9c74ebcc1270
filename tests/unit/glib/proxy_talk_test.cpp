// SPDX-License-Identifier: GPL-3.0-or-later
// What proxies answer, and what they should not: whole, byte by byte, and without end.
#include "engine/glib/proxy_talk.hpp"

#include <gtest/gtest.h>

namespace tox {
namespace {

using enum ProxyTrouble::What;
using Kind = Proxy::Kind;
using namespace std::string_literals;

Proxy proxy(Kind kind, const std::string& user = "") {
    return *Proxy::parse({kind, "127.0.0.1", 1080, user, user.empty() ? "" : "word"});
}

struct Outcome {
    bool open = false;
    std::optional<ProxyTrouble> trouble{};
    std::string said{}, surplus{};
};

// What becomes of it when the proxy says these words, in pieces of that many bytes.
Outcome after(const Proxy& with, const std::string& words, std::size_t piece,
              const StreamAddress& to = HostName{"relay.test", 443}) {
    const auto talk = ProxyTalk::with(with, to);
    Outcome outcome;
    outcome.said = text_of(talk->to_say());
    for (std::size_t at = 0; at < words.size(); at += piece) {
        talk->hear(bytes_of(std::string_view(words).substr(at, piece)));
        outcome.said += text_of(talk->to_say());
        if (talk->open() || talk->trouble()) {
            outcome.surplus = text_of(talk->surplus()) + (at + piece < words.size() ? words.substr(at + piece) : "");
            break;
        }
    }
    outcome.open = talk->open();
    outcome.trouble = talk->trouble();
    return outcome;
}

constexpr std::size_t pieces[] = {1, 2, 3, 1 << 20};

const std::string chosen = "\x05\x00"s, chosen_password = "\x05\x02"s, accepted = "\x01\x00"s;
const std::string opened = "\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x38"s;

TEST(ProxyTalk, Socks5Opens) {
    const std::string name_in_reply = "\x05\x00\x00\x03\xff"s + std::string(255, 'n') + "\x01\xbb";
    for (const std::size_t piece : pieces) {
        for (const std::string& reply : {opened, "\x05\x00\x00\x04"s + std::string(18, '\0'), name_in_reply}) {
            const auto outcome = after(proxy(Kind::socks5), chosen + reply + "\x05tunnel", piece);
            EXPECT_TRUE(outcome.open) << piece;
            EXPECT_EQ(outcome.surplus, "\x05tunnel");
            EXPECT_EQ(outcome.said, "\x05\x01\x00\x05\x01\x00\x03\x0arelay.test\x01\xbb"s);
        }
        const auto outcome = after(proxy(Kind::socks5, "me"), chosen_password + accepted + opened, piece);
        EXPECT_TRUE(outcome.open);
        EXPECT_NE(outcome.said.find("\x05\x02\x00\x02\x01\x02me\x04word"s), std::string::npos);
    }
}

TEST(ProxyTalk, Socks5SaysWhyNot) {  // B103
    struct Case {
        std::string words;
        ProxyTrouble trouble;
        const char* user = "";
    };
    std::vector<Case> cases = {
        {"\x04\x00"s, {nonsense}},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", {nonsense}},
        {"\x05\xff"s, {wants_password}},
        {"\x05\xff"s, {password_refused}, "me"},
        {"\x05\x02"s, {nonsense}},
        {"\x05\x01"s, {nonsense}, "me"},
        {chosen_password + "\x01\x01", {password_refused}, "me"},
        {chosen_password + "\x05\x00"s, {nonsense}, "me"},
        {chosen + "\x04\x00\x00\x01"s, {nonsense}},
        {chosen + "\x05\x00\x00\x09"s + std::string(20, 'x'), {nonsense}},
        {chosen + "\x05\x00\x00\x00"s + std::string(20, 'x'), {nonsense}},
        {std::string(1 << 20, '\0'), {nonsense}},
        {chosen + std::string(1 << 20, '\0'), {nonsense}},
    };
    for (unsigned code = 1; code <= 9; ++code)
        cases.push_back({chosen + "\x05" + static_cast<char>(code), {socks_reply, code}});
    cases.push_back({chosen + "\x05\xff"s, {socks_reply, 255}});
    for (const auto& [words, trouble, user] : cases)
        for (const std::size_t piece : pieces) {
            const auto outcome = after(proxy(Kind::socks5, user), words, piece);
            EXPECT_EQ(outcome.trouble, trouble) << words.substr(0, 40);
        }
}

TEST(ProxyTalk, HttpOpens) {
    const std::string answers[] = {
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200 OK\r\nVia: x\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 OK\nVia: x\n\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + std::string(8000, 'x') + "\r\n\r\n",
    };
    for (const std::size_t piece : pieces)
        for (const std::string& answer : answers) {
            const auto outcome = after(proxy(Kind::http, "me"), answer + "\r\ntunnel", piece);
            EXPECT_TRUE(outcome.open) << answer.substr(0, 60);
            EXPECT_EQ(outcome.surplus, "\r\ntunnel");
            EXPECT_TRUE(outcome.said.starts_with("CONNECT relay.test:443 HTTP/1.1\r\n"));
            EXPECT_NE(outcome.said.find("\r\nProxy-Authorization: Basic bWU6d29yZA==\r\n"), std::string::npos);
        }
}

TEST(ProxyTalk, HttpSaysWhyNot) {  // B104
    struct Case {
        std::string words;
        ProxyTrouble trouble;
        const char* user = "";
    };
    const Case cases[] = {
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", {wants_password, 407}},
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", {password_refused, 407}, "me"},
        {"HTTP/1.1 502 Bad Gateway\r\n\r\n", {http_status, 502}},
        {"HTTP/1.1 403 Forbidden\r\n\r\n", {http_status, 403}},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", {http_status, 101}},
        {"HTTP/1.1 500 that is 200\r\nStatus: 200\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", {http_status, 500}},
        {"HTTP/1.1 2000 OK\r\n\r\n", {nonsense}},
        {"HTTP/1.1 2x0 OK\r\n\r\n", {nonsense}},
        {"HTTP/1.1\r\n\r\n", {nonsense}},
        {"HTTP/2 200 OK\r\n\r\n", {nonsense}},
        {"ICY 200 OK\r\n\r\n", {nonsense}},
        {"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", {nonsense}},
        {"\x05\x00"s, {nonsense}},
        {"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n"s, {nonsense}},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n", {nonsense}},
        {"HTTP/1.1 " + std::string(1 << 20, '2'), {nonsense}},
    };
    for (const auto& [words, trouble, user] : cases)
        for (const std::size_t piece : pieces) {
            const auto outcome = after(proxy(Kind::http, user), words, piece);
            EXPECT_EQ(outcome.trouble, trouble) << words.substr(0, 40);
        }
    std::string without_end;
    while (without_end.size() < 1 << 20) without_end += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(after(proxy(Kind::http), without_end, 1000).trouble, ProxyTrouble{nonsense});
}

TEST(ProxyTalk, AddressesAreAskedForAsSuch) {
    const StreamAddress v4 = Endpoint::v4({192, 0, 2, 7}, 443), v6 = *Endpoint::parse("2001:db8::7", 443);
    EXPECT_NE(after(proxy(Kind::socks5), chosen, 2, v4).said.find("\x05\x01\x00\x01\xc0\x00\x02\x07\x01\xbb"s),
              std::string::npos);
    EXPECT_NE(after(proxy(Kind::socks5), chosen, 2, v6).said.find("\x05\x01\x00\x04\x20\x01\x0d\xb8"s),
              std::string::npos);
    EXPECT_TRUE(after(proxy(Kind::http), "", 1, v6).said.starts_with("CONNECT [2001:db8::7]:443 HTTP/1.1\r\n"));
    EXPECT_NE(after(proxy(Kind::socks5), chosen, 2, HostName{"192.0.2.7", 443}).said.find("\xc0\x00\x02\x07"s),
              std::string::npos);
}

// A target's name comes from lists that others wrote: it cannot become a line of the request.
TEST(ProxyTalk, WhatIsNoTargetIsNotAskedFor) {
    for (const Kind kind : {Kind::socks5, Kind::http}) {
        for (const std::string& name :
             {""s, "a b"s, "x\r\nX-Y: z"s, std::string(300, 'x'), "relay.test:1"s, "user@relay.test"s, "fe80::1%lo"s})
            EXPECT_EQ(ProxyTalk::with(proxy(kind), HostName{name, 443}), nullptr) << name;
        EXPECT_EQ(ProxyTalk::with(proxy(kind), HostName{"relay.test", 0}), nullptr);
        EXPECT_EQ(ProxyTalk::with(proxy(kind), Endpoint::v4({0, 0, 0, 0}, 443)), nullptr);
    }
}

}  // namespace
}  // namespace tox
