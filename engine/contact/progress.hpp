// SPDX-License-Identifier: GPL-3.0-or-later
// How far the way to a contact has come, and whether we want to go it. The names are those of the founding page.
#pragma once

#include "engine/base/bytes.hpp"

namespace tox {

enum class Progress : Byte {
    awaiting_dht_key,         // waiting to receive their DHT key
    acquiring_ip_address,     // searching the DHT for their node's address
    acquiring_cookie,         // asking for a cookie
    awaiting_handshake,       // our handshake is out, theirs is not in
    awaiting_session_packet,  // the session is accepted but not confirmed
    established,
};

enum class Policy : Byte {
    trying,    // search them, connect
    open,      // answer, but do not search
    refusing,  // behave as if they were no contact
};

enum class SessionEnd : Byte {
    goodbye,    // they left
    silence,    // they were not heard for 32 s
    restarted,  // their program started anew
    refused,    // we did not want them any more
    renewed,    // by us: it was stuck
};

}  // namespace tox
