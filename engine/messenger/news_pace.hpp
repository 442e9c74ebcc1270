// SPDX-License-Identifier: GPL-3.0-or-later
// How often what contacts say of themselves may reach the user: at once as a rule, but somebody who changes their name
// a thousand times a second must not have the list redrawn, the conversation filled and the profile saved as often.
// What is held back is told later, as it is then. Knows nothing of what the news are.
#pragma once

#include <array>
#include <bitset>
#include <map>
#include <set>
#include <vector>

#include "engine/base/token_bucket.hpp"
#include "engine/crypto/keys.hpp"

namespace tox {

enum class News : Byte { presence, name, status_message, status, typing };  // presence: back after an OFFLINE

class NewsPace {
  public:
    // False: it waits for its turn, and due() will name it.
    bool may_tell(const LongTermKey& contact, News what, Instant now);
    using Told = std::pair<LongTermKey, News>;
    std::vector<Told> due(Instant now);  // what was held back, and may be told now
    Instant next_deadline() const { return next_; }
    void forget(const LongTermKey& contact);

  private:
    static constexpr std::size_t kinds = 5;
    struct Pace {
        Pace();
        std::array<TokenBucket, kinds> budgets;
        std::bitset<kinds> waiting;
    };

    void take_turn(const LongTermKey& contact, Instant now, std::vector<Told>& due);

    std::map<LongTermKey, Pace> paces_;  // of contacts only
    std::set<LongTermKey> waiting_;      // those with something held back
    Instant next_ = never;               // when the first of that may be told
};

}  // namespace tox
