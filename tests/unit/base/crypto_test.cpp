// SPDX-License-Identifier: GPL-3.0-or-later
// engine/crypto against published vectors: "Cryptography in NaCl" (Bernstein, 2009) for boxes and crypto_auth, FIPS 180
// for hashes.
#include <gtest/gtest.h>

#include <set>

#include "engine/crypto/box.hpp"
#include "engine/crypto/random.hpp"
#include "engine/crypto/tox_id.hpp"

namespace tox {
namespace {

constexpr auto alice_secret = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
constexpr auto alice_public = "8520F0098930A754748B7DDCB43EF75A0DBF3A0D26381AF4EBA4A98EAA9B4E6A";
constexpr auto bob_secret = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
constexpr auto bob_public = "DE9EDB7D7B7DC1B4D35B61C2ECE435373F8343C85B78674DADFC7E146F882B4F";
constexpr auto shared_key = "1B27556473E985D462CD51197A9A46C76009549EAC6474F206C4EE0844F68389";
constexpr auto nonce_hex = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
constexpr auto plain_hex =
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41d"
    "b66cce"
    "314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76"
    "897040"
    "e082f937763848645e0705";
constexpr auto box_hex =
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4d"
    "a7f011"
    "ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca"
    "01b6de"
    "56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5";

SecretKey secret_of(std::string_view hex) {
    const auto bytes = from_hex(hex);
    ByteArray<32> array{};
    std::copy(bytes->begin(), bytes->end(), array.begin());
    return SecretKey(array);
}

Nonce published_nonce() {
    Nonce nonce;
    const auto bytes = *from_hex(nonce_hex);
    std::copy(bytes.begin(), bytes.end(), nonce.bytes.begin());
    return nonce;
}

TEST(Box, PublishedVector) {
    const auto alice = KeyPair<struct AliceTag>::from(secret_of(alice_secret));
    const auto bob = KeyPair<struct BobTag>::from(secret_of(bob_secret));
    ASSERT_TRUE(alice && bob);
    EXPECT_EQ(alice->public_key.hex(), alice_public);
    EXPECT_EQ(bob->public_key.hex(), bob_public);
    const auto here = precompute(bob->public_key, alice->secret);
    const auto there = precompute(alice->public_key, bob->secret);
    ASSERT_TRUE(here && there);
    EXPECT_EQ(to_hex(here->view()), shared_key);
    EXPECT_EQ(to_hex(there->view()), shared_key);
    EXPECT_EQ(sealed(*here, published_nonce(), *from_hex(plain_hex)), *from_hex(box_hex));
    EXPECT_EQ(open(*there, published_nonce(), *from_hex(box_hex)), from_hex(plain_hex));
}

TEST(Box, EveryFlippedBitIsNoticed) {
    const SharedKey key = random_symmetric_key();
    const Nonce nonce = Nonce::random();
    const Bytes box = sealed(key, nonce, bytes_of("some text"));
    for (std::size_t bit = 0; bit < box.size() * 8; ++bit) {
        Bytes bad = box;
        bad[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        EXPECT_FALSE(open(key, nonce, bad));
    }
    EXPECT_FALSE(open(key, nonce.plus(1), box));
    for (std::size_t size = 0; size < box.size(); ++size) EXPECT_FALSE(open(key, nonce, ByteView(box).first(size)));
}

TEST(Box, AnEmptyPlaintextIsRefused) {
    const SharedKey key = random_symmetric_key();
    const Nonce nonce = Nonce::random();
    EXPECT_FALSE(open(key, nonce, sealed(key, nonce, {})));
}

TEST(Hashes, PublishedVectors) {
    EXPECT_EQ(to_hex(sha256(bytes_of("abc"))), "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
    EXPECT_EQ(to_hex(sha512(bytes_of("abc"))),
              "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
              "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F");
    ByteArray<32> jefe{'J', 'e', 'f', 'e'};
    const SharedKey key(jefe);
    const auto mac = authenticate(key, bytes_of("what do ya want for nothing?"));
    EXPECT_EQ(to_hex(mac), "164B7A7BFCF819E2E395FBE73B56E0A387BD64222E831FD610270CD7EA250554");
    EXPECT_TRUE(verify(key, bytes_of("what do ya want for nothing?"), mac));
    EXPECT_FALSE(verify(key, bytes_of("what do ya want for nothing!"), mac));
}

// The five small-order points libsodium refuses, their aliases with the top bit set, and values of 2^255-19 and more.
TEST(PublicKeys, DangerousEncodingsAreNoKeys) {  // R7b
    const std::string zeros(64, '0');
    const std::array bad{
        zeros,
        "01" + std::string(62, '0'),
        std::string("E0EB7A7C3B41B8AE1656E3FAF19FC46ADA098DEB9C32B1FD866205165F49B800"),
        std::string("5F9C95BCA3508C24B1D0B1559C83EF5B04445CC4581C8E86D8224EDDD09F1157"),
        "EC" + std::string(60, 'F') + "7F",  // p - 1
        "ED" + std::string(60, 'F') + "7F",  // p
        "EE" + std::string(60, 'F') + "7F",  // p + 1
        "FF" + std::string(60, 'F') + "7F",
        std::string(64, 'F'),
        std::string(62, '0') + "80",
    };
    for (const std::string& hex : bad) EXPECT_FALSE(LongTermKey::from_hex(hex)) << hex;
    EXPECT_TRUE(LongTermKey::from_hex(bob_public));
    std::string alias = bob_public;
    alias[62] = static_cast<char>(alias[62] + 8);  // 4F becomes CF: the same point under another name
    alias[62] = 'C';
    EXPECT_FALSE(LongTermKey::from_hex(alias));
    EXPECT_FALSE(LongTermKey::from_hex(std::string_view(bob_public).substr(2)));
}

TEST(PublicKeys, SmallOrderNeverGivesASharedKey) {  // R7
    const SecretKey ours = secret_of(alice_secret);
    RawKey point{};
    EXPECT_FALSE(precompute(point, ours));
    point[0] = 1;
    EXPECT_FALSE(precompute(point, ours));
}

TEST(Secrets, MoveAndAreWiped) {
    SecretKey first = secret_of(alice_secret);
    const SecretKey second = std::move(first);
    EXPECT_EQ(first.view()[0], 0);  // NOLINT(bugprone-use-after-move): that is the point
    EXPECT_EQ(second.view()[0], 0x77);
}

// What a core dump or the swap would hold of one: a pointer.
TEST(Secrets, R62_AnObjectHoldsNoKeyItselfAndAMoveCopiesNone) {  // R60
    static_assert(sizeof(SecretKey) == sizeof(void*));
    SecretKey first = secret_of(alice_secret);
    const Byte* const place = first.view().data();
    const SecretKey second = std::move(first);
    EXPECT_EQ(second.view().data(), place);
    SecretKey third = secret_of(bob_secret);
    third = secret_of(alice_secret);
    EXPECT_TRUE(same(third.view(), second.view()));
    EXPECT_NE(third.view().data(), place);
}

// The memory stays readable, which is how this test can look; where the list of free places is kept does not count.
TEST(Secrets, R14_WhatIsGivenUpIsWipedAtOnce) {
    const Byte* place = nullptr;
    {
        const SecretKey key = secret_of(alice_secret);
        place = key.view().data();
    }
    for (std::size_t i = sizeof(void*); i < SecretKey::size; ++i) EXPECT_EQ(place[i], 0) << i;
    SecretKey again = secret_of(alice_secret);
    const Byte* const other = again.view().data();
    again = SecretKey();
    for (std::size_t i = sizeof(void*); i < SecretKey::size; ++i) EXPECT_EQ(other[i], 0) << i;
}

TEST(Secrets, ManyAtOnceHaveAPlaceEach) {
    std::vector<SecretKey> many(2000);
    std::set<const Byte*> places;
    for (SecretKey& key : many) {
        EXPECT_TRUE(same(key.edit(), ByteArray<32>{}));
        random_bytes(key.edit());
        places.insert(key.view().data());
    }
    EXPECT_EQ(places.size(), many.size());
}

TEST(Nonces, AddAcrossAllBytes) {
    Nonce nonce;
    nonce.bytes.fill(0xff);
    EXPECT_EQ(nonce.plus(1), Nonce{});
    nonce = {};
    nonce.add(0x01020304);
    EXPECT_EQ(nonce.bytes[20], 1);
    EXPECT_EQ(nonce.low16(), 0x0304);
    nonce.bytes[22] = 0xff;
    nonce.bytes[23] = 0xff;
    nonce.add(1);
    EXPECT_EQ(nonce.low16(), 0);
    EXPECT_EQ(nonce.bytes[21], 3);
}

TEST(KeyCache, AnswersAsPrecomputeAndStaysBounded) {
    const auto own = KeyPair<struct OwnTag>::generate();
    KeyCache cache(own.secret);
    RawKey bad{};
    EXPECT_EQ(cache.with(bad), nullptr);
    for (std::size_t i = 0; i < KeyCache::capacity + 10; ++i) {
        RawKey key{};
        key[0] = static_cast<Byte>(i);
        key[1] = static_cast<Byte>(i >> 8U);
        key[2] = 9;
        const auto direct = precompute(key, own.secret);
        ASSERT_TRUE(direct);
        for (int again = 0; again < 2; ++again) {
            const SharedKey* cached = cache.with(key);
            ASSERT_NE(cached, nullptr);
            EXPECT_TRUE(same(cached->view(), direct->view()));
        }
    }
}

TEST(Random, StaysInItsBounds) {
    EXPECT_EQ(random_below(0), 0U);
    EXPECT_EQ(random_below(1), 0U);
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_below(5));
    EXPECT_EQ(seen, (std::set<std::uint32_t>{0, 1, 2, 3, 4}));
    for (int i = 0; i < 1000; ++i) {
        const Duration d = jittered(10s, 20);
        EXPECT_GE(d, 8s);
        EXPECT_LE(d, 12s);
    }
    EXPECT_EQ(jittered(0s), Duration(0));
}

// The address that the maintainers of c-toxcore publish for their echo robot.
constexpr auto published_id = "76518406F6A9F2217E8DC487CC783C25CC16A15EB36FF32E335A235342C48A39218F515C39A6";

TEST(ToxIds, PublishedOne) {
    const auto parsed = ToxId::parse(published_id);
    ASSERT_TRUE(parsed.id);
    EXPECT_EQ(parsed.id->text(), published_id);
    EXPECT_EQ(to_hex(parsed.id->nospam), "218F515C");
    EXPECT_EQ(parsed.id->key.hex(), std::string(published_id).substr(0, 64));
}

TEST(ToxIds, WhatUsersPaste) {
    std::string lower = published_id;
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    const std::string id = published_id;
    for (const std::string& text :
         {lower, " " + id + "\r\n", "tox:" + id, "TOX:" + lower, "tox://" + id, "tox:" + id + "?message=hi"}) {
        EXPECT_TRUE(ToxId::parse(text).id) << text;
    }
    EXPECT_EQ(ToxId::parse("").fault, ToxId::Fault::not_an_id);
    EXPECT_EQ(ToxId::parse(id.substr(1)).fault, ToxId::Fault::not_an_id);
    EXPECT_EQ(ToxId::parse(id + "0").fault, ToxId::Fault::not_an_id);
    EXPECT_EQ(ToxId::parse(id.substr(0, 64)).fault, ToxId::Fault::not_an_id);
    EXPECT_EQ(ToxId::parse("O" + id.substr(1)).fault, ToxId::Fault::not_an_id);
    EXPECT_EQ(ToxId::parse(std::string(76, '0')).fault, ToxId::Fault::bad_key);
}

TEST(ToxIds, EveryMistypedDigitIsNoticed) {
    for (std::size_t i = 0; i < 76; ++i) {
        std::string typo = published_id;
        typo[i] = typo[i] == '0' ? '1' : '0';
        EXPECT_EQ(ToxId::parse(typo).fault, ToxId::Fault::bad_checksum) << i;
    }
}

}  // namespace
}  // namespace tox
