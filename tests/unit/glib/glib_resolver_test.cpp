// SPDX-License-Identifier: GPL-3.0-or-later
// Numeric addresses only: a test must not need anybody's DNS.
#include "engine/glib/glib_resolver.hpp"

#include <gtest/gtest.h>

#include "tests/unit/glib/turn.hpp"

namespace tox {
namespace {

class GlibResolverTest : public testing::Test {
  protected:
    void ask(const std::string& host) {
        resolver_->resolve(host, 33445, [this](std::vector<Endpoint> found) {
            ++answers_;
            found_ = std::move(found);
        });
    }
    Turn turn_;
    unsigned answers_ = 0;
    std::vector<Endpoint> found_;
    std::unique_ptr<GlibResolver> resolver_ = std::make_unique<GlibResolver>(turn_.context());
};

TEST_F(GlibResolverTest, AnswersNumericAddressesOfBothFamilies) {
    ask("127.0.0.1");
    turn_.until([&] { return answers_ == 1; });
    EXPECT_EQ(found_, std::vector{*Endpoint::parse("127.0.0.1", 33445)});
    ask("::1");
    turn_.until([&] { return answers_ == 2; });
    EXPECT_EQ(found_, std::vector{*Endpoint::parse("::1", 33445)});
}

TEST_F(GlibResolverTest, NeverAnswersBeforeTheLoopTurns) {
    ask("127.0.0.1");
    EXPECT_EQ(answers_, 0U);
    turn_.until([&] { return answers_ > 0; });
    turn_.all();
    EXPECT_EQ(answers_, 1U);
}

TEST_F(GlibResolverTest, AnAddressNobodyMaySendToIsLeftOut) {
    ask("0.0.0.0");
    turn_.until([&] { return answers_ == 1; });
    EXPECT_TRUE(found_.empty());
}

TEST_F(GlibResolverTest, IsSilentOnceDestroyed) {
    ask("127.0.0.1");
    ask("::1");
    resolver_.reset();
    GlibResolver witness(turn_.context());  // asked later, so answered later: then the others would have been
    bool answered = false;
    witness.resolve("127.0.0.1", 1, [&](const std::vector<Endpoint>&) { answered = true; });
    turn_.until([&] { return answered; });
    turn_.all();
    EXPECT_EQ(answers_, 0U);
}

TEST_F(GlibResolverTest, MayBeDestroyedInsideItsAnswer) {
    resolver_->resolve("127.0.0.1", 1, [this](const std::vector<Endpoint>&) {
        ++answers_;
        resolver_.reset();
    });
    ask("127.0.0.1");
    GlibResolver witness(turn_.context());
    bool answered = false;
    witness.resolve("127.0.0.1", 1, [&](const std::vector<Endpoint>&) { answered = true; });
    turn_.until([&] { return answered; });
    turn_.all();
    EXPECT_EQ(answers_, 1U);
}

}  // namespace
}  // namespace tox
