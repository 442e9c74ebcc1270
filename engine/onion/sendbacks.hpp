// SPDX-License-Identifier: GPL-3.0-or-later
// Announce requests under way: what was asked of whom over which path, found again by the 8 bytes the node sends back.
#pragma once

#include <deque>
#include <set>
#include <unordered_map>

#include "engine/onion/pace.hpp"
#include "engine/onion/path_pool.hpp"

namespace tox {

enum class Overdue : unsigned char {
    no,
    late,  // others may be asked meanwhile
    lost   // the path or the node is to blame; an answer is still welcome
};

struct Pending {
    std::optional<LongTermKey> contact;  // whom it searches; nothing: it announces ourselves
    Node to;
    PathId path = no_path;
    bool with_ping_id = false;
    bool proven = false;  // the node has answered before
    SharedKey key;        // opens the answer
    Instant sent;
    Overdue overdue = Overdue::no;
    std::uint64_t question = 0;  // which it carries; others may carry the same
};

struct SendbackHash {
    std::size_t operator()(const wire::Sendback& sendback) const { return short_hash(sendback); }
};

class Sendbacks {
  public:
    static constexpr Duration lifetime = 10s;
    // More than can leave within a lifetime: none that may still be answered is pushed out (trap 32), and who asked
    // hears of each that is late.
    static constexpr std::size_t capacity = 2048;
    static_assert(capacity > Pace::start_burst + Pace::start_per_second * (lifetime / 1s));

    wire::Sendback add(Pending pending, Patience patience);
    Pending* find(const wire::Sendback& sendback, Instant now);
    void erase(const wire::Sendback& sendback);  // an answer is used once

    Pending* next_overdue(Instant now);  // one that has become late or lost, each once
    Instant next_overdue() const { return waiting_.empty() ? never : waiting_.begin()->first; }

  private:
    struct Slot {
        Pending pending;
        Instant overdue_at;  // late, then lost
        Instant lost_at;
    };
    using Slots = std::unordered_map<wire::Sendback, Slot, SendbackHash>;
    void erase(Slots::iterator slot);
    void forget_old(Instant now);

    Slots slots_;
    std::deque<std::pair<Instant, wire::Sendback>> sent_;  // oldest first, those erased since as well
    std::set<std::pair<Instant, wire::Sendback>> waiting_;
};

}  // namespace tox
