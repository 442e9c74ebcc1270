// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/crypto/keys.hpp"

#include <sodium.h>

#include "engine/base/check.hpp"
#include "engine/crypto/box.hpp"
#include "engine/crypto/random.hpp"
#include "engine/crypto/secret_slots.hpp"

namespace tox {
namespace {

// p = 2^255 - 19, little-endian: numbers from p up are second names of small ones.
bool is_canonical(const RawKey& key) {
    if ((key[31] & 0x80U) != 0) return false;
    if (key[31] != 0x7f || key[0] < 0xed) return true;
    return !std::all_of(key.begin() + 1, key.end() - 1, [](Byte b) { return b == 0xff; });
}

}  // namespace

// The points of order 1, 2, 4 and 8 in canonical form (curve25519: section "may the attacker know the shared key").
bool is_valid_public_key(const RawKey& key) {
    if (!is_canonical(key)) return false;
    static constexpr std::array<RawKey, 5> small_order{{
        {},
        {1},
        {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
         0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
        {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
         0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    }};
    return std::none_of(small_order.begin(), small_order.end(), [&](const RawKey& bad) { return bad == key; });
}

std::size_t Hashed::operator()(const RawKey& key) const { return short_hash(key); }

void wipe(std::span<Byte> memory) { sodium_memzero(memory.data(), memory.size()); }

Secret::Secret(ByteArray<size>& source) : Secret(std::span<const Byte, size>(source)) { wipe(source); }

Secret::Secret(std::span<const Byte, size> source) { std::copy(source.begin(), source.end(), edit().begin()); }

std::span<Byte, Secret::size> Secret::edit() {
    if (slot_ == nullptr) slot_ = secret_slots::take();
    return std::span<Byte, size>(slot_, size);
}

std::span<const Byte, Secret::size> Secret::view() const {
    static constexpr ByteArray<size> nothing{};
    return slot_ == nullptr ? nothing : std::span<const Byte, size>(slot_, size);
}

void Secret::clear() {
    if (slot_ != nullptr) secret_slots::give_back(std::exchange(slot_, nullptr));
}

namespace detail {

void generate(RawKey& public_key, SecretKey& secret) {
    random_bytes(secret.edit());
    crypto_scalarmult_base(public_key.data(), secret.view().data());
}

bool derive(const SecretKey& secret, RawKey& public_key) {
    return crypto_scalarmult_base(public_key.data(), secret.view().data()) == 0;
}

}  // namespace detail

Nonce Nonce::random() {
    Nonce nonce;
    random_bytes(nonce.bytes);
    return nonce;
}

void Nonce::add(std::uint32_t amount) {
    std::uint64_t carry = amount;
    for (std::size_t i = bytes.size(); i-- > 0 && carry != 0;) {
        carry += bytes[i];
        bytes[i] = static_cast<Byte>(carry);
        carry >>= 8U;
    }
}

}  // namespace tox
