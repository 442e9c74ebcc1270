// SPDX-License-Identifier: GPL-3.0-or-later
// One wish, and time that stands still while the context dispatches.
#include "engine/glib/glib_loop.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "tests/unit/glib/turn.hpp"

namespace tox {
namespace {

struct Recorder final : Waker {
    void on_wake() override {
        ++wakes;
        if (then) then();
    }
    unsigned wakes = 0;
    std::function<void()> then;
};

class GlibLoopTest : public testing::Test {
  protected:
    GlibLoopTest() { loop_->set_waker(&waker_); }
    Turn turn_;
    Recorder waker_;
    std::unique_ptr<GlibLoop> loop_ = std::make_unique<GlibLoop>(turn_.context());
};

gboolean call(gpointer function) {
    (*static_cast<std::function<void()>*>(function))();
    return G_SOURCE_REMOVE;
}

TEST_F(GlibLoopTest, WakesOnceAndNotTooEarly) {
    const Instant wish = loop_->now() + 3ms;
    Instant woken{};
    waker_.then = [&] { woken = loop_->now(); };
    loop_->wake_at(wish);
    turn_.until([&] { return waker_.wakes > 0; });
    EXPECT_GE(woken, wish);
    turn_.all();
    EXPECT_EQ(waker_.wakes, 1U);
}

TEST_F(GlibLoopTest, AWishInThePastWakesAtTheNextTurn) {
    loop_->wake_at(loop_->now() - 1s);
    EXPECT_TRUE(turn_.once());
    EXPECT_EQ(waker_.wakes, 1U);
}

TEST_F(GlibLoopTest, TheLatestWishReplacesThePreviousOne) {
    loop_->wake_at(loop_->now() - 1s);
    loop_->wake_at(loop_->now() + 1h);
    turn_.all();
    EXPECT_EQ(waker_.wakes, 0U);
    loop_->wake_at(loop_->now());
    turn_.all();
    EXPECT_EQ(waker_.wakes, 1U);
}

TEST_F(GlibLoopTest, NeverCancels) {
    loop_->wake_at(loop_->now());
    loop_->wake_at(never);
    turn_.all();
    EXPECT_EQ(waker_.wakes, 0U);
}

TEST_F(GlibLoopTest, AWishStatedInsideTheWakeHolds) {
    waker_.then = [&] {
        if (waker_.wakes < 3) loop_->wake_at(loop_->now());
    };
    loop_->wake_at(loop_->now());
    turn_.all();
    EXPECT_EQ(waker_.wakes, 3U);
}

TEST_F(GlibLoopTest, NobodyIsWokenAfterTheWakerIsTaken) {
    loop_->wake_at(loop_->now());
    loop_->set_waker(nullptr);
    turn_.all();
    EXPECT_EQ(waker_.wakes, 0U);
}

TEST_F(GlibLoopTest, AWishDoesNotPassToTheNextWaker) {
    loop_->wake_at(loop_->now());
    loop_->set_waker(nullptr);
    Recorder other;
    loop_->set_waker(&other);
    turn_.all();
    EXPECT_EQ(other.wakes, 0U);
}

TEST_F(GlibLoopTest, MayBeDestroyedInsideTheWake) {
    waker_.then = [&] { loop_.reset(); };
    loop_->wake_at(loop_->now());
    turn_.all();
    EXPECT_EQ(waker_.wakes, 1U);
    EXPECT_EQ(loop_, nullptr);
}

TEST_F(GlibLoopTest, IsSilentOnceDestroyed) {
    loop_->wake_at(loop_->now());
    loop_.reset();
    turn_.all();
    EXPECT_EQ(waker_.wakes, 0U);
}

TEST_F(GlibLoopTest, NowStandsStillInADispatchAndIsFreshInTheNext) {
    std::vector<Instant> seen;
    waker_.then = [&] {
        seen.push_back(loop_->now());
        g_usleep(2000);
        seen.push_back(loop_->now());
        if (waker_.wakes == 1) loop_->wake_at(loop_->now());
    };
    loop_->wake_at(loop_->now());
    turn_.until([&] { return waker_.wakes == 2; });
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0], seen[1]);
    EXPECT_GE(seen[2], seen[1] + 2ms);
    EXPECT_EQ(seen[2], seen[3]);
}

TEST_F(GlibLoopTest, ACommandOfTheHostSeesAFreshAndStableNow) {
    const Instant before = loop_->now();
    turn_.all();
    g_usleep(2000);
    Instant first{}, second{};
    std::function<void()> command = [&] {
        first = loop_->now();
        g_usleep(2000);
        second = loop_->now();
    };
    const Source host(g_idle_source_new());
    g_source_set_callback(host.get(), call, &command, nullptr);
    g_source_attach(host.get(), turn_.context());
    turn_.once();
    EXPECT_GE(first, before + 2ms);
    EXPECT_EQ(first, second);
}

TEST_F(GlibLoopTest, NowIsTheClockOutsideOfAnyDispatch) {
    turn_.all();
    const Instant before = loop_->now();
    g_usleep(2000);
    EXPECT_GE(loop_->now(), before + 2ms);
}

TEST_F(GlibLoopTest, WallTimeIsThatOfTheSystem) {
    const auto before = g_get_real_time() / G_USEC_PER_SEC;
    const auto wall = loop_->wall().time_since_epoch().count();
    const auto after = g_get_real_time() / G_USEC_PER_SEC;
    EXPECT_GE(wall, before);
    EXPECT_LE(wall, after);
}

}  // namespace
}  // namespace tox
