// SPDX-License-Identifier: GPL-3.0-or-later
// A packet is declared once: a struct, its kind (if it starts with one) and its field list. Size, parsing, serialising,
// the round-trip test and the fuzz target follow from that list.
//
//     struct PingRequest {                                     // spec: DHT, ping request
//         static constexpr Byte kind = 0x00;
//         DhtKey sender;
//         Nonce nonce;
//         Sealed<PingBody> body;
//         static constexpr auto fields() { using P = PingRequest; return std::tuple{&P::sender, &P::nonce, &P::body}; }
//         bool operator==(const PingRequest&) const = default;
//     };
//     static_assert(size_of<PingRequest> == 82);
//
// Parsing consumes all bytes or yields nothing. A field of open length takes all but what the fields after it need.
#pragma once

#include <concepts>
#include <cstring>
#include <tuple>

#include "engine/crypto/box.hpp"

namespace tox::wire {

// What a field type must offer. `reserve`: bytes at the end of `in` that belong to later fields.
//     static constexpr std::size_t least;                                   size, or the least size of an open one
//     static bool read(ByteView& in, T& value, std::size_t reserve);        takes its bytes off the front
//     static void write(Bytes& out, const T& value);
//     static constexpr bool open = true;                                    only if the length is not fixed
template <class T>
struct Field;

template <class P>
concept Packet = requires {
    P::fields();
};
template <class P>
concept Kinded = Packet<P> && requires {
    P::kind;
};

namespace detail {

template <class P, class T>
constexpr std::size_t least_of(T P::*) {
    return Field<T>::least;
}

template <Packet P>
constexpr std::size_t least_size() {
    const std::size_t body =
        std::apply([](auto... member) { return (std::size_t{0} + ... + least_of<P>(member)); }, P::fields());
    return body + (Kinded<P> ? 1 : 0);
}

template <class T>
constexpr bool open_field() {
    if constexpr (requires { Field<T>::open; }) return Field<T>::open;
    return false;
}

template <Packet P>
constexpr bool any_open() {
    return std::apply([]<class... T>(T P::*...) { return (false || ... || open_field<T>()); }, P::fields());
}

template <Packet P>
bool read_fields(ByteView& in, P& packet, std::size_t reserve) {
    std::size_t after = least_size<P>() - (Kinded<P> ? 1 : 0) + reserve;
    const auto read_one = [&]<class T>(T P::*member) {
        after -= Field<T>::least;
        return in.size() >= after + Field<T>::least && Field<T>::read(in, packet.*member, after);
    };
    return std::apply([&](auto... member) { return (read_one(member) && ...); }, P::fields());
}

}  // namespace detail

// Exact for packets of fixed size, otherwise the least.
template <Packet P>
inline constexpr std::size_t size_of = detail::least_size<P>();

// Whether two packets of this type can differ in size.
template <Packet P>
inline constexpr bool is_open = detail::any_open<P>();

template <Packet P>
bool read(ByteView& in, P& packet, std::size_t reserve = 0) {
    if constexpr (Kinded<P>) {
        if (in.empty() || in.front() != P::kind) return false;
        in = in.subspan(1);
    }
    return detail::read_fields(in, packet, reserve);
}

template <Packet P>
void write(Bytes& out, const P& packet) {
    if constexpr (Kinded<P>) out.push_back(P::kind);
    std::apply([&]<class... T>(T P::*... member) { (Field<T>::write(out, packet.*member), ...); }, P::fields());
}

template <Packet P>
std::optional<P> parse(ByteView in) {
    P packet{};
    if (!read(in, packet) || !in.empty()) return std::nullopt;
    return packet;
}

template <Packet P>
Bytes serialise(const P& packet) {
    Bytes out;
    out.reserve(size_of<P> + 64);
    write(out, packet);
    return out;
}

// ---- field types -------------------------------------------------------------------------------------------------

template <std::unsigned_integral T>
struct Field<T> {  // big-endian
    static constexpr std::size_t least = sizeof(T);
    static bool read(ByteView& in, T& value, std::size_t) {
        value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value = static_cast<T>(static_cast<std::uint64_t>(value) << 8U | in[i]);
        in = in.subspan(sizeof(T));
        return true;
    }
    static void write(Bytes& out, T value) {
        for (std::size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<Byte>(value >> (8 * i)));
    }
};

template <std::size_t N>
struct Field<ByteArray<N>> {
    static constexpr std::size_t least = N;
    static bool read(ByteView& in, ByteArray<N>& value, std::size_t) {
        std::memcpy(value.data(), in.data(), N);
        in = in.subspan(N);
        return true;
    }
    static void write(Bytes& out, const ByteArray<N>& value) { append(out, value); }
};

template <class Tag>
struct Field<PublicKeyOf<Tag>> {  // an invalid key makes the packet invalid (R7)
    static constexpr std::size_t least = 32;
    static bool read(ByteView& in, PublicKeyOf<Tag>& value, std::size_t) {
        const auto key = PublicKeyOf<Tag>::from(in.first(32));
        if (!key) return false;
        value = *key;
        in = in.subspan(32);
        return true;
    }
    static void write(Bytes& out, const PublicKeyOf<Tag>& value) { append(out, value.raw()); }
};

template <>
struct Field<Nonce> {
    static constexpr std::size_t least = 24;
    static bool read(ByteView& in, Nonce& value, std::size_t) { return Field<ByteArray<24>>::read(in, value.bytes, 0); }
    static void write(Bytes& out, const Nonce& value) { append(out, value.bytes); }
};

template <Packet P>
struct Field<P> {  // a part declared like a packet
    static constexpr std::size_t least = size_of<P>;
    static constexpr bool open = is_open<P>;
    static bool read(ByteView& in, P& value, std::size_t reserve) { return wire::read(in, value, reserve); }
    static void write(Bytes& out, const P& value) { wire::write(out, value); }
};

// Padding: sent as zeros, not looked at when received.
template <std::size_t N>
struct Zeros {
    bool operator==(const Zeros&) const = default;
};
template <std::size_t N>
struct Field<Zeros<N>> {
    static constexpr std::size_t least = N;
    static bool read(ByteView& in, Zeros<N>&, std::size_t) {
        in = in.subspan(N);
        return true;
    }
    static void write(Bytes& out, const Zeros<N>&) { out.resize(out.size() + N); }
};

// All bytes up to the fields that follow; at least Least.
template <std::size_t Least = 0>
struct Rest {
    Bytes bytes;
    bool operator==(const Rest&) const = default;
};
template <std::size_t Least>
struct Field<Rest<Least>> {
    static constexpr std::size_t least = Least;
    static constexpr bool open = true;
    static bool read(ByteView& in, Rest<Least>& value, std::size_t reserve) {
        const ByteView mine = in.first(in.size() - reserve);
        value.bytes.assign(mine.begin(), mine.end());
        in = in.subspan(mine.size());
        return true;
    }
    static void write(Bytes& out, const Rest<Least>& value) { append(out, value.bytes); }
};

// A box around exactly one Body: size and content are both known. Open for an open Body.
template <Packet Body>
struct Sealed {
    Bytes box;

    static Sealed of(const SharedKey& key, const Nonce& nonce, const Body& body) {
        return {sealed(key, nonce, serialise(body))};
    }
    std::optional<Body> open(const SharedKey& key, const Nonce& nonce) const {
        const auto plain = tox::open(key, nonce, box);
        return plain ? parse<Body>(*plain) : std::nullopt;
    }
    bool operator==(const Sealed&) const = default;
};
template <Packet Body>
struct Field<Sealed<Body>> {
    static constexpr std::size_t least = mac_size + size_of<Body>;
    static constexpr bool open = is_open<Body>;
    static bool read(ByteView& in, Sealed<Body>& value, std::size_t reserve) {
        const std::size_t size = open ? in.size() - reserve : least;
        value.box.assign(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(size));
        in = in.subspan(size);
        return true;
    }
    static void write(Bytes& out, const Sealed<Body>& value) { append(out, value.box); }
};

}  // namespace tox::wire
