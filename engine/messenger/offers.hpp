// SPDX-License-Identifier: GPL-3.0-or-later
// Files, calls and groups that contacts offer. None is taken yet: each is refused where the protocol has a refusal, so
// that nobody waits at the other side, and told to the user, though not more often than is polite (B93). Knows nothing
// of sessions.
#pragma once

#include <bitset>
#include <functional>
#include <map>

#include "engine/base/time.hpp"
#include "engine/messenger/events.hpp"

namespace tox {

class Offers {
  public:
    // Happenings are appended to `events`, which outlives this.
    explicit Offers(std::vector<Event>& events) : events_(events) {}

    bool received(const LongTermKey& contact, ByteView packet, Instant now);  // false: it is no offer
    // Hands over the refusals that are due until one is not taken; it and the rest stay due. Whether any was taken.
    using Send = std::function<bool(ByteView packet)>;
    bool refuse(const LongTermKey& contact, const Send& send);
    void session_ended(const LongTermKey& contact);  // and with it all that was offered
    void forget(const LongTermKey& contact) { open_.erase(contact); }

  private:
    static constexpr std::size_t kinds = 4;
    static constexpr std::size_t file_numbers = 256;  // a file's number is one byte: all there can be at a time
    struct Open {
        std::bitset<file_numbers> files;  // to be refused
        bool call = false;                // likewise
        std::array<Instant, kinds> quiet_until{};
    };

    void take_file(const LongTermKey& contact, ByteView packet, Instant now);
    void take_call(const LongTermKey& contact, ByteView packet, Instant now);
    void take_group(const LongTermKey& contact, ByteView packet, Instant now);
    void take_conference(const LongTermKey& contact, ByteView packet, Instant now);
    void tell(const Offered& offer, Instant now);

    std::vector<Event>& events_;
    std::map<LongTermKey, Open> open_;  // of those who ever offered something
};

}  // namespace tox
