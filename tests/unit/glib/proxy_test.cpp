// SPDX-License-Identifier: GPL-3.0-or-later
// What people type where a proxy's host belongs: an address, a name, or a fault with a name; never something that is
// taken for "no proxy" further down.
#include "engine/glib/proxy.hpp"

#include <gtest/gtest.h>

#include "engine/base/endpoint.hpp"

namespace tox {
namespace {

Proxy::Written at(std::string host, std::int64_t port = 1080) { return {Proxy::Kind::socks5, std::move(host), port}; }

std::optional<HostFault> fault_of(const std::string& host) {
    const auto proxy = Proxy::parse(at(host));
    if (proxy || proxy.error().what != ProxyFault::What::host) return std::nullopt;
    return proxy.error().host;
}

TEST(ProxyValue, HostsThatCanBeConnectedTo) {
    const std::pair<std::string, const char*> cases[] = {
        {"127.0.0.1", "127.0.0.1:1080"},
        {"proxy.example", "proxy.example:1080"},
        {"Proxy.Example.", "proxy.example.:1080"},
        {"localhost", "localhost:1080"},
        {"tor_proxy", "tor_proxy:1080"},
        {"  127.0.0.1\n", "127.0.0.1:1080"},
        {"::1", "[::1]:1080"},
        {"[::1]", "[::1]:1080"},
        {"2001:db8::7", "[2001:db8::7]:1080"},
        {"fe80::1%lo", "[fe80::1%lo]:1080"},
        {"bücher.example", "xn--bcher-kva.example:1080"},
        {"例え.jp", "xn--r8jz45g.jp:1080"},
        {std::string(63, 'a') + ".example", nullptr},
    };
    for (const auto& [host, text] : cases) {
        const auto proxy = Proxy::parse(at(host));
        ASSERT_TRUE(proxy) << host;
        if (text != nullptr) {
            EXPECT_EQ(proxy->text(), text);
        }
        EXPECT_TRUE(proxy->connectable());
    }
}

TEST(ProxyValue, HostsThatCannot) {  // B22
    using enum HostFault;
    const std::pair<std::string, HostFault> cases[] = {
        {"", missing},
        {"   ", missing},
        {"127.0.0.1:9050", with_port},
        {"[::1]:9050", with_port},
        {"localhost:9050", with_port},
        {":9050", with_port},
        {"http://proxy", with_scheme},
        {"socks5://127.0.0.1:9050", with_scheme},
        {"user@proxy", with_user},
        {"user:word@proxy", with_user},
        {"[::1", unusable},
        {"::1]", unusable},
        {"[127.0.0.1]", unusable},
        {"[proxy]", unusable},
        {"[]", unusable},
        {"[::1]x", unusable},
        {"127.0.0.1%lo", unusable},
        {"%31%32%37.0.0.1", unusable},
        {"proxy%2eexample", unusable},
        {"fe80::1%no-such-link", unusable},
        {"fe80::1%25lo", unusable},
        {std::string(300, 'a'), too_long},
    };
    for (const auto& [host, fault] : cases) EXPECT_EQ(fault_of(host), fault) << host;
}

TEST(ProxyValue, NamesAndAddressesThatAreNone) {  // B22
    const std::string cases[] = {
        "a proxy",
        "proxy\texample",
        "proxy\x01",
        "proxy/",
        "proxy?x",
        "proxy#x",
        "proxy\\x",
        ".",
        "..",
        ".proxy",
        "proxy..example",
        "-proxy",
        "proxy-.example",
        "*",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "256.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "1.2.3.4.5",
        "::ffff:0.0.0.0",
        "12345::1",
        "\xff\xfe",
        "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.1",  // full-width digits
        std::string("proxy\0.example", 14),
        std::string(64, 'a') + ".example",
    };
    for (const std::string& host : cases) EXPECT_EQ(fault_of(host), HostFault::unusable) << host;
}

TEST(ProxyValue, PortsAndWords) {
    using What = ProxyFault::What;
    for (const std::int64_t port : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{65536}, std::int64_t{1} << 40})
        EXPECT_EQ(Proxy::parse(at("proxy", port)).error(), ProxyFault{What::port}) << port;
    auto written = at("proxy");
    written.user = std::string(255, 'u');
    written.password = std::string(255, 'p');
    EXPECT_TRUE(Proxy::parse(written));
    written.user += 'u';
    EXPECT_EQ(Proxy::parse(written).error(), ProxyFault{What::user_too_long});
    written.user = "u";
    written.password += 'p';
    EXPECT_EQ(Proxy::parse(written).error(), ProxyFault{What::password_too_long});
    written.user.clear();
    written.password = "p";
    EXPECT_EQ(Proxy::parse(written).error(), ProxyFault{What::password_without_user});
}

TEST(ProxyValue, KnowsAConnectionThatDoesNotLeadToIt) {
    const Endpoint here = Endpoint::v4({127, 0, 0, 1}, 1080), relay = Endpoint::v4({192, 0, 2, 7}, 1080);
    const auto in_digits = Proxy::parse(at("127.0.0.1")), by_name = Proxy::parse(at("proxy.example"));
    EXPECT_TRUE(in_digits->is_at(here, &relay));
    EXPECT_FALSE(in_digits->is_at(relay, nullptr));
    EXPECT_FALSE(in_digits->is_at(Endpoint::v4({127, 0, 0, 1}, 1081), nullptr));
    EXPECT_TRUE(by_name->is_at(here, &relay));
    EXPECT_FALSE(by_name->is_at(relay, &relay));
    EXPECT_FALSE(by_name->is_at(Endpoint::v4({127, 0, 0, 1}, 443), &relay));
}

}  // namespace
}  // namespace tox
