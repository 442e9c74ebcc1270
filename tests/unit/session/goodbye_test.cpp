// SPDX-License-Identifier: GPL-3.0-or-later
// What a goodbye says counts; and what a session keeps of its keys.
#include <malloc.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "tests/unit/session/joined.hpp"

namespace tox::test {
namespace {

TEST(Goodbye, says_what_has_arrived) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.a.session.send_lossless(Bytes{64, 1}, pair.now);
    ASSERT_TRUE(pair.run(1s, [&] { return !pair.b.lossless.empty(); }));
    pair.b.session.send_kill(pair.b);  // has read, and is gone
    ASSERT_TRUE(pair.run(1s, [&] { return pair.a.kills == 1; }));
    EXPECT_TRUE(pair.a.session.delivered(0));
}

TEST(Goodbye, of_both_says_what_has_arrived) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    for (Byte i = 0; i < 5; ++i) pair.a.session.send_lossless(Bytes{64, i}, pair.now);
    pair.run(1ms, [] { return false; });
    pair.a.session.send_kill(pair.a);  // writes, and goes: their answer is the receipt
    ASSERT_TRUE(pair.run(1s, [&] { return pair.b.kills == 1; }));
    const std::size_t sent = pair.b.sent;
    pair.b.session.send_kill(pair.b);
    EXPECT_EQ(pair.b.sent, sent + 1);
    pair.b.session.send_kill(pair.b);
    EXPECT_EQ(pair.b.sent, sent + 1) << "one answer";
    ASSERT_TRUE(pair.run(1s, [&] { return pair.a.kills == 1; }));
    EXPECT_TRUE(pair.a.session.delivered(4));
    EXPECT_FALSE(pair.a.session.send_lossless(Bytes{64, 9}, pair.now));
}

TEST(Goodbye, after_ours_nothing_of_theirs_is_taken) {
    Joined pair({.delay = 20ms});
    ASSERT_TRUE(pair.confirm());
    pair.a.session.send_kill(pair.a);
    pair.b.session.send_lossless(Bytes{64, 1}, pair.now);
    pair.b.session.send_lossy(Bytes{200}, pair.now);
    pair.b.session.tick(pair.now, pair.b);
    pair.pass(1s);
    EXPECT_TRUE(pair.a.lossless.empty());
    EXPECT_TRUE(pair.a.lossy.empty());
}

// What a word leads to, if it leads anywhere: the kernel reads, and says so where there is nothing.
std::optional<ByteArray<32>> led_to_by(const Byte* word) {
    ByteArray<32> bytes{};
    void* place = nullptr;
    std::memcpy(&place, word, sizeof place);
    const iovec here{bytes.data(), bytes.size()}, there{place, bytes.size()};
    if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != ssize_t{32}) return std::nullopt;
    return bytes;
}

// Whether the session's memory leads to the secret of its public key.
bool holds_secret_of(const Session& session, const SessionKey& key) {
    const Byte* memory = *reinterpret_cast<const Byte* const*>(&session);
    const std::size_t size = malloc_usable_size(const_cast<Byte*>(memory));
    for (std::size_t at = 0; at + sizeof(void*) <= size; at += sizeof(void*)) {
        auto bytes = led_to_by(memory + at);
        const auto pair = bytes ? SessionKeyPair::from(SecretKey(*bytes)) : std::nullopt;
        if (pair && pair->public_key == key) return true;
    }
    return false;
}

TEST(Keys, R14_a_session_forgets_its_secret_when_it_is_confirmed) {
    static_assert(sizeof(Session) == sizeof(void*));
    Joined pair({.delay = 1ms});
    EXPECT_TRUE(holds_secret_of(pair.a.session, pair.a.session.own_key()));
    ASSERT_TRUE(pair.confirm());
    EXPECT_FALSE(holds_secret_of(pair.a.session, pair.a.session.own_key()));
    EXPECT_NE(Session(pair.now).own_key(), Session(pair.now).own_key()) << "one for each attempt";
}

}  // namespace
}  // namespace tox::test
