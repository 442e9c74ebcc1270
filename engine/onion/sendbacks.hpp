// SPDX-License-Identifier: GPL-3.0-or-later
// Announce requests under way: what was asked of whom over which path, found again by the 8 bytes the node sends back.
#pragma once

#include <set>

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

class Sendbacks {
  public:
    // Ours to choose: at 20 requests per second and bursts of 40, no answer of the last 10 s is pushed out (trap 32).
    static constexpr std::size_t capacity = 256;
    static constexpr Duration lifetime = 10s;

    wire::Sendback add(Pending pending, Patience patience);
    Pending* find(const wire::Sendback& sendback, Instant now);
    void erase(const wire::Sendback& sendback);  // an answer is used once

    Pending* next_overdue(Instant now);  // one that has become late or lost, each once
    Instant next_overdue() const { return waiting_.empty() ? never : waiting_.begin()->first; }

  private:
    struct Slot {
        wire::Sendback sendback{};
        Instant overdue_at = never;  // late, then lost
        Instant lost_at = never;
        std::optional<Pending> pending;
    };
    Slot* slot_of(const wire::Sendback& sendback);
    void clear(std::size_t index);

    std::array<Slot, capacity> slots_{};
    std::size_t next_ = 0;
    std::set<std::pair<Instant, std::size_t>> waiting_;
};

}  // namespace tox
