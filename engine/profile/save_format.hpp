// SPDX-License-Identifier: GPL-3.0-or-later
// The .tox save format, readable and writable both ways with every other Tox program (notes, protocol 2, 6.1-6.2).
// Bytes in, values out; knows nothing of files.
#pragma once

#include <tl/expected.hpp>

#include "engine/base/time.hpp"
#include "engine/crypto/tox_id.hpp"
#include "engine/messenger/types.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

inline constexpr std::size_t max_saved_contacts = 10'000;  // B46
inline constexpr std::size_t max_unused_contacts = 1000;   // records kept byte for byte; 2.2 MB, written with each save
inline constexpr std::size_t max_other_sections = 1000;    // a program has ten or so; each costs memory however empty
inline constexpr std::size_t max_saved_nodes = 1024;  // what fills c-toxcore's close list; more start nobody faster
inline constexpr std::size_t max_saved_relays = 8;    // NUM_SAVED_TCP_RELAYS
inline constexpr std::size_t max_stored_request_message = 1016;  // bytes; what 0.2.18 could store, 921 since

// Texts are the bytes of the file: another program may have put there what is not UTF-8 (B47).
struct SavedContact {
    LongTermKey key;
    bool accepted = true;         // false: we sent a request and have never met them
    std::string request_message;  // meaningful while not accepted
    Nospam request_nospam{};      // of theirs
    std::string name;
    std::string status_message;
    UserStatus status = UserStatus::online;
    std::optional<WallTime> last_seen;
    bool operator==(const SavedContact&) const = default;
};

struct SavedSection {  // one this program does not use: conferences (20), groups (7), path nodes (11), ...
    std::uint16_t type = 0;
    Bytes body;
    bool operator==(const SavedSection&) const = default;
};

// What a reader should tell about a file that it accepted.
struct SaveRemarks {
    bool end_missing = false;           // may have been cut off at the border of two sections
    std::size_t contacts_unused = 0;    // records kept byte for byte, but no contacts: invalid key, or over the limit
    std::size_t contacts_left_out = 0;  // more of these than are kept
    std::size_t sections_left_out = 0;  // likewise
    std::size_t contacts_partial = 0;   // a record cut off within the friends section; gone
    std::size_t contacts_merged = 0;    // a second record of the same key
    std::size_t contacts_self = 0;      // a record of our own key; gone
    bool complete() const { return contacts_left_out == 0 && sections_left_out == 0; }  // nothing is lost by a save
    bool operator==(const SaveRemarks&) const = default;
};

struct SavedProfile {
    SecretKey secret;  // moves, never copies: so does the profile
    Nospam nospam{};
    std::string name;
    std::string status_message;
    UserStatus status = UserStatus::online;
    std::vector<SavedContact> contacts;
    std::vector<Node> dht_nodes;
    std::vector<Relay> relays;
    std::vector<SavedSection> other;  // verbatim, in the order of the file; written back behind our own
    Bytes unused_contacts;            // records of 2216 bytes, verbatim (SaveRemarks::contacts_unused)
    SaveRemarks remarks;              // of parse_save; not stored
};

enum class SaveFault {
    not_a_save,    // something else, or empty
    encrypted,     // begins with toxEsave; nothing can be said about what is in it
    cut_short,     // a section reaches beyond the end or is no section (B42); recover_save gets what precedes
    bad_identity,  // no identity, a secret key of zero, or one that does not fit the public key (B44)
};

tl::expected<SavedProfile, SaveFault> parse_save(ByteView file);

// What precedes the damage in a file that was cut short, if the identity does. To be offered, never to be used
// silently.
std::optional<SavedProfile> recover_save(ByteView file);

// The result holds the secret key: wipe it after use. A request message longer than max_request_message is cut, because
// newer programs would drop its contact; an unaccepted contact without a message becomes an accepted one, for the same
// reason.
Bytes serialise_save(const SavedProfile& profile);

}  // namespace tox
