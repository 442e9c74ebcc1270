// SPDX-License-Identifier: GPL-3.0-or-later
// Guessing the nonce from its last two bytes, over every wrap, and refusing repeats.
#include "engine/session/nonce_window.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tox::test {
namespace {

Nonce nonce_ending(Byte high, Byte low, Byte fill) {
    Nonce nonce;
    nonce.bytes.fill(fill);
    nonce.bytes[22] = high;
    nonce.bytes[23] = low;
    return nonce;
}

// Sends `count` packets with the given share lost, the others swapped now and then; all that arrive must be found.
void follows(const Nonce& base, std::uint32_t count, unsigned lost_percent) {
    NonceWindow window(base);
    std::mt19937 random(3);
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i + 1 < count; i += 2) {
        const bool swapped = random() % 4 == 0;
        for (const std::uint32_t number : {swapped ? i + 1 : i, swapped ? i : i + 1}) {
            if (random() % 100 < lost_percent) continue;
            const Nonce sent = base.plus(number);
            ASSERT_EQ(window.locate(sent.low16()), sent) << number;
            window.accept(sent.low16());
            ASSERT_FALSE(window.locate(sent.low16())) << number;
            ++found;
        }
    }
    EXPECT_GT(found, 0U);
}

TEST(NonceWindow, follows_over_the_wrap_of_two_bytes) { follows(nonce_ending(0xff, 0xf0, 0x11), 300000, 0); }
TEST(NonceWindow, follows_over_the_carry_of_all_24_bytes) { follows(nonce_ending(0xff, 0xf0, 0xff), 300000, 0); }
TEST(NonceWindow, follows_with_heavy_loss) { follows(nonce_ending(0x80, 0, 0xff), 300000, 60); }

TEST(NonceWindow, survives_43690_losses_in_a_row_and_more) {
    const Nonce base = nonce_ending(0xab, 0xcd, 0xff);
    NonceWindow window(base);
    window.accept(base.low16());
    const Nonce far = base.plus(65535);
    ASSERT_EQ(window.locate(far.low16()), far);
    window.accept(far.low16());
    const Nonce next = far.plus(20000);
    EXPECT_EQ(window.locate(next.low16()), next);
    // Just before the jump's new lower edge nothing is understood any more, just after it the past still is.
    const Nonce past = base.plus(NonceWindow::threshold);
    EXPECT_EQ(window.locate(past.low16()), past);
    EXPECT_NE(window.locate(base.plus(NonceWindow::threshold - 1).low16()), base.plus(NonceWindow::threshold - 1));
}

TEST(NonceWindow, only_acceptance_moves_it) {
    const Nonce base = nonce_ending(0, 0, 0);
    NonceWindow window(base);
    for (std::uint32_t i = 0; i < 65536; ++i) EXPECT_EQ(window.locate(static_cast<std::uint16_t>(i)), base.plus(i));
}

TEST(NonceWindow, a_repeat_is_refused_as_long_as_it_would_be_understood) {  // R23
    const Nonce base = nonce_ending(0x12, 0x34, 0x56);
    NonceWindow window(base);
    for (std::uint32_t i = 0; i < 200000; ++i) {
        window.accept(base.plus(i).low16());
        if (i >= 20000) {
            const Nonce old = base.plus(i - 20000);
            ASSERT_NE(window.locate(old.low16()), old);
        }
    }
}

}  // namespace
}  // namespace tox::test
