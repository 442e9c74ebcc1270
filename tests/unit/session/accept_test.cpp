// SPDX-License-Identifier: GPL-3.0-or-later
// Whose session it is: until the first packet a later handshake replaces an earlier one.
#include <gtest/gtest.h>

#include "engine/session/session.hpp"

namespace tox::test {
namespace {

TEST(Accept, again_other_and_after_confirmation) {
    const Instant now{10s};
    Session session(now);
    const auto one = SessionKeyPair::generate();
    const auto two = SessionKeyPair::generate();
    const Nonce base = Nonce::random();
    EXPECT_FALSE(session.accepted());
    EXPECT_FALSE(session.send_lossless(Bytes{64}, now));
    EXPECT_EQ(session.next_deadline(now), never);
    EXPECT_TRUE(session.accept(one.public_key, base, now));
    EXPECT_TRUE(session.accept(one.public_key, base, now));
    EXPECT_TRUE(session.is_peer(one.public_key));
    EXPECT_TRUE(session.accept(two.public_key, base, now));  // a new attempt replaces what is not confirmed
    EXPECT_TRUE(session.is_peer(two.public_key));
    EXPECT_FALSE(session.is_peer(one.public_key));
}

}  // namespace
}  // namespace tox::test
