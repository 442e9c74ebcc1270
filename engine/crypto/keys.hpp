// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and nonces. Keys that must never be swapped are distinct types.
#pragma once

#include <algorithm>
#include <compare>
#include <utility>

#include "engine/base/bytes.hpp"

namespace tox {

// True for 32 bytes that are a canonical Curve25519 point of large order (R7: anything else would give a shared key
// that everybody knows).
bool is_valid_public_key(const RawKey& key);

template <class Tag>
class PublicKeyOf {
  public:
    PublicKeyOf() = default;  // all zero: only a place to parse into, never valid

    static std::optional<PublicKeyOf> from(ByteView bytes) {
        if (bytes.size() != size) return std::nullopt;
        PublicKeyOf key;
        std::copy(bytes.begin(), bytes.end(), key.raw_.begin());
        if (!is_valid_public_key(key.raw_)) return std::nullopt;
        return key;
    }
    static std::optional<PublicKeyOf> from_hex(std::string_view text) {
        const auto bytes = tox::from_hex(text);
        return bytes ? from(*bytes) : std::nullopt;
    }

    static constexpr std::size_t size = 32;
    const RawKey& raw() const { return raw_; }
    std::string hex() const { return to_hex(raw_); }
    auto operator<=>(const PublicKeyOf&) const = default;

  private:
    RawKey raw_{};
};

using DhtKey = PublicKeyOf<struct DhtTag>;            // a node's, new at each start
using LongTermKey = PublicKeyOf<struct LongTermTag>;  // a person's, in the Tox ID
using OnionKey = PublicKeyOf<struct OnionTag>;      // ephemeral keys of the onion: paths, searches, announced data keys
using SessionKey = PublicKeyOf<struct SessionTag>;  // ephemeral key of one session

struct Hashed {  // for unordered containers; keys of hostile origin are hashed with a secret per process
    std::size_t operator()(const RawKey& key) const;
    template <class Tag>
    std::size_t operator()(const PublicKeyOf<Tag>& key) const {
        return (*this)(key.raw());
    }
};

void wipe(std::span<Byte> memory);

// Key material: moves, never copies, is wiped. It lives in locked memory wherever the object itself is, so that no
// stack and no heap ever holds it (R13, R62); a move hands the place over.
class Secret {
  public:
    static constexpr std::size_t size = 32;

    Secret() = default;                        // all zero, and takes no place
    explicit Secret(ByteArray<size>& source);  // wipes the source
    explicit Secret(std::span<const Byte, size> source);
    ~Secret() { clear(); }
    Secret(Secret&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Secret& operator=(Secret&& other) noexcept {
        if (this == &other) return *this;
        clear();
        slot_ = std::exchange(other.slot_, nullptr);
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    std::span<Byte, size> edit();
    std::span<const Byte, size> view() const;

  private:
    void clear();

    Byte* slot_ = nullptr;  // in secret_slots; ours alone
};

using SecretKey = Secret;
using SharedKey = Secret;  // of a key pair and a peer's key; also a symmetric key, the box is the same

namespace detail {
void generate(RawKey& public_key, SecretKey& secret);
bool derive(const SecretKey& secret, RawKey& public_key);
}  // namespace detail

template <class Tag>
struct KeyPair {
    PublicKeyOf<Tag> public_key;
    SecretKey secret;

    static KeyPair generate() {
        KeyPair pair;
        RawKey raw;
        detail::generate(raw, pair.secret);
        pair.public_key = *PublicKeyOf<Tag>::from(raw);
        return pair;
    }
    // nothing if the secret does not give a valid public key
    static std::optional<KeyPair> from(SecretKey secret) {
        KeyPair pair;
        RawKey raw;
        if (!detail::derive(secret, raw)) return std::nullopt;
        const auto key = PublicKeyOf<Tag>::from(raw);
        if (!key) return std::nullopt;
        pair.public_key = *key;
        pair.secret = std::move(secret);
        return pair;
    }
    KeyPair clone() const {  // spelled out: a second copy of a secret must be meant
        KeyPair copy;
        copy.public_key = public_key;
        copy.secret = SecretKey(secret.view());
        return copy;
    }
};

using DhtKeyPair = KeyPair<DhtTag>;
using LongTermKeyPair = KeyPair<LongTermTag>;
using OnionKeyPair = KeyPair<OnionTag>;
using SessionKeyPair = KeyPair<SessionTag>;

struct Nonce {
    ByteArray<24> bytes{};

    static Nonce random();
    void add(std::uint32_t amount);  // big-endian over all 24 bytes, wraps
    Nonce plus(std::uint32_t amount) const {
        Nonce sum = *this;
        sum.add(amount);
        return sum;
    }
    std::uint16_t low16() const { return static_cast<std::uint16_t>(bytes[22] << 8U | bytes[23]); }
    bool operator==(const Nonce&) const = default;
};

}  // namespace tox
