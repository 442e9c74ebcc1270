// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/crypto/box.hpp"

#include <sodium.h>

#include <list>
#include <unordered_map>

#include "engine/base/check.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

static_assert(crypto_box_MACBYTES == mac_size && crypto_box_BEFORENMBYTES == 32 && crypto_box_NONCEBYTES == 24);

std::optional<SharedKey> precompute(const RawKey& theirs, const SecretKey& ours) {
    if (!is_valid_public_key(theirs)) return std::nullopt;
    SharedKey shared;
    if (crypto_box_beforenm(shared.edit().data(), theirs.data(), ours.view().data()) != 0) return std::nullopt;
    return shared;
}

SharedKey random_symmetric_key() {
    SharedKey key;
    random_bytes(key.edit());
    return key;
}

void seal_to(const SharedKey& key, const Nonce& nonce, ByteView plain, std::span<Byte> out) {
    TOX_CHECK(out.size() == plain.size() + mac_size);
    crypto_box_easy_afternm(out.data(), plain.data(), plain.size(), nonce.bytes.data(), key.view().data());
}

void seal(const SharedKey& key, const Nonce& nonce, ByteView plain, Bytes& out) {
    const std::size_t start = out.size();
    out.resize(start + plain.size() + mac_size);
    seal_to(key, nonce, plain, std::span(out).subspan(start));
}

Bytes sealed(const SharedKey& key, const Nonce& nonce, ByteView plain) {
    Bytes out;
    seal(key, nonce, plain, out);
    return out;
}

bool open_to(const SharedKey& key, const Nonce& nonce, ByteView box, std::span<Byte> plain) {
    if (box.size() <= mac_size || plain.size() < box.size() - mac_size) return false;
    return crypto_box_open_easy_afternm(plain.data(), box.data(), box.size(), nonce.bytes.data(), key.view().data()) ==
           0;
}

std::optional<Bytes> open(const SharedKey& key, const Nonce& nonce, ByteView box) {
    if (box.size() <= mac_size) return std::nullopt;
    Bytes plain(box.size() - mac_size);
    if (!open_to(key, nonce, box, plain)) return std::nullopt;
    return plain;
}

ByteArray<32> authenticate(const SharedKey& key, ByteView message) {
    ByteArray<32> mac;
    crypto_auth(mac.data(), message.data(), message.size(), key.view().data());
    return mac;
}

bool verify(const SharedKey& key, ByteView message, const ByteArray<32>& mac) {
    return crypto_auth_verify(mac.data(), message.data(), message.size(), key.view().data()) == 0;
}

ByteArray<32> sha256(ByteView message) {
    ByteArray<32> hash;
    crypto_hash_sha256(hash.data(), message.data(), message.size());
    return hash;
}

ByteArray<64> sha512(ByteView message) {
    ByteArray<64> hash;
    crypto_hash_sha512(hash.data(), message.data(), message.size());
    return hash;
}

std::uint64_t short_hash(ByteView message) {
    static const auto secret = [] {
        ByteArray<crypto_shorthash_KEYBYTES> key;
        random_bytes(key);
        return key;
    }();
    std::uint64_t hash = 0;
    crypto_shorthash(reinterpret_cast<Byte*>(&hash), message.data(), message.size(), secret.data());
    return hash;
}

bool same(ByteView a, ByteView b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

struct KeyCache::Table {
    using Entry = std::pair<RawKey, SharedKey>;
    std::list<Entry> by_use;  // most recent first
    std::unordered_map<RawKey, std::list<Entry>::iterator, Hashed> index;
};

KeyCache::KeyCache(const SecretKey& own) : own_(own), table_(std::make_unique<Table>()) {}
KeyCache::~KeyCache() = default;
KeyCache::KeyCache(KeyCache&&) noexcept = default;

bool KeyCache::holds(const RawKey& peer) const { return table_->index.contains(peer); }

const SharedKey* KeyCache::with(const RawKey& peer) {
    auto& [by_use, index] = *table_;
    if (const auto known = index.find(peer); known != index.end()) {
        by_use.splice(by_use.begin(), by_use, known->second);
        return &by_use.front().second;
    }
    auto shared = precompute(peer, own_);
    if (!shared) return nullptr;
    if (index.size() >= capacity) {
        index.erase(by_use.back().first);
        by_use.pop_back();
    }
    by_use.emplace_front(peer, std::move(*shared));
    index.emplace(peer, by_use.begin());
    return &by_use.front().second;
}

}  // namespace tox
