// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles and keys for the tests of this folder.
#pragma once

#include "engine/profile/save_format.hpp"

namespace tox::samples {

// Any 32 bytes below the prime are a point: these are distinct, and cheap to make in thousands.
inline LongTermKey key(std::uint32_t number) {
    RawKey raw{};
    raw.fill(7);
    for (std::size_t i = 0; i < sizeof number; ++i) raw[i] = static_cast<Byte>(number >> (8 * i));
    return LongTermKey::from(raw).value();
}

inline Node node(Byte number, bool v6 = false) {
    RawKey raw{};
    raw.fill(9);
    raw[0] = number;
    ByteArray<16> address{0x20, 0x01, 0x0d, 0xb8};
    address[15] = number;
    const auto endpoint = v6 ? Endpoint::v6(address, 33445) : Endpoint::v4({192, 0, 2, number}, 33445);
    return {DhtKey::from(raw).value(), endpoint};
}

inline SavedContact friendly() {
    SavedContact contact;
    contact.key = key(1);
    contact.name = "Bob \xE2\x98\x83";
    contact.status_message = "away for lunch";
    contact.status = UserStatus::busy;
    contact.last_seen = WallTime(std::chrono::seconds(1'700'000'000));
    return contact;
}

inline SavedContact asked() {
    SavedContact contact;
    contact.key = key(2);
    contact.accepted = false;
    contact.request_message = "It's me, Alice";
    contact.request_nospam = {1, 2, 3, 0xFF};
    return contact;
}

inline SavedProfile profile() {
    SavedProfile profile;
    profile.secret = KeyPair<LongTermTag>::generate().secret;
    profile.nospam = {0xDE, 0xAD, 0x00, 0x01};
    profile.name = "Alice";
    profile.status_message = "in Wonderland";
    profile.status = UserStatus::away;
    profile.contacts = {friendly(), asked()};
    profile.dht_nodes = {node(1), node(2, true), node(3)};
    return profile;
}

inline bool same_content(const SavedProfile& a, const SavedProfile& b) {
    return same(a.secret.view(), b.secret.view()) && a.nospam == b.nospam && a.name == b.name &&
           a.status_message == b.status_message && a.status == b.status && a.contacts == b.contacts &&
           a.dht_nodes == b.dht_nodes && a.other == b.other && a.unused_contacts == b.unused_contacts;
}

inline LongTermKey own_key(const SavedProfile& profile) {
    RawKey raw;
    detail::derive(profile.secret, raw);
    return LongTermKey::from(raw).value();
}

}  // namespace tox::samples
