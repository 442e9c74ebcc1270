// SPDX-License-Identifier: GPL-3.0-or-later
// A session that fell silent is kept: it goes on where it was if the other side has it still, and ends if they have
// not.
#include <gtest/gtest.h>

#include "engine/contact/constants.hpp"
#include "tests/unit/contact/rig.hpp"

namespace tox::test {
namespace {

using enum Progress;

class SuspendedSession : public testing::Test {
  protected:
    SuspendedSession() {
        rig.establish();
        theirs_ = std::move(rig.their_session);  // hears nothing, says nothing
        rig.pass(silence_limit + 2s);
    }
    void they_are_back() { rig.their_session = std::move(theirs_); }
    void expect_resumed() {
        EXPECT_EQ(rig.progress(), established);
        EXPECT_EQ(rig.resumed, 1);
        EXPECT_EQ(rig.begun, 1);
        EXPECT_EQ(rig.ended, 0);
    }

    Rig rig;

  private:
    std::unique_ptr<Session> theirs_;
};

TEST_F(SuspendedSession, they_are_searched_as_if_there_were_none) {
    EXPECT_LT(rig.progress(), awaiting_session_packet);
    EXPECT_EQ(rig.suspended, 1);
    EXPECT_EQ(rig.ended, 0);
    EXPECT_EQ(rig.contact->session(), nullptr);
    EXPECT_EQ(rig.contact->history().session_end, SessionEnd::silence);
    EXPECT_TRUE(rig.onion.found(rig.contact->key(), rig.loop.now()).has_value());
}

TEST_F(SuspendedSession, goes_on_with_their_next_packet) {
    they_are_back();
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    expect_resumed();
    EXPECT_EQ(rig.packets.back(), (Bytes{64, 'x'}));
}

TEST_F(SuspendedSession, goes_on_wherever_they_are_now) {
    they_are_back();
    rig.their_address = Endpoint::v4({198, 51, 100, 9}, 4000);
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    expect_resumed();
    EXPECT_EQ(rig.contact->session_route(), Route(rig.their_address));
}

TEST_F(SuspendedSession, goes_on_after_their_dht_key_was_forgotten) {
    rig.pass(dht_key_life + 2s);
    ASSERT_EQ(rig.progress(), awaiting_dht_key);
    they_are_back();
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    expect_resumed();
    EXPECT_EQ(rig.contact->dht_key()->value, rig.them.dht.public_key);
}

TEST_F(SuspendedSession, goes_on_when_they_offer_it_again) {
    they_are_back();
    rig.their_address = Endpoint::v4({198, 51, 100, 9}, 4000);
    rig.they_ask_cookie();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
    const Instant heard_before = rig.their_session->last_heard();
    rig.tick();
    expect_resumed();
    EXPECT_EQ(rig.contact->session_route(), Route(rig.their_address));
    EXPECT_GT(rig.their_session->last_heard(), heard_before) << "they must learn it as well";
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    EXPECT_EQ(rig.packets.back(), (Bytes{64, 'x'}));
}

TEST_F(SuspendedSession, is_what_our_handshake_offers) {
    rig.their_address = Endpoint::v4({198, 51, 100, 9}, 4000);
    rig.they_send_dht_key(1'800'000'000, {{rig.them.dht.public_key, rig.their_address}});
    ASSERT_TRUE(rig.they_answer_cookie(rig.network.take(0x18).back().datagram));
    they_are_back();
    const auto offer = rig.their_opener().open(rig.network.take(0x1a).back().datagram, rig.loop.now());
    ASSERT_TRUE(offer.has_value());
    EXPECT_TRUE(rig.their_session->is_peer(offer->session_key));
}

TEST_F(SuspendedSession, calls_them_in_it_where_they_may_be) {
    they_are_back();
    const Instant heard_before = rig.their_session->last_heard();
    rig.contacts.touch(rig.contact->key())->search_now(rig.loop.now());
    rig.pass(2s);
    EXPECT_GT(rig.their_session->last_heard(), heard_before);
}

TEST_F(SuspendedSession, ends_when_they_offer_another) {
    they_are_back();
    rig.their_session.reset();
    rig.they_ask_cookie();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, rig.their_handshake(), rig.loop.now()));
    EXPECT_EQ(rig.ended, 1);
    rig.pass(300ms);
    rig.they_read(rig.network.take(0x1a).back().datagram);
    EXPECT_TRUE(rig.they_send(Bytes{16}));
    EXPECT_EQ(rig.progress(), established);
    EXPECT_EQ(rig.begun, 2);
    EXPECT_EQ(rig.resumed, 0);
}

TEST_F(SuspendedSession, ends_when_they_have_another_dht_key) {
    rig.they_restart();
    rig.they_send_dht_key(1'900'000'000);
    EXPECT_EQ(rig.ended, 1);
    they_are_back();
    rig.they_send(Bytes{64, 'x'});
    EXPECT_EQ(rig.resumed, 0);
}

TEST_F(SuspendedSession, ends_when_they_say_goodbye) {
    they_are_back();
    rig.announced.clear();
    EXPECT_TRUE(rig.they_leave());
    EXPECT_EQ(rig.ended, 1);
    EXPECT_EQ(rig.resumed, 0) << "they came online only to leave";
    EXPECT_EQ(std::count(rig.announced.begin(), rig.announced.end(), established), 0);
    EXPECT_LT(rig.progress(), awaiting_session_packet);
    EXPECT_EQ(rig.contact->history().session_end, SessionEnd::goodbye);
}

TEST_F(SuspendedSession, ends_after_a_day) {
    rig.loop.pass(suspended_life);
    rig.tick();
    EXPECT_EQ(rig.ended, 1);
    they_are_back();
    EXPECT_TRUE(rig.they_send(Bytes{64, 'x'}));
    EXPECT_EQ(rig.resumed, 0);
}

TEST_F(SuspendedSession, ends_when_they_are_refused) {
    rig.contacts.touch(rig.contact->key())->set_policy(Policy::refusing, rig.loop.now());
    EXPECT_EQ(rig.ended, 1);
    they_are_back();
    rig.they_send(Bytes{64, 'x'});
    EXPECT_EQ(rig.resumed, 0);
}

class Nobody final : public SessionListener {
    void on_lossless(ByteView) override {}
    void on_lossy(ByteView) override {}
    void on_kill() override {}
};

// The silence may be on their side only.
TEST(Session, that_lives_answers_who_offers_it_again) {
    Rig rig;
    Nobody nobody;
    rig.establish();
    rig.loop.pass(1s);
    const Route route_before = rig.contact->session_route().value();
    rig.their_address = Endpoint::v4({198, 51, 100, 9}, 4000);
    rig.they_ask_cookie();
    const Bytes offer = rig.their_handshake();
    EXPECT_TRUE(rig.contacts.handle(rig.their_address, offer, rig.loop.now()));
    const auto answers = rig.network.take(0x1b);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].to, rig.their_address);
    EXPECT_TRUE(rig.their_session->receive(answers[0].datagram, rig.loop.now(), nobody));
    EXPECT_EQ(rig.ended, 0);
    // R24: whoever replays it moves nothing, and is answered rarely.
    EXPECT_EQ(rig.contact->session_route(), route_before);
    for (int i = 0; i < 100; ++i) rig.contacts.handle(rig.their_address, offer, rig.loop.now());
    EXPECT_TRUE(rig.network.take(0x1b).empty());
}

}  // namespace
}  // namespace tox::test
