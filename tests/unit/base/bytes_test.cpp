// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes, endpoints, facts with an end: engine/base.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/base/bytes.hpp"
#include "engine/base/check.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace tox {
namespace {

TEST(Hex, RoundTripAndRefusal) {
    const Bytes bytes{0x00, 0x1f, 0xAB, 0xff};
    EXPECT_EQ(to_hex(bytes), "001FABFF");
    EXPECT_EQ(from_hex("001fabFF"), bytes);
    EXPECT_EQ(from_hex(""), Bytes{});
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
    EXPECT_FALSE(from_hex("0 "));
    EXPECT_FALSE(from_hex(std::string_view("0\0", 2)));
}

TEST(Known, IsAFactUntilItsInstant) {
    const Instant now{10s};
    std::optional<Known<int>> fact;
    EXPECT_FALSE(fresh(fact, now));
    fact = Known<int>{1, now};
    EXPECT_FALSE(fresh(fact, now));
    EXPECT_TRUE(fresh(fact, now - 1us));
}

TEST(Endpoint, ParsesNumbersOnly) {
    EXPECT_EQ(Endpoint::parse("192.0.2.1", 33445), Endpoint::v4({192, 0, 2, 1}, 33445));
    EXPECT_EQ(Endpoint::parse("192.0.2.1", 33445)->text(), "192.0.2.1:33445");
    EXPECT_EQ(Endpoint::parse("2001:db8::1", 1)->text(), "[2001:db8::1]:1");
    for (const char* bad : {"", "example.org", "1.2.3", "1.2.3.4.5", "[::1]", "1.2.3.4 ", "256.1.1.1", "::g"}) {
        EXPECT_FALSE(Endpoint::parse(bad, 1)) << bad;
    }
}

TEST(Endpoint, MappedAddressesAreV4) {
    const auto mapped = Endpoint::parse("::ffff:192.0.2.1", 5);
    ASSERT_TRUE(mapped);
    EXPECT_TRUE(mapped->is_v4());
    EXPECT_EQ(*mapped, *Endpoint::parse("192.0.2.1", 5));
}

TEST(Endpoint, KnowsWhatIsNear) {
    const auto lan = [](const char* ip) { return Endpoint::parse(ip, 1)->is_lan(); };
    for (const char* near : {"10.0.0.1", "127.0.0.1", "172.16.0.1", "172.31.255.1", "192.168.1.1", "169.254.1.1",
                             "100.64.0.1", "100.127.0.1", "::1", "fe80::1"}) {
        EXPECT_TRUE(lan(near)) << near;
    }
    for (const char* far : {"11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.1.1", "169.254.0.1", "169.254.255.1",
                            "100.63.0.1", "100.128.0.1", "8.8.8.8", "2001:db8::1", "fd00::1"}) {
        EXPECT_FALSE(lan(far)) << far;
    }
    EXPECT_TRUE(Endpoint::parse("127.9.9.9", 1)->is_loopback());
    EXPECT_TRUE(Endpoint::parse("::1", 1)->is_loopback());
    EXPECT_FALSE(Endpoint::parse("fe80::1", 1)->is_loopback());
}

TEST(Endpoint, KnowsWhereOneMaySend) {
    const auto usable = [](const char* ip, std::uint16_t port) { return Endpoint::parse(ip, port)->is_usable(); };
    EXPECT_TRUE(usable("8.8.8.8", 1));
    EXPECT_TRUE(usable("2001:db8::1", 65535));
    EXPECT_FALSE(usable("8.8.8.8", 0));
    for (const char* bad : {"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "255.255.255.255", "::", "ff02::1"}) {
        EXPECT_FALSE(usable(bad, 33445)) << bad;
    }
}

TEST(Check, CallsItsHandlerAndReturns) {
    static int failures = 0;
    set_check_failed([](const char*, SourcePlace) { ++failures; });
    const auto checked = [](bool fine) -> int {
        TOX_CHECK_OR(fine, -1);
        return 1;
    };
    EXPECT_EQ(checked(true), 1);
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(checked(false), -1);
    EXPECT_EQ(failures, 1);
    set_check_failed([](const char*, SourcePlace) { std::abort(); });
}

}  // namespace
}  // namespace tox
