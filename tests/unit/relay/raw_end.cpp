// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/relay/raw_end.hpp"

#include <cstring>

namespace tox::test {
namespace {

// 24 bytes as one number, most significant first: written out, to compare Nonce::add() with.
void increment(Nonce& nonce) {
    for (std::size_t i = nonce.bytes.size(); i-- > 0;)
        if (++nonce.bytes[i] != 0) return;
}

Bytes secrets(const SessionKey& key, const Nonce& base) {
    Bytes plain(key.raw().begin(), key.raw().end());
    append(plain, base.bytes);
    return plain;
}

Nonce nonce_at(ByteView bytes) {
    Nonce nonce;
    std::copy_n(bytes.begin(), nonce.bytes.size(), nonce.bytes.begin());
    return nonce;
}

}  // namespace

Bytes RawEnd::client_hello(const DhtKey& relay) {
    peer_ = relay;
    static_key_ = *precompute(relay, self_.secret);
    Bytes hello(self_.public_key.raw().begin(), self_.public_key.raw().end());
    const Nonce nonce = Nonce::random();
    append(hello, nonce.bytes);
    append(hello, sealed(static_key_, nonce, secrets(temporary.public_key, sending)));
    return hello;
}

bool RawEnd::take(ByteView bytes) {
    append(in_, bytes);
    while (!broken_ && (secured_ ? take_frame() : take_hello())) {
    }
    return !broken_;
}

bool RawEnd::take_hello() {
    const std::size_t key_size = role_ == Role::relay ? 32 : 0;
    if (in_.size() < key_size + 96) return false;
    const ByteView in(in_);
    if (role_ == Role::relay) {
        const auto sender = DhtKey::from(in.first(32));
        if (!sender) return !(broken_ = true);
        peer_ = *sender;
        static_key_ = *precompute(peer_, self_.secret);
    }
    const auto plain = open(static_key_, nonce_at(in.subspan(key_size)), in.subspan(key_size + 24, 72));
    const auto theirs = plain ? SessionKey::from(ByteView(*plain).first(32)) : std::nullopt;
    if (!theirs) return !(broken_ = true);
    receiving_ = nonce_at(ByteView(*plain).subspan(32));
    session_key_ = *precompute(*theirs, temporary.secret);
    secured_ = true;
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(key_size + 96));
    if (role_ == Role::client) return true;
    const Nonce nonce = Nonce::random();
    append(answer_, nonce.bytes);
    append(answer_, sealed(static_key_, nonce, secrets(temporary.public_key, sending)));
    return true;
}

bool RawEnd::take_frame() {
    if (in_.size() < 2) return false;
    const std::size_t size = in_[0] * 256U + in_[1];
    if (size <= 16 || size > 2048) return !(broken_ = true);  // nobody honest sends that
    if (in_.size() < 2 + size) return false;
    const auto plain = open(session_key_, receiving_, ByteView(in_).subspan(2, size));
    if (!plain) return !(broken_ = true);
    increment(receiving_);
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(2 + size));
    frames_.push_back(*plain);
    return true;
}

Bytes RawEnd::frame(ByteView plain) {
    const std::size_t size = plain.size() + 16;
    Bytes out{static_cast<Byte>(size / 256), static_cast<Byte>(size % 256)};
    append(out, sealed(session_key_, sending, plain));
    increment(sending);
    return out;
}

}  // namespace tox::test
