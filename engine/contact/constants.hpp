// SPDX-License-Identifier: GPL-3.0-or-later
// How long facts hold and how patient a contact is.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

inline constexpr Duration dht_key_life = 122s;          // as c-toxcore forgets it without a session (notes 8)
inline constexpr Duration confirmed_route_life = 122s;  // a node that answered is good for that long (notes 4.5)
inline constexpr Duration named_route_life = 30s;       // hearsay: worth a few cookie requests
inline constexpr Duration cookie_life = 12s;            // its maker takes it for 15 s; the way back needs some
inline constexpr Duration unconfirmed_life = 8s;        // c-toxcore gives up a half-open session after 8 tries of 1 s
inline constexpr Duration silence_limit = 32s;          // FRIEND_CONNECTION_TIMEOUT
inline constexpr Duration silence_doubt = 12s;          // more than one keep-alive of anybody's is missing
inline constexpr Duration suspended_life = 24h;         // a silent session is kept: a notebook sleeps for a night
inline constexpr Duration call_early = 1s;              // they are called in it, often at first ...
inline constexpr Duration call_late = 15s;              // ... then as often as keeps holes in NATs open
inline constexpr unsigned early_calls = 60;
inline constexpr unsigned most_calls = 160;     // each costs a nonce on each way, and they skip 20,000 at most
inline constexpr Duration alive_interval = 7s;  // FRIEND_PING_INTERVAL is 8 s, and after 8 s without a packet c-toxcore
                                                // takes the direct route for dead
inline constexpr Duration alive_retry = 1s;     // where the session takes none
inline constexpr Duration alive_company = 2s;   // sent up to this much earlier, together with others
inline constexpr Duration route_fresh = 9s;     // two keep-alives later: a way not heard for so long is doubted
inline constexpr Duration route_patience = 1s;  // a way that is silent while another speaks is left after that
inline constexpr Duration direct_probe = 2s;    // addresses tried while a relay carries the session: often at first ...
inline constexpr Duration direct_probe_late = 15s;  // ... then as often as keeps holes in NATs open
inline constexpr unsigned direct_probes = 10;
inline constexpr std::size_t most_relays_named = 2;   // in a DHT-key packet, as c-toxcore
inline constexpr std::size_t most_relays_shared = 3;  // in a session (notes 2.1)
inline constexpr Duration share_retry = 10s;          // while we are connected to none
inline constexpr Duration share_interval = 120s;      // relays told to a contact (notes 2.1)
inline constexpr Duration handshake_pause = 250ms;
inline constexpr Duration handshake_memory = 15s;  // life of the cookie in front of it
inline constexpr std::size_t max_handshakes_seen = 16;
// B95: who says goodbye and comes back over and over costs keys and a climb of progress each time.
inline constexpr double sessions_per_second = 0.5;
inline constexpr double session_burst = 3;  // a program may be started anew twice without anybody waiting

inline constexpr unsigned cookie_tries = 8;  // c-toxcore's, in less time
inline constexpr unsigned handshake_tries = 8;
inline constexpr Duration longest_pause = 60s;  // between rounds that nobody answers

inline constexpr Duration key_repeat = 30s;        // DHT-key packets by onion (ONION_DHTPK_SEND_INTERVAL)
inline constexpr Duration key_second = 1500ms;     // the second one, then doubling up to that: one may get lost, and
                                                   // c-toxcore from 0.2.22 loses the relays of the first (trap 26)
inline constexpr Duration key_lossy = 1s;          // where hardly any onion request is answered
inline constexpr Duration key_route_repeat = 20s;  // by DHT request (DHT_DHTPK_SEND_INTERVAL)
inline constexpr Duration key_route_retry = 5s;    // while nobody who knows them is known
inline constexpr Duration single_grace = 1s;       // one storing node alone: wait for a second opinion (design 11)
inline constexpr Duration single_grace_tiny = 300ms;
inline constexpr std::size_t tiny_network = 8;  // good nodes
inline constexpr Duration request_first = 5s;   // friend request repeats, doubling (notes 6.9)
inline constexpr Duration request_longest = 15min;

}  // namespace tox
