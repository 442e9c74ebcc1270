// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a .tox file, each declared once (notes, protocol 2, 6.1 and 6.2). What they mean is save_format's
// affair.
#pragma once

#include "engine/crypto/tox_id.hpp"
#include "engine/wire/codec.hpp"

namespace tox {

template <std::unsigned_integral T>
struct Little {  // the container is little-endian, unlike everything on the wire
    T value = 0;
    bool operator==(const Little&) const = default;
};

template <std::unsigned_integral T>
struct wire::Field<Little<T>> {
    static constexpr std::size_t least = sizeof(T);
    static bool read(ByteView& in, Little<T>& out, std::size_t) {
        std::uint64_t value = 0;
        for (std::size_t i = sizeof(T); i-- > 0;) value = value << 8U | in[i];
        out.value = static_cast<T>(value);
        in = in.subspan(sizeof(T));
        return true;
    }
    static void write(Bytes& out, const Little<T>& in) {
        for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<Byte>(in.value >> (8 * i)));
    }
};

template <>
struct wire::Field<SecretKey> {  // straight from the file into locked memory, and back
    static constexpr std::size_t least = SecretKey::size;
    static bool read(ByteView& in, SecretKey& out, std::size_t) {
        out = SecretKey(in.first<SecretKey::size>());
        in = in.subspan(least);
        return true;
    }
    static void write(Bytes& out, const SecretKey& in) { append(out, in.view()); }
};

inline constexpr std::uint32_t save_magic = 0x15ED1B1F;
inline constexpr std::uint16_t section_cookie = 0x01CE;
inline constexpr std::uint32_t dht_magic = 0x0159000D;
inline constexpr std::uint16_t dht_cookie = 0x11CE;
inline constexpr std::uint16_t dht_nodes_section = 4;  // the only part of the DHT section

enum class SectionType : std::uint16_t {
    identity = 1,
    dht = 2,
    friends = 3,
    name = 4,
    status_message = 5,
    status = 6,
    relays = 10,
    end = 255,
};

struct SaveHead {
    Little<std::uint32_t> zero;
    Little<std::uint32_t> magic;
    static constexpr auto fields() { return std::tuple{&SaveHead::zero, &SaveHead::magic}; }
};
static_assert(wire::size_of<SaveHead> == 8);

struct SectionHead {
    Little<std::uint32_t> size;  // of the body
    Little<std::uint16_t> type;
    Little<std::uint16_t> cookie;
    static constexpr auto fields() {
        using S = SectionHead;
        return std::tuple{&S::size, &S::type, &S::cookie};
    }
};
static_assert(wire::size_of<SectionHead> == 8);

struct IdentityRecord {
    Nospam nospam{};
    RawKey public_key{};
    SecretKey secret;
    static constexpr auto fields() {
        using I = IdentityRecord;
        return std::tuple{&I::nospam, &I::public_key, &I::secret};
    }
};
static_assert(wire::size_of<IdentityRecord> == 68);

enum class FriendState : Byte { free = 0, added = 1, requested = 2, confirmed = 3, online = 4 };

struct FriendRecord {  // a C struct of old, with its padding; the numbers in it are big-endian
    Byte state = 0;
    RawKey key{};
    ByteArray<1024> request{};
    wire::Zeros<1> pad_request;
    std::uint16_t request_size = 0;
    ByteArray<128> name{};
    std::uint16_t name_size = 0;
    ByteArray<1007> status_message{};
    wire::Zeros<1> pad_status_message;
    std::uint16_t status_message_size = 0;
    Byte status = 0;
    wire::Zeros<3> pad_status;
    Nospam nospam{};
    std::uint64_t last_seen = 0;
    static constexpr auto fields() {
        using F = FriendRecord;
        return std::tuple{
            &F::state,  &F::key,        &F::request,        &F::pad_request,        &F::request_size,
            &F::name,   &F::name_size,  &F::status_message, &F::pad_status_message, &F::status_message_size,
            &F::status, &F::pad_status, &F::nospam,         &F::last_seen};
    }
};
static_assert(wire::size_of<FriendRecord> == 2216);

}  // namespace tox
