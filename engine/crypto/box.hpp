// SPDX-License-Identifier: GPL-3.0-or-later
// Authenticated encryption as Tox uses it (X25519, XSalsa20-Poly1305, MAC first), hashes and MACs.
#pragma once

#include <memory>

#include "engine/crypto/keys.hpp"

namespace tox {

inline constexpr std::size_t mac_size = 16;

// The key both sides of a box share. Nothing for a key of low order.
std::optional<SharedKey> precompute(const RawKey& theirs, const SecretKey& ours);
template <class Tag>
std::optional<SharedKey> precompute(const PublicKeyOf<Tag>& theirs, const SecretKey& ours) {
    return precompute(theirs.raw(), ours);
}
SharedKey random_symmetric_key();

// Appends plain.size() + mac_size bytes.
void seal(const SharedKey& key, const Nonce& nonce, ByteView plain, Bytes& out);
Bytes sealed(const SharedKey& key, const Nonce& nonce, ByteView plain);
// Writes into exactly plain.size() + mac_size bytes, without allocation.
void seal_to(const SharedKey& key, const Nonce& nonce, ByteView plain, std::span<Byte> out);
// Nothing unless genuine; an empty plaintext is refused, as every Tox program does.
std::optional<Bytes> open(const SharedKey& key, const Nonce& nonce, ByteView box);
// Into plain[0 .. box.size() - mac_size), without allocation; false and untouched meaning unless genuine.
bool open_to(const SharedKey& key, const Nonce& nonce, ByteView box, std::span<Byte> plain);

ByteArray<32> authenticate(const SharedKey& key, ByteView message);  // HMAC-SHA-512-256 (crypto_auth)
bool verify(const SharedKey& key, ByteView message, const ByteArray<32>& mac);
ByteArray<32> sha256(ByteView message);
ByteArray<64> sha512(ByteView message);
std::uint64_t short_hash(ByteView message);  // keyed per process: for tables that strangers fill
bool same(ByteView a, ByteView b);           // constant time for equal sizes

// Shared keys of one own secret with many peers, bounded, least recently used goes first.
class KeyCache {
  public:
    static constexpr std::size_t capacity = 2048;  // 0.2 MB; a node talks to far fewer peers within minutes

    explicit KeyCache(const SecretKey& own);  // the secret outlives the cache
    ~KeyCache();
    KeyCache(KeyCache&&) noexcept;
    bool holds(const RawKey& peer) const;  // whether with() costs no derivation
    // nullptr for an invalid key; valid until the next call
    const SharedKey* with(const RawKey& peer);
    template <class Tag>
    const SharedKey* with(const PublicKeyOf<Tag>& peer) {
        return with(peer.raw());
    }

  private:
    struct Table;
    const SecretKey& own_;
    std::unique_ptr<Table> table_;
};

}  // namespace tox
