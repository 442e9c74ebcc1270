// SPDX-License-Identifier: GPL-3.0-or-later
// Tox ID: long-term key, nospam, checksum; 38 bytes shown as 76 hex digits (spec: Messenger, Tox ID).
#pragma once

#include "engine/crypto/keys.hpp"

namespace tox {

using Nospam = ByteArray<4>;

struct ToxId {
    LongTermKey key;
    Nospam nospam{};

    // Accepts 76 hex digits in either case, surrounding blanks, and a "tox:" or "tox://" prefix with anything after
    // '?'.
    enum class Fault { not_an_id, bad_checksum, bad_key };
    struct Parsed;
    static Parsed parse(std::string_view text);
    std::string text() const;  // upper case

    bool operator==(const ToxId&) const = default;
};

struct ToxId::Parsed {
    std::optional<ToxId> id;
    Fault fault = Fault::not_an_id;  // why there is none
};

// What a user may paste for a contact: a Tox ID, a tox: link of one, or the bare 64-digit key.
std::string_view strip_tox_link(std::string_view text);

}  // namespace tox
