// SPDX-License-Identifier: GPL-3.0-or-later
// The codec with packets of its own: every field type, every truncation, one byte too many. The real packets are tested
// with the folders that use them, and all together in tests/fuzz.
#include <gtest/gtest.h>

#include "engine/wire/nodes.hpp"

namespace tox::wire {
namespace {

struct Inner {
    std::uint16_t number = 0;
    ByteArray<3> tag{};
    static constexpr auto fields() { return std::tuple{&Inner::number, &Inner::tag}; }
    bool operator==(const Inner&) const = default;
};
static_assert(size_of<Inner> == 5 && !is_open<Inner>);

struct Fixed {
    static constexpr Byte kind = 0x42;
    std::uint64_t big = 0;
    std::uint8_t small = 0;
    Zeros<2> padding;
    Inner inner;
    Nonce nonce;
    static constexpr auto fields() {
        using P = Fixed;
        return std::tuple{&P::big, &P::small, &P::padding, &P::inner, &P::nonce};
    }
    bool operator==(const Fixed&) const = default;
};
static_assert(size_of<Fixed> == 1 + 8 + 1 + 2 + 5 + 24 && !is_open<Fixed>);

struct Open {  // an open field in the middle leaves what comes after it
    static constexpr Byte kind = 0x43;
    std::uint8_t first = 0;
    Rest<2> text;
    std::uint32_t last = 0;
    static constexpr auto fields() { return std::tuple{&Open::first, &Open::text, &Open::last}; }
    bool operator==(const Open&) const = default;
};
static_assert(size_of<Open> == 1 + 1 + 2 + 4 && is_open<Open>);

struct Boxed {
    static constexpr Byte kind = 0x44;
    Sealed<Inner> fixed;
    Sealed<Open> open;
    static constexpr auto fields() { return std::tuple{&Boxed::fixed, &Boxed::open}; }
    bool operator==(const Boxed&) const = default;
};
static_assert(size_of<Boxed> == 1 + (16 + 5) + (16 + 8) && is_open<Boxed>);

Fixed a_fixed() { return {0x0102030405060708U, 9, {}, {0xabcd, {1, 2, 3}}, Nonce{}.plus(7)}; }

TEST(Codec, BigEndianAndInOrder) {
    const Bytes bytes = serialise(a_fixed());
    EXPECT_EQ(to_hex(ByteView(bytes).first(17)),
              "42010203040506070809"
              "0000"
              "ABCD010203");
    EXPECT_EQ(parse<Fixed>(bytes), a_fixed());
}

TEST(Codec, AllOrNothing) {
    Bytes bytes = serialise(a_fixed());
    for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(parse<Fixed>(ByteView(bytes).first(size)));
    bytes.push_back(0);
    EXPECT_FALSE(parse<Fixed>(bytes));
    bytes.pop_back();
    bytes[0] = 0x41;
    EXPECT_FALSE(parse<Fixed>(bytes));
}

TEST(Codec, PaddingIsZeroWhenSentAndIgnoredWhenReceived) {  // B61
    Bytes bytes = serialise(a_fixed());
    bytes[10] = 0xff;
    EXPECT_EQ(parse<Fixed>(bytes), a_fixed());
}

TEST(Codec, OpenFieldsTakeWhatOthersLeave) {
    for (std::size_t length = 2; length < 40; ++length) {
        const Open packet{1, {Bytes(length, 0x55)}, 0xdeadbeef};
        const Bytes bytes = serialise(packet);
        EXPECT_EQ(bytes.size(), 6 + length);
        EXPECT_EQ(parse<Open>(bytes), packet);
    }
    EXPECT_FALSE(parse<Open>(Bytes{0x43, 1, 2, 3, 4, 5, 6}));  // one byte short of the least
}

TEST(Codec, BoxesOpenToTheirTypeOnly) {
    const SharedKey key = random_symmetric_key();
    const Nonce nonce = Nonce::random();
    const Inner inner{7, {1, 2, 3}};
    const Open open{1, {Bytes(20, 9)}, 4};
    const Boxed boxed{Sealed<Inner>::of(key, nonce, inner), Sealed<Open>::of(key, nonce.plus(1), open)};
    const auto back = parse<Boxed>(serialise(boxed));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->fixed.open(key, nonce), inner);
    EXPECT_EQ(back->open.open(key, nonce.plus(1)), open);
    EXPECT_FALSE(back->fixed.open(key, nonce.plus(1)));
    EXPECT_FALSE((Sealed<Open>{back->fixed.box}.open(key, nonce)));
}

// ---- nodes --------------------------------------------------------------------------------------------------------

DhtKey some_key(Byte first) {
    RawKey raw{};
    raw[0] = first;
    raw[1] = 3;
    return *DhtKey::from(raw);
}
Node node(const char* ip, std::uint16_t port, Byte key = 9) { return {some_key(key), *Endpoint::parse(ip, port)}; }

struct Counted {
    CountedNodes<4> nodes;
    std::uint64_t after = 0;
    static constexpr auto fields() { return std::tuple{&Counted::nodes, &Counted::after}; }
    bool operator==(const Counted&) const = default;
};
struct Tail {
    std::uint8_t before = 0;
    RestNodes<4> nodes;
    static constexpr auto fields() { return std::tuple{&Tail::before, &Tail::nodes}; }
    bool operator==(const Tail&) const = default;
};

TEST(Nodes, PackedSizesAndBytes) {
    Bytes bytes;
    write_packed(bytes, {Transport::udp, node("192.0.2.1", 33445)});
    EXPECT_EQ(to_hex(ByteView(bytes).first(7)), "02C000020182A5");
    EXPECT_EQ(bytes.size(), 39U);
    bytes.clear();
    write_packed(bytes, {Transport::tcp, node("2001:db8::1", 443)});
    EXPECT_EQ(bytes.size(), 51U);
    EXPECT_EQ(bytes[0], 138);
    ByteView in(bytes);
    PackedNode back;
    EXPECT_EQ(read_packed(in, back), PackedFault::none);
    EXPECT_EQ(back, (PackedNode{Transport::tcp, node("2001:db8::1", 443)}));
}

TEST(Nodes, CountedListsRoundTrip) {
    const Counted list{{{node("192.0.2.1", 1), node("2001:db8::1", 2), node("198.51.100.1", 3)}}, 77};
    const Bytes bytes = serialise(list);
    EXPECT_EQ(parse<Counted>(bytes), list);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(parse<Counted>(ByteView(bytes).first(size))) << size;
    EXPECT_EQ(parse<Counted>(serialise(Counted{{}, 1})), (Counted{{}, 1}));
}

TEST(Nodes, WrongCountsMakeThePacketInvalid) {
    Bytes bytes = serialise(Counted{{{node("192.0.2.1", 1)}}, 77});
    for (const int count : {0, 2, 4, 5, 255}) {
        bytes[0] = static_cast<Byte>(count);
        EXPECT_FALSE(parse<Counted>(bytes)) << count;
    }
}

TEST(Nodes, BadOnesAreSkippedForeignFamiliesAreNot) {
    Bytes bytes = serialise(Counted{{{node("192.0.2.1", 1), node("198.51.100.1", 2)}}, 77});
    Bytes zero_key = bytes;
    std::fill_n(zero_key.begin() + 8, 32, Byte{0});
    EXPECT_EQ(parse<Counted>(zero_key)->nodes.nodes, std::vector{node("198.51.100.1", 2)});
    Bytes no_port = bytes;
    no_port[6] = no_port[7] = 0;
    EXPECT_EQ(parse<Counted>(no_port)->nodes.nodes.size(), 1U);
    for (const int family : {0, 1, 3, 130, 255}) {
        bytes[1] = static_cast<Byte>(family);
        EXPECT_FALSE(parse<Counted>(bytes)) << family;
    }
}

TEST(Nodes, OpenListsEndAtAForeignFamily) {
    const Tail list{1, {{{Transport::udp, node("192.0.2.1", 1)}, {Transport::tcp, node("192.0.2.2", 2)}}}};
    Bytes bytes = serialise(list);
    EXPECT_EQ(parse<Tail>(bytes), list);
    bytes[1 + 39] = 77;
    const auto shorter = parse<Tail>(bytes);
    ASSERT_TRUE(shorter);
    EXPECT_EQ(shorter->nodes.nodes.size(), 1U);
    Bytes five{1};
    for (Byte i = 0; i < 5; ++i) write_packed(five, {Transport::udp, node("192.0.2.1", 1, i)});
    EXPECT_FALSE(parse<Tail>(five));
}

TEST(Nodes, OnionEndpointsAlwaysHaveNineteenBytes) {
    using F = Field<OnionEndpoint>;
    for (const char* ip : {"192.0.2.1", "2001:db8::1"}) {
        Bytes bytes;
        F::write(bytes, {*Endpoint::parse(ip, 33445)});
        ASSERT_EQ(bytes.size(), 19U);
        ByteView in(bytes);
        OnionEndpoint back;
        EXPECT_TRUE(F::read(in, back, 0));
        EXPECT_EQ(back.endpoint, *Endpoint::parse(ip, 33445));
        for (const int family : {0, 3, 130, 138}) {
            bytes[0] = static_cast<Byte>(family);
            in = bytes;
            EXPECT_FALSE(F::read(in, back, 0));
        }
    }
}

}  // namespace
}  // namespace tox::wire
